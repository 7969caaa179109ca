// Connecting to a real server, or failing to, as every engine does it.
#include <cstdlib>
#include <fstream>
#include <ostream>

#include <gmock/gmock.h>

#include "support/server_test.hpp"
#include "support/tcp_gate.hpp"
#include "support/temporary_folder.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

struct Engine {
  const char* name;
  const char* wrong_password;  ///< SQLSTATE
  const char* no_database;     ///< SQLSTATE
  Tls hidden;
  const char* has_tls;             ///< tells whether the connection has it
  const char* authority_variable;  ///< the environment's, with the authority of the server's certificate
};

const Engine engines[] = {
    {"postgres", "28P01", "3D000", Tls::HiddenAsOnPostgres,
     "SELECT [ssl] FROM [pg_stat_ssl] WHERE [pid] = pg_backend_pid()", "DALIA_TEST_POSTGRES_CA_FILE"},
    {"mysql", "28000", "42000", Tls::HiddenAsOnMySql,
     "SELECT [variable_value] <> '' FROM [information_schema].[session_status] WHERE [variable_name] = 'Ssl_cipher'",
     "DALIA_TEST_MYSQL_CA_FILE"},
};

void PrintTo(const Engine& engine, std::ostream* out) {
  *out << engine.name;
}
std::string name_of_engine(const testing::TestParamInfo<Engine>& engine) {
  return engine.param.name;
}

class ServerConnect : public ServerTest, public testing::WithParamInterface<Engine> {
 protected:
  ServerConnect() : ServerTest(GetParam().name) {}

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
};

TEST_P(ServerConnect, AWrongPassword) {
  if (!server_asks_for_passwords()) {
    GTEST_SKIP() << "the server trusts everybody";
  }
  DatabaseConfig wrong = config();
  wrong.password = "not-the-password";
  const auto error = refusal<AuthenticationError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), GetParam().wrong_password);
  EXPECT_THAT(error->what(), HasSubstr("check user"));
}

TEST_P(ServerConnect, NoPassword) {
  if (!server_asks_for_passwords()) {
    GTEST_SKIP() << "the server trusts everybody";
  }
  ::unsetenv("PGPASSWORD");
  ::setenv("PGPASSFILE", "/nonexistent", 1);
  DatabaseConfig none = config();
  none.password.clear();
  const auto error = refusal<AuthenticationError>(none);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("check user"));
}

TEST_P(ServerConnect, AUserThatDoesNotExist) {
  DatabaseConfig wrong = config();
  wrong.user = "nobody-of-that-name";
  const auto error = refusal<AuthenticationError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->sqlstate(), AnyOf("28000", "28P01"));
}

TEST_P(ServerConnect, ADatabaseThatDoesNotExist) {
  DatabaseConfig wrong = config();
  wrong.database = "dalia_no_such_database";
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), GetParam().no_database);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("dalia_no_such_database"), HasSubstr("create the database first")));
}

TEST_P(ServerConnect, APortWhereNobodyListens) {
  DatabaseConfig wrong = config();
  wrong.host = "127.0.0.1";
  wrong.port = 1;
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(),
              AllOf(AnyOf(HasSubstr("port 1"), HasSubstr("127.0.0.1:1")), HasSubstr("check host"), HasSubstr("port")));
}

TEST_P(ServerConnect, AHostThatNobodyKnows) {
  DatabaseConfig wrong = config();
  wrong.host = "no-such-host.invalid";
  const auto error = refusal<ConnectionError>(wrong);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("no-such-host.invalid"), HasSubstr("check the host's name")));
}

TEST_P(ServerConnect, AHostThatNeverAnswers) {
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

TEST_P(ServerConnect, AServerThatClosesTheConnectionInTheMiddleOfItsGreeting) {
  TcpGate gate(config().host, config().port);
  gate.cut_after(1);
  const auto error = refusal<ConnectionError>(through_gate(config(), gate));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("check host"));
}

TEST_P(ServerConnect, TheNextOfSeveralHosts) {
  const DatabaseConfig good = config();
  DatabaseConfig several = good;
  several.host = "127.0.0.1:1," + good.host + ":" + std::to_string(good.port);
  EXPECT_EQ(answer_of(several), 42);
  several.host = "127.0.0.1:1,127.0.0.1:2";
  const auto error = refusal<ConnectionError>(several);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AnyOf(HasSubstr("port 2"), HasSubstr("127.0.0.1:2")));
}

