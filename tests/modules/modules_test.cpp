// Backends beside the core are modules: not in a process that does not use them, and named where they are missing.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/dalia.hpp"

namespace dalia {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// What is mapped into this process.
std::string maps() {
  std::ifstream file("/proc/self/maps");
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path loaded_library() {
  const std::string all = maps();
  const std::size_t name = all.find("/libdalia.so");
  const std::size_t begin = all.rfind(' ', name) + 1;
  return all.substr(begin, all.find('\n', name) - begin);
}

void use_sqlite() {
  const auto database = DatabaseFactory::create_database(DatabaseConfig::from_url("sqlite::memory:"));
  EXPECT_EQ(database->sync_connection()->execute("SELECT 42").front().get<int>(0), 42);
}

/// What an application reads that asks for PostgreSQL where nobody listens.
std::string refusal() {
  try {
    const auto database =
        DatabaseFactory::create_database(DatabaseConfig::from_url("postgres://u@127.0.0.1:1/d?connect_timeout=5"));
    static_cast<void>(database->sync_connection());
    return "connected";
  } catch (const ConnectionError& error) {
    return std::string("no connection: ") + error.what();
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Modules, AnApplicationWithSqliteAloneHasNoOtherClientInItsProcess) {
  use_sqlite();
  EXPECT_THAT(maps(), AllOf(HasSubstr("libsqlite3"), Not(HasSubstr("libpq")), Not(HasSubstr("libdalia-"))));
}

TEST(Modules, AreLoadedWhenTheyAreFirstAskedFor) {
  EXPECT_THAT(refusal(), AllOf(HasSubstr("no connection: "), HasSubstr("check host and port")));
  EXPECT_THAT(maps(), AllOf(HasSubstr("libpq"), HasSubstr("libdalia-postgres.so")));
}

/// For the test below, which runs it where the core has no module beside it.
TEST(Modules, DISABLED_WhereThereIsNone) {
  use_sqlite();
  std::printf("refusal: %s\n", refusal().c_str());
}

TEST(Modules, AMissingOneIsNamedWithItsPackage) {
  std::string folder = (fs::temp_directory_path() / "dalia-modules-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const fs::path library = loaded_library();
  for (const auto& entry : fs::directory_iterator(library.parent_path())) {
    if (entry.path().filename().string().starts_with("libdalia.so")) {
      fs::copy(entry.path(), fs::path(folder) / entry.path().filename());
    }
  }
  const std::string command = "LD_LIBRARY_PATH='" + folder + "' '" + fs::read_symlink("/proc/self/exe").string() +
                              "' --gtest_also_run_disabled_tests --gtest_filter='*WhereThereIsNone' 2>&1";
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
    output += static_cast<char>(byte);
  }
  EXPECT_EQ(::pclose(pipe), 0) << output;
  EXPECT_THAT(output, AllOf(HasSubstr("refusal: the backend 'postgres' is not available"),
                            HasSubstr("install the package libdalia-postgres"), HasSubstr("link dalia::postgres"),
                            HasSubstr("cannot open shared object file")));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace dalia
