// Connecting to a real PostgreSQL server, or failing to.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "conformance/postgres_test.hpp"
#include "support/tcp_gate.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresConnect : public PostgresTest {
 protected:
  /// The error of a connection with this configuration, in time and without the password.
  template <class E>
  std::optional<E> refusal(const DatabaseConfig& config) {
    const WithinTime limit(seconds(5));
    const auto manager = open(config);
    const auto error = expect_error<E>([&] { static_cast<void>(manager->sync_connection()); });
    if (error) {
      EXPECT_EQ(error->backend(), "postgres");
      EXPECT_EQ(error->statement(), "");
      EXPECT_FALSE(error->outcome_unknown());
      if (!config.password.empty()) {
        EXPECT_THAT(error->what(), Not(HasSubstr(config.password)));
      }
    }
    return error;
  }

  [[nodiscard]] bool server_asks_for_passwords() const {
    DatabaseConfig wrong = config();
    wrong.password = "not-the-password";
    try {
      static_cast<void>(open(wrong)->sync_connection());
      return false;
    } catch (const AuthenticationError&) {
      return true;
    }
  }

  [[nodiscard]] int answer_of(const DatabaseConfig& config) const {
    return open(config)->sync_connection()->execute("SELECT 42").front().get<int>(0);
  }
};

TEST_F(PostgresConnect, TellsWhatItTalksTo) {
  const VersionDetails version = conn().get_version_details();
  EXPECT_EQ(version.server, setting("server_version").substr(0, version.server.size()));
  EXPECT_THAT(version.driver, HasSubstr("libpq"));
}

TEST_F(PostgresConnect, TheSessionIsSetUp) {
  EXPECT_EQ(setting("TimeZone"), "UTC");
  EXPECT_EQ(setting("client_encoding"), "UTF8");
  EXPECT_EQ(setting("application_name"), "dalia");
  EXPECT_EQ(setting("standard_conforming_strings"), "on");
}

TEST_F(PostgresConnect, AWrongPassword) {
  if (!server_asks_for_passwords()) {
    GTEST_SKIP() << "the server trusts everybody";
  }
  DatabaseConfig wrong = config();
  wrong.password = "not-the-password";
  const auto error = refusal<AuthenticationError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "28P01");
  EXPECT_THAT(error->what(), HasSubstr("check user and password"));
}

TEST_F(PostgresConnect, NoPassword) {
  if (!server_asks_for_passwords() || std::getenv("PGPASSWORD") != nullptr || std::getenv("PGPASSFILE") != nullptr) {
    GTEST_SKIP() << "no password is asked for, or one comes from elsewhere";
  }
  DatabaseConfig none = config();
  none.password.clear();
  const auto error = refusal<AuthenticationError>(none);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("check user and password"));
}

TEST_F(PostgresConnect, AUserThatDoesNotExist) {
  DatabaseConfig wrong = config();
  wrong.user = "nobody-of-that-name";
  const auto error = refusal<AuthenticationError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->sqlstate(), AnyOf("28000", "28P01"));
}

TEST_F(PostgresConnect, ADatabaseThatDoesNotExist) {
  DatabaseConfig wrong = config();
  wrong.database = "no_such_database";
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "3D000");
  EXPECT_THAT(error->what(), AllOf(HasSubstr("no_such_database"), HasSubstr("create the database first")));
}

TEST_F(PostgresConnect, ADatabaseThatTakesNobody) {
  DatabaseConfig wrong = config();
  wrong.database = "template0";
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->sqlstate(), AnyOf("55000", "42501"));
  EXPECT_THAT(error->what(), HasSubstr("template0"));
}

TEST_F(PostgresConnect, AServerThatIsFull) {
  if (setting("is_superuser") == "on") {
    GTEST_SKIP() << "no limit holds for a superuser";
  }
  const std::string name = "dalia_full_" + std::to_string(::getpid());
  try {
    conn().execute("CREATE DATABASE " + name + " CONNECTION LIMIT 0");
  } catch (const QueryError&) {
    GTEST_SKIP() << "no privilege to make a database";
  }
  DatabaseConfig full = config();
  full.database = name;
  const auto error = refusal<ConnectionError>(full);
  conn().execute("DROP DATABASE " + name);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "53300");
  EXPECT_THAT(error->what(), HasSubstr("no free connection"));
}

TEST_F(PostgresConnect, APortWhereNobodyListens) {
  DatabaseConfig wrong = config();
  wrong.host = "127.0.0.1";
  wrong.port = 1;
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("port 1"), HasSubstr("check host and port")));
}

TEST_F(PostgresConnect, AHostThatNobodyKnows) {
  DatabaseConfig wrong = config();
  wrong.host = "no-such-host.invalid";
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("no-such-host.invalid"), HasSubstr("check the host's name")));
}