TEST_P(ServerConnect, OneOfSeveralHostsThatNeverAnswersTakesNotAllTheTime) {
  const DeafListener deaf;
  const DatabaseConfig good = config();
  DatabaseConfig several = good;
  several.host = "127.0.0.1:" + std::to_string(deaf.port()) + "," + good.host + ":" + std::to_string(good.port);
  several.connect_timeout = seconds(2);
  const WithinTime limit(seconds(4));
  EXPECT_EQ(answer_of(several), 42);
}

TEST_P(ServerConnect, AServerWithoutTlsIsTakenUnlessItIsAskedFor) {
  TcpGate gate(config().host, config().port, GetParam().hidden);
  DatabaseConfig plain = through_gate(config(), gate);
  for (const char* mode : {"disable", "allow", "prefer"}) {
    plain.options["sslmode"] = mode;
    EXPECT_FALSE(open(plain)->sync_connection()->execute(GetParam().has_tls).front().get<bool>(0)) << mode;
  }
  for (const char* mode : {"require", "verify-ca", "verify-full"}) {
    SCOPED_TRACE(mode);
    plain.options["sslmode"] = mode;
    const auto error = refusal<ConnectionError>(plain);
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), AllOf(AnyOf(HasSubstr("TLS"), HasSubstr("SSL")), HasSubstr("sslmode")));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ServerConnect, testing::ValuesIn(engines), name_of_engine);

/// Of an authority that no server here has its certificate from. Its key was thrown away.
constexpr const char* other_authority = R"(-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUc6p6jcGb8GyBc1aKS20Hdvd2qn4wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMTAxNzA3WhgP
MjEyNjEwMjgxMDE3MDdaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAET1NviycvuNtzNo35qEVyxQHDPaQe0oBc
ncZp00Mci76+8bGfniIhsUHPTyMKMW1Gk0UtcJJpBTuWg5fqScnY6qNTMFEwHQYD
VR0OBBYEFDmR1xLnNltK7faa56fo9gEfJL3NMB8GA1UdIwQYMBaAFDmR1xLnNltK
7faa56fo9gEfJL3NMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
AP5cF21VNuZYimzww0S5vhgm8wU8NBCC9OdhhiarU2pOAiBDQU4wJc3/mn5vzt1x
8NxDQhI0Xhevy+UbMnvLkSmGTg==
-----END CERTIFICATE-----
)";

class ServerTls : public ServerConnect {
 protected:
  void SetUp() override {
    ServerConnect::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    const char* authority = std::getenv(GetParam().authority_variable);
    if (authority == nullptr) {
      GTEST_SKIP() << GetParam().authority_variable << " is not set";
    }
    authority_ = authority;
  }
  [[nodiscard]] static DatabaseConfig checked(DatabaseConfig config, const std::string& authority) {
    config.options["sslmode"] = "verify-full";
    config.options["sslrootcert"] = authority;
    return config;
  }
  std::string authority_;
};

TEST_P(ServerTls, ACertificateThatIsChecked) {
  const auto manager = open(checked(config(), authority_));
  EXPECT_TRUE(manager->sync_connection()->execute(GetParam().has_tls).front().get<bool>(0));
}

TEST_P(ServerTls, ACertificateOfAnotherName) {
  const std::string other_name = "127.0.0.2";
  TcpGate gate(config().host, config().port, Tls::AsOffered, other_name);
  DatabaseConfig other = checked(config(), authority_);
  other.host = other_name;
  other.port = gate.port();
  const auto error = refusal<ConnectionError>(other);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("certificate"), HasSubstr(other_name), HasSubstr("check sslmode")));
  other.options["sslmode"] = "verify-ca";
  EXPECT_EQ(answer_of(other), 42) << "the name is not asked for";
}

TEST_P(ServerTls, ACertificateOfAnotherAuthority) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "authority.crt";
  std::ofstream(file) << other_authority;
  const auto error = refusal<ConnectionError>(checked(config(), file));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("certificate"), HasSubstr("sslrootcert")));
}

TEST_P(ServerTls, AFileOfAuthoritiesThatIsMissing) {
  const auto error = refusal<ConnectionError>(checked(config(), "/no/such/file"));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("sslrootcert"));
}

INSTANTIATE_TEST_SUITE_P(All, ServerTls, testing::ValuesIn(engines), name_of_engine);

}  // namespace
}  // namespace dalia::test
