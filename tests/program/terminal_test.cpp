// Tables and the progress bar, on a terminal.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class TerminalTest : public ProgramTest {};

TEST_F(TerminalTest, PrintsATable) {
  EXPECT_EQ(run_on_terminal({"exec", "SELECT 'ada' AS id, 36 AS age UNION ALL SELECT 'b', NULL"}, 80).out,
            "id    age\n"
            "───  ────\n"
            "ada    36\n"
            "b    null\n");
}

TEST_F(TerminalTest, PrintsJsonLinesWhenAsked) {
  EXPECT_EQ(run_on_terminal({"--json", "exec", "SELECT 1 AS a"}, 80).out, "{\"a\":1}\n");
  EXPECT_EQ(run_on_terminal({"exec", "SELECT 1 AS a", "--json"}, 80).out, "{\"a\":1}\n");
}

TEST_F(TerminalTest, FitsTheWidthOfTheTerminal) {
  EXPECT_EQ(run_on_terminal({"exec", "SELECT 'abcdefghijklmnopqrstuvwxyz' AS a, 'short' AS b"}, 20).out,
            "a              b\n"
            "─────────────  ─────\n"
            "abcdefghijkl…  short\n");
}

TEST_F(TerminalTest, PutsRowsBelowEachOtherWhereColumnsAreTooMany) {
  EXPECT_EQ(
      run_on_terminal({"exec", "SELECT 'abcdefg' AS first, 'abcdefg' AS second, 'abcdefg' AS third, 4 AS d"}, 20).out,
      "first   abcdefg\n"
      "second  abcdefg\n"
      "third   abcdefg\n"
      "d       4\n"
      "────────────────────\n");
}

TEST_F(TerminalTest, CountsColumnsAsTheTerminalDoes) {
  EXPECT_EQ(run_on_terminal({"exec", "SELECT '日本語日本語' AS a, 'e\xCC\x81' AS b, 'x' AS c"}, 20).out,
            "a             b  c\n"
            "────────────  ─  ─\n"
            "日本語日本語  e\xCC\x81  x\n");
  EXPECT_EQ(run_on_terminal({"exec", "SELECT '日本語日本語日本語日本語' AS a, 'x' AS c"}, 20).out,
            "a                  c\n"
            "─────────────────  ─\n"
            "日本語日本語日本…  x\n");
}

TEST_F(TerminalTest, ShowsControlCharactersInsteadOfObeyingThem) {
  const Outcome outcome =
      run_on_terminal({"exec", "SELECT char(27) || '[31m' || char(10) || char(155) || char(8238) AS a"}, 80);
  EXPECT_THAT(outcome.out, HasSubstr("\\x1b[31m\\n\\u009b\\u202e"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST_F(TerminalTest, PrintsACountAsANumber) {
  save("[{},{},{}]");
  EXPECT_EQ(run_on_terminal({"count", "users"}, 80).out, "3\n");
  EXPECT_EQ(run_on_terminal({"count", "users", "--json"}, 80).out, "{\"count\":3}\n");
}

TEST_F(TerminalTest, SaysThatThereAreNoRows) {
  save("{}");
  EXPECT_EQ(run_on_terminal({"find", "others"}, 80).out, "(no rows)\n");
}

TEST_F(TerminalTest, FitsEntitiesToo) {
  save(R"([{"id":"ada","name":"Ada"},{"id":"bob","name":"Bob"}])");
  const Outcome outcome = run_on_terminal({"find", "users"}, 100);
  EXPECT_THAT(outcome.out, HasSubstr("id   name"));
  EXPECT_THAT(outcome.out, HasSubstr("\nada  Ada "));
}

std::string many_lines() {
  std::string lines;
  for (int i = 0; i < 5000; ++i) {
    lines += "{\"n\":" + std::to_string(i) + "}\n";
  }
  return lines;
}

TEST_F(TerminalTest, ShowsProgressOnTheErrorStream) {
  write_file("big.jsonl", many_lines());
  ChildOptions with_terminal = options();
  with_terminal.err = Stream::Terminal;
  const Outcome known = Child({"save", "users", "big.jsonl"}, with_terminal).finish();
  EXPECT_EQ(known.status, 0);
  EXPECT_THAT(known.err, HasSubstr(" % ["));
  EXPECT_THAT(known.err, HasSubstr(" rows, "));
  EXPECT_TRUE(known.err.ends_with("\r\x1b[K")) << "the line is left empty";
  EXPECT_EQ(json_lines(known.out).size(), 5000U);
  const Outcome unknown = Child({"save", "users"}, with_terminal).finish(many_lines());
  EXPECT_THAT(unknown.err, HasSubstr(" rows, "));
  EXPECT_THAT(unknown.err, Not(HasSubstr("%")));
}

TEST_F(TerminalTest, ShowsNoProgressElsewhere) {
  write_file("big.jsonl", many_lines());
  EXPECT_EQ(run({"save", "users", "big.jsonl"}).err, "");
  ChildOptions with_terminal = options();
  with_terminal.err = Stream::Terminal;
  EXPECT_EQ(Child({"save", "users", "big.jsonl", "--quiet"}, with_terminal).finish().err, "5000 saved\r\n");
}

}  // namespace
}  // namespace dalia::test
