// Backends beside the core are modules: not in a process that does not use them, and named where they are missing.
#include <cstdio>
#include <filesystem>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace dalia::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Module {
  const char* name;
  const char* url;  ///< where nobody listens
  const char* client;
};

const Module modules[] = {
    {"postgres", "postgres://u@127.0.0.1:1/d?connect_timeout=5", "/libpq.so"},
    {"mysql", "mysql://u@127.0.0.1:1/d?connect_timeout=5", "/libmariadb.so"},
};

void PrintTo(const Module& module, std::ostream* out) {
  *out << module.name;
}

/// What the probe prints for these URLs.
/// @param libraries  the folder of the library.
std::string probe(const std::string& urls, const fs::path& libraries = fs::path(DALIA_LIBRARY).parent_path()) {
  const std::string command =
      "LD_LIBRARY_PATH='" + libraries.string() + "' '" + DALIA_MODULES_PROBE + "' " + urls + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return std::string();
  }
  std::string output;
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
    output += static_cast<char>(byte);
  }
  EXPECT_EQ(::pclose(pipe), 0) << output;
  return output;
}

/// Copies the core's library, and not its modules.
void copy_core(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(fs::path(DALIA_LIBRARY).parent_path())) {
    if (entry.path().filename().string().starts_with("libdalia.so")) {
      fs::copy(entry.path(), folder / entry.path().filename());
    }
  }
}

class Modules : public testing::TestWithParam<Module> {};

TEST(ModulesOfSqlite, AnApplicationWithSqliteAloneHasNoOtherClientInItsProcess) {
  const std::string output = probe("sqlite::memory:");
  EXPECT_THAT(output, AllOf(HasSubstr("answer: 42"), HasSubstr("/libdalia.so"), HasSubstr("/libsqlite3.so"),
                            Not(HasSubstr("/libdalia-"))));
  for (const Module& module : modules) {
    EXPECT_THAT(output, Not(HasSubstr(module.client)));
  }
}

TEST_P(Modules, AreLoadedWhenTheyAreFirstAskedFor) {
  const std::string output = probe(std::string("sqlite::memory: '") + GetParam().url + "'");
  EXPECT_THAT(output, AllOf(HasSubstr("answer: 42"), HasSubstr("no connection: "), HasSubstr("check host"),
                            HasSubstr(GetParam().client), HasSubstr("/libdalia-" + std::string(GetParam().name))));
  for (const Module& other : modules) {
    if (std::string(other.name) != GetParam().name) {
      EXPECT_THAT(output, AllOf(Not(HasSubstr(other.client)), Not(HasSubstr("/libdalia-" + std::string(other.name)))));
    }
  }
}

TEST_P(Modules, AMissingOneIsNamedWithItsPackage) {
  const TemporaryFolder folder;
  copy_core(folder.path());
  const std::string name = GetParam().name;
  const std::string output = probe("sqlite::memory: '" + std::string(GetParam().url) + "'", folder.path());
  EXPECT_THAT(output, AllOf(HasSubstr("answer: 42"), HasSubstr("refusal: the backend '" + name + "' is not available"),
                            HasSubstr("install the package libdalia-" + name), HasSubstr("link dalia::" + name),
                            HasSubstr("cannot open shared object file"), Not(HasSubstr(GetParam().client))));
}

INSTANTIATE_TEST_SUITE_P(All, Modules, testing::ValuesIn(modules),
                         [](const testing::TestParamInfo<Module>& module) { return std::string(module.param.name); });

}  // namespace
}  // namespace dalia::test