TEST_F(PostgresConnect, AHostThatNeverAnswers) {
  const DeafListener deaf;
  DatabaseConfig wrong = config();
  wrong.host = "127.0.0.1";
  wrong.port = deaf.port();
  wrong.connect_timeout = milliseconds(200);
  const WithinTime limit(milliseconds(2000));
  const auto error = refusal<TimeoutError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Connect);
  EXPECT_THAT(error->what(), HasSubstr("check host and port"));
}

TEST_F(PostgresConnect, AServerThatIsNoPostgres) {
  DatabaseConfig stalled = config();
  TcpGate gate(stalled.host, stalled.port);
  stalled.host = "127.0.0.1";
  stalled.port = gate.port();
  gate.cut_after(1);
  EXPECT_TRUE(refusal<ConnectionError>(stalled)) << "closes the connection in the middle of its greeting";
}

TEST_F(PostgresConnect, TheNextOfSeveralHosts) {
  const DatabaseConfig good = config();
  DatabaseConfig several = good;
  several.host = "127.0.0.1:1," + good.host + ":" + std::to_string(good.port);
  EXPECT_EQ(answer_of(several), 42);
  several.host = "127.0.0.1:1,127.0.0.1:2";
  const auto error = refusal<ConnectionError>(several);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("port 1"), HasSubstr("port 2")));
}

TEST_F(PostgresConnect, OneOfSeveralHostsThatNeverAnswersTakesNotAllTheTime) {
  const DeafListener deaf;
  const DatabaseConfig good = config();
  DatabaseConfig several = good;
  several.host = "127.0.0.1:" + std::to_string(deaf.port()) + "," + good.host + ":" + std::to_string(good.port);
  several.connect_timeout = seconds(1);
  const WithinTime limit(seconds(3));
  EXPECT_EQ(answer_of(several), 42);
}

TEST_F(PostgresConnect, AServerForReadingAndWriting) {
  DatabaseConfig primary = config();
  primary.options["target"] = "read_write";
  EXPECT_EQ(answer_of(primary), 42);
  primary.options["target"] = "standby";
  EXPECT_TRUE(refusal<ConnectionError>(primary));
}

TEST_F(PostgresConnect, AUnixSocket) {
  const char* given = std::getenv("DALIA_TEST_POSTGRES_SOCKET");
  const std::string folder = given == nullptr ? setting("unix_socket_directories") : std::string(given);
  if (!std::filesystem::exists(folder + "/.s.PGSQL." + std::to_string(config().port))) {
    GTEST_SKIP() << "the server has no socket on this machine";
  }
  DatabaseConfig local = config();
  local.host = folder;
  EXPECT_EQ(answer_of(local), 42);
  local.host = folder + "/nowhere";
  const auto error = refusal<ConnectionError>(local);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("socket's folder"));
}

TEST_F(PostgresConnect, TlsThatTheServerDoesNotOffer) {
  if (setting("ssl") == "on") {
    GTEST_SKIP() << "the server offers TLS";
  }
  DatabaseConfig secure = config();
  secure.options["sslmode"] = "require";
  const auto error = refusal<ConnectionError>(secure);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("SSL"), HasSubstr("choose another sslmode")));
}

class PostgresTls : public PostgresConnect {
 protected:
  void SetUp() override {
    PostgresConnect::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    const char* authority = std::getenv("DALIA_TEST_POSTGRES_CA_FILE");
    if (authority == nullptr || setting("ssl") != "on") {
      GTEST_SKIP() << "DALIA_TEST_POSTGRES_CA_FILE is not set, or the server offers no TLS";
    }
    authority_ = authority;
  }
  [[nodiscard]] DatabaseConfig checked_by(const std::string& authority) const {
    DatabaseConfig secure = config();
    secure.options["sslmode"] = "verify-full";
    secure.options["sslrootcert"] = authority;
    return secure;
  }
  std::string authority_;
};

TEST_F(PostgresTls, ACertificateThatIsChecked) {
  const auto manager = open(checked_by(authority_));
  EXPECT_TRUE(manager->sync_connection()
                  ->execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                  .front()
                  .get<bool>(0));
}

TEST_F(PostgresTls, ACertificateOfAnotherName) {
  DatabaseConfig other = checked_by(authority_);
  other.options["hostaddr"] = "127.0.0.1";
  other.host = "db.example.org";
  const auto error = refusal<ConnectionError>(other);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("certificate"), HasSubstr("db.example.org"), HasSubstr("check sslmode")));
}

TEST_F(PostgresTls, ACertificateOfAnotherAuthority) {
  const auto error = refusal<ConnectionError>(checked_by("/no/such/file"));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("certificate"), HasSubstr("sslrootcert")));
}

}  // namespace
}  // namespace dalia::test
