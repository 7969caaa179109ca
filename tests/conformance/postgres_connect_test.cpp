// Connecting to a real PostgreSQL server, where it is unlike the others.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "conformance/postgres_test.hpp"

namespace dalia::test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class PostgresConnect : public PostgresTest {};

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

}  // namespace
}  // namespace dalia::test
