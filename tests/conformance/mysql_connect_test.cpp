// Connecting to a real MariaDB or MySQL server, where it is unlike the others.
#include <unistd.h>

#include <cstdlib>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/tcp_gate.hpp"

namespace dalia::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class MySqlConnect : public MySqlTest {};

TEST_F(MySqlConnect, TellsWhatItTalksTo) {
  const VersionDetails version = conn().get_version_details();
  EXPECT_THAT(version.driver, HasSubstr("Connector/C"));
  EXPECT_THAT(one("SELECT @@version").get<std::string>(), StartsWith(version.server));
}

TEST_F(MySqlConnect, TheSessionIsSetUp) {
  EXPECT_EQ(one("SELECT @@time_zone"), Value("+00:00"));
  EXPECT_EQ(one("SELECT @@tx_isolation"), Value("READ-COMMITTED"));
  EXPECT_EQ(one("SELECT @@character_set_client"), Value("utf8mb4"));
  EXPECT_EQ(one("SELECT @@autocommit").get<int>(), 1);
  EXPECT_THAT(one("SELECT @@sql_mode").get<std::string>(),
              AllOf(HasSubstr("STRICT_ALL_TABLES"), HasSubstr("PIPES_AS_CONCAT")));
}

TEST_F(MySqlConnect, TheNativeCodesOfRefusals) {
  DatabaseConfig wrong = config();
  wrong.password = "not-the-password";
  EXPECT_EQ(refusal<AuthenticationError>(wrong)->native_code(), 1045);
  wrong = config();
  wrong.database = "dalia_no_such_database";
  EXPECT_EQ(refusal<ConnectionError>(wrong)->native_code(), 1049);
  wrong = config();
  wrong.host = "no-such-host.invalid";
  EXPECT_EQ(refusal<ConnectionError>(wrong)->native_code(), 2005);
  wrong = config();
  wrong.options["socket"] = "/nonexistent/socket";
  EXPECT_EQ(refusal<ConnectionError>(wrong)->native_code(), 2002);
  TcpGate gate(config().host, config().port, Tls::HiddenAsOnMySql);
  wrong = through_gate(config(), gate);
  wrong.options["sslmode"] = "verify-full";
  EXPECT_EQ(refusal<ConnectionError>(wrong)->native_code(), 2026);
}

/// The server says so of databases that do not exist, too, where the account may not make them.
TEST_F(MySqlConnect, ADatabaseOfOthers) {
  DatabaseConfig wrong = config();
  wrong.database = "mysql";
  const auto error = refusal<AuthenticationError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1044);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'mysql'"), HasSubstr("check the database's name")));
}

TEST_F(MySqlConnect, AnAccountThatIsLocked) {
  const Account account(conn(), "ACCOUNT LOCK");
  const auto error = refusal<AuthenticationError>(account.config(config()));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 4151);
  EXPECT_THAT(error->what(), HasSubstr("locked"));
}

TEST_F(MySqlConnect, APasswordThatHasExpired) {
  const Account account(conn(), "PASSWORD EXPIRE");
  const auto error = refusal<AuthenticationError>(account.config(config()));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->native_code(), testing::AnyOf(1820, 1862));
  EXPECT_THAT(error->what(), HasSubstr("the password has expired; change it"));
}

TEST_F(MySqlConnect, AnAccountThatHasAllItsConnections) {
  const Account account(conn(), "WITH MAX_USER_CONNECTIONS 1");
  const auto manager = open(account.config(config()));
  const auto first = manager->sync_connection();
  const auto error = refusal<ConnectionError>(account.config(config()));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1226);
  EXPECT_THAT(error->what(), HasSubstr("limit of its own"));
}

TEST_F(MySqlConnect, AnAccountThatHasAskedAllItMay) {
  const Account account(conn(), "WITH MAX_QUERIES_PER_HOUR 5");  // of texts; prepared ones do not count
  const auto manager = open(account.config(config()));
  const auto connection = manager->sync_connection();
  std::optional<QueryError> error;
  for (int i = 0; i < 10 && !error; ++i) {
    try {
      connection->execute("PREPARE [p] FROM 'SELECT 1'");
    } catch (const QueryError& refused) {
      error = refused;
    }
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1226);
  EXPECT_THAT(error->what(), HasSubstr("limit of its own"));
}

/// As an account of the operating system, from another machine.
TEST_F(MySqlConnect, AnAccountThatMustComeAnotherWay) {
  const Account account(conn(), "");
  conn().execute("ALTER USER [" + account.name() + "]@'%' IDENTIFIED VIA unix_socket");
  const auto error = refusal<AuthenticationError>(account.config(config()));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1698);
  EXPECT_THAT(error->what(), HasSubstr("check user"));
}

TEST_F(MySqlConnect, AUnixSocket) {
  const char* given = std::getenv("DALIA_TEST_MYSQL_SOCKET");
  DatabaseConfig local = config();
  local.options["socket"] = given == nullptr ? one("SELECT @@socket").get<std::string>() : std::string(given);
  if (::access(local.options["socket"].c_str(), R_OK | W_OK) != 0) {
    GTEST_SKIP() << "the server has no socket on this machine";
  }
  EXPECT_EQ(answer_of(local), 42);
}

TEST_F(MySqlConnect, WithoutADatabaseItsTablesHaveNoPlace) {
  DatabaseConfig none = config();
  none.database.clear();
  const auto manager = open(none);
  const auto error =
      expect_error<QueryError>([&] { manager->sync_connection()->execute("CREATE TABLE [t] ([n] INT)"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1046);
  EXPECT_THAT(error->what(), HasSubstr("name a database in the configuration"));
}

}  // namespace
}  // namespace dalia::test
