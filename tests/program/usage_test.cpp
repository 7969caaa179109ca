// Wrong usage: exit status 2, one line, nothing done.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

class UsageTest : public ProgramTest {};

TEST_F(UsageTest, TellsItsVersion) {
  EXPECT_THAT(run({"--version"}).out, testing::MatchesRegex("dalia [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(UsageTest, HelpsWithEveryCommand) {
  const Outcome whole = run({"--help"});
  EXPECT_EQ(whole.status, 0);
  for (const char* command : {"save", "get", "find", "count", "delete", "restore", "history", "version", "exec",
                              "translate", "ping", "status"}) {
    EXPECT_THAT(whole.out, HasSubstr(std::string("\n  ") + command + " "));
    const Outcome help = run({command, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("Usage: dalia " + std::string(command)));
    EXPECT_THAT(help.out, HasSubstr("Example"));
  }
}

TEST_F(UsageTest, RefusesWrongCommandLines) {
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{}, "a command is missing"},
      {{"--json"}, "a command is missing"},
      {{"frobnicate"}, "unknown command 'frobnicate'"},
      {{"find"}, "ENTITY is required"},
      {{"get", "users"}, "ID is required"},
      {{"version", "users", "ada"}, "N is required"},
      {{"translate"}, "--to is required"},
      {{"exec"}, "SQL is required"},
      {{"get", "users", "ada", "more"}, "too many arguments"},
      {{"find", "users", "--frob"}, "unknown option --frob"},
      {{"find", "users", "--frob=secret"}, "unknown option --frob;"},
      {{"find", "users", "--limit", "-1"}, "--limit takes a whole number from 0"},
      {{"find", "users", "--limit", "ten"}, "--limit"},
      {{"find", "users", "--limit", "0x10"}, "--limit"},
      {{"find", "users", "--limit", "1.5"}, "--limit"},
      {{"find", "users", "--limit", "99999999999999999999"}, "--limit"},
      {{"find", "users", "--offset", "-1"}, "--offset"},
      {{"find", "users", "--limit"}, "--limit"},
      {{"version", "users", "ada", "one"}, "N takes a whole number"},
      {{"save", "users", "--expected-version", "-1"}, "--expected-version"},
      {{"exec", "SELECT ?", "-5"}, "stands behind --"},
      {{"exec", "SELECT ?", "99999999999999999999"}, "parameter 1"},
      {{"exec", "SELECT ?", R"("a\u0000b")"}, "parameter 1"},
      {{"translate", "--to", "oracle"}, "oracle"},
  };
  for (const auto& [words, part] : wrong) {
    SCOPED_TRACE(testing::PrintToString(words));
    expect_refusal(run(words), 2, part);
  }
  EXPECT_FALSE(has_file("app.db"));
}

TEST_F(UsageTest, RefusesUrlsItCannotRead) {
  for (const char* url : {"", "app.db", "frob:app.db", "postgres:h", "postgres://h:port/db", "postgres://h:99999/db",
                          "sqlite:", "sqlite:app.db?mode=x", "sqlite:app.db?frob=1", "sqlite:app.db?query_timeout=x"}) {
    SCOPED_TRACE(url);
    expect_refusal(run({"--db", url, "ping"}), 2, "");
  }
  ChildOptions without_url = options();
  without_url.environment["DALIA_URL"] = "";
  expect_refusal(Child({"ping"}, without_url).finish(), 2, "--db URL or set DALIA_URL");
}

TEST_F(UsageTest, NeverShowsAPassword) {
  for (const char* url : {"postgres://u:hush@h:99999/db", "frob://u:hush@h/db", "mysql://u:hush@127.0.0.1:1/db"}) {
    const Outcome outcome = run({"--db", url, "ping"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.out + outcome.err, testing::Not(HasSubstr("hush")));
  }
}

TEST_F(UsageTest, TakesOptionsBeforeAndBehindTheCommand) {
  save(R"({"id":"ada"})");
  EXPECT_EQ(rows({"--db", "sqlite:app.db", "--json", "count", "users"}).at(0).dump(), R"({"count":1})");
  EXPECT_EQ(rows({"count", "users", "--json", "--db", "sqlite:app.db"}).at(0).dump(), R"({"count":1})");
  EXPECT_EQ(rows({"count", "--db=sqlite:app.db", "users"}).at(0).dump(), R"({"count":1})");
}

TEST_F(UsageTest, PrefersTheOptionToTheEnvironment) {
  save(R"({"id":"ada"})");
  EXPECT_EQ(run({"--db", "sqlite:other.db", "count", "users"}).status, 1);
}

TEST_F(UsageTest, TakesNamesOfCommandsForWhatTheyAre) {
  static_cast<void>(rows({"save", "find"}, R"({"id":"get"})"));
  EXPECT_EQ(rows({"get", "find", "get"}).at(0).at("id"), "get");
}

}  // namespace
}  // namespace dalia::test
