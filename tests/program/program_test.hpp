/// What the tests of the program share: a folder with a database, and short ways to run and to look.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "dalia/dalia.hpp"
#include "program/child.hpp"
#include "support/temporary_folder.hpp"

namespace dalia::test {

using Json = nlohmann::ordered_json;

class ProgramTest : public testing::Test {
 protected:
  /// The database is app.db in a folder of the test's own, which is the working directory.
  [[nodiscard]] Outcome run(const std::vector<std::string>& arguments, const std::string& input = "") const;
  [[nodiscard]] Outcome run_on_terminal(const std::vector<std::string>& arguments, unsigned short columns) const;
  /// As run, expecting status 0 and silence on the standard error; the lines of the output.
  [[nodiscard]] std::vector<Json> rows(const std::vector<std::string>& arguments, const std::string& input = "") const;
  /// Saves `json` as the entity "users".
  void save(const std::string& json) const;

  [[nodiscard]] ChildOptions options() const;
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void write_file(const std::string& name, const std::string& text) const;
  [[nodiscard]] bool has_file(const std::string& name) const;
  /// The same database through the library.
  [[nodiscard]] std::unique_ptr<ConnectionManager> database() const;

 private:
  TemporaryFolder folder_;
};

[[nodiscard]] std::vector<Json> json_lines(const std::string& text);

/// Exactly one line on the standard error, with this prefix and that in it; nothing on the standard output.
void expect_refusal(const Outcome& outcome, int status, const std::string& part);

}  // namespace dalia::test
