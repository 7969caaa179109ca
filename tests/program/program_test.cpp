#include "program/program_test.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace dalia::test {

ChildOptions ProgramTest::options() const {
  ChildOptions options;
  options.folder = folder_.path().string();
  options.environment["DALIA_URL"] = "sqlite:app.db";
  return options;
}

Outcome ProgramTest::run(const std::vector<std::string>& arguments, const std::string& input) const {
  return Child(arguments, options()).finish(input);
}

Outcome ProgramTest::run_on_terminal(const std::vector<std::string>& arguments, unsigned short columns) const {
  ChildOptions with_terminal = options();
  with_terminal.out = Stream::Terminal;
  with_terminal.columns = columns;
  Outcome outcome = Child(arguments, with_terminal).finish();
  outcome.out.erase(std::remove(outcome.out.begin(), outcome.out.end(), '\r'), outcome.out.end());
  return outcome;
}

std::vector<Json> ProgramTest::rows(const std::vector<std::string>& arguments, const std::string& input) const {
  const Outcome outcome = run(arguments, input);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return json_lines(outcome.out);
}

void ProgramTest::save(const std::string& json) const {
  static_cast<void>(rows({"save", "users"}, json));
}

void ProgramTest::write_file(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

bool ProgramTest::has_file(const std::string& name) const {
  return std::filesystem::exists(path(name));
}

std::unique_ptr<ConnectionManager> ProgramTest::database() const {
  DatabaseConfig config;
  config.database = path("app.db");
  return DatabaseFactory::create_database("sqlite", config);
}

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(Json::parse(line));
  }
  return lines;
}

void expect_refusal(const Outcome& outcome, int status, const std::string& part) {
  EXPECT_EQ(outcome.status, status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with("dalia: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with('\n'));
  EXPECT_THAT(outcome.err, testing::HasSubstr(part));
}

}  // namespace dalia::test
