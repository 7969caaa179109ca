// dalia exec.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class ExecTest : public ProgramTest {};

TEST_F(ExecTest, PrintsRows) {
  EXPECT_EQ(run({"exec", "SELECT 1 AS [a b], 'x' AS [c], NULL AS [d], 1.5 AS [e]"}).out,
            "{\"a b\":1,\"c\":\"x\",\"d\":null,\"e\":1.5}\n");
  EXPECT_EQ(run({"exec", "SELECT 1 AS a WHERE 1 = 0"}).out, "");
  EXPECT_EQ(run({"exec", "VALUES (1), (2)"}).out, "{\"column1\":1}\n{\"column1\":2}\n");
  EXPECT_EQ(run({"exec", "WITH [c] AS (SELECT 1 AS [x]) SELECT [x] FROM [c]"}).out, "{\"x\":1}\n");
  EXPECT_EQ(run({"exec", "-- why\n/* how */ SELECT 1 AS a"}).out, "{\"a\":1}\n");
}

TEST_F(ExecTest, CountsTheRowsOfAChange) {
  EXPECT_EQ(run({"exec", "CREATE TABLE [t] ([a] INTEGER)"}).out, "{\"affected_rows\":0}\n");
  EXPECT_EQ(run({"exec", "INSERT INTO [t] VALUES (?), (?)", "1", "2"}).out, "{\"affected_rows\":2}\n");
  EXPECT_EQ(run({"exec", "UPDATE [t] SET [a] = [a]"}).out, "{\"affected_rows\":2}\n");
  EXPECT_EQ(run({"exec", "DELETE FROM [t] WHERE [a] = 9"}).out, "{\"affected_rows\":0}\n");
  EXPECT_EQ(run({"exec", "INSERT INTO [t] VALUES (3) RETURNING [a]"}).out, "{\"a\":3}\n");
}

TEST_F(ExecTest, TakesParametersAsJsonOrText) {
  EXPECT_EQ(
      run({"exec", "SELECT ? a, ? b, ? c, ? d, ? e, ? f, ? g", "5", "\"5\"", "text", "null", "1.5", "[1,2]", ""}).out,
      "{\"a\":5,\"b\":\"5\",\"c\":\"text\",\"d\":null,\"e\":1.5,\"f\":\"[1,2]\",\"g\":\"\"}\n");
  EXPECT_EQ(run({"exec", "SELECT ? a, ? b", "{\"a\":1", "1 2"}).out, "{\"a\":\"{\\\"a\\\":1\",\"b\":\"1 2\"}\n");
}

TEST_F(ExecTest, TakesEverythingBehindTheMarkForParameters) {
  EXPECT_EQ(run({"exec", "SELECT ? a, ? b, ? c, ? d", "1", "--", "-5", "--json", "--"}).out,
            "{\"a\":1,\"b\":-5,\"c\":\"--json\",\"d\":\"--\"}\n");
  EXPECT_EQ(run({"exec", "--", "SELECT ? a", "-0.5"}).out, "{\"a\":-0.5}\n");
}

TEST_F(ExecTest, TakesOneSemicolonAtTheEnd) {
  EXPECT_EQ(run({"exec", "SELECT 1 AS a;"}).out, "{\"a\":1}\n");
  EXPECT_EQ(run({"exec", "SELECT 1 AS a ; \n"}).out, "{\"a\":1}\n");
  expect_refusal(run({"exec", "SELECT 1; SELECT 2"}), 1, "several statements");
}

TEST_F(ExecTest, RefusesWhatTheEngineRefuses) {
  expect_refusal(run({"exec", "SELEC 1"}), 1, "syntax error");
  expect_refusal(run({"exec", ""}), 1, "");
  expect_refusal(run({"exec", "SELECT * FROM [nothing]"}), 1, "nothing");
  expect_refusal(run({"exec", "SELECT ?"}), 1, "");
  expect_refusal(run({"exec", "SELECT 1", "1"}), 1, "");
  expect_refusal(run({"exec", "SELECT [a"}), 1, "line 1, column 8");
  expect_refusal(run({"exec", "SELECT\n'a"}), 1, "line 2, column 1");
}

TEST_F(ExecTest, ShowsNoValuesInErrors) {
  static_cast<void>(rows({"exec", "CREATE TABLE [t] ([a] TEXT UNIQUE)"}));
  static_cast<void>(rows({"exec", "INSERT INTO [t] VALUES (?)", "hush"}));
  const Outcome outcome = run({"exec", "INSERT INTO [t] VALUES (?)", "hush"});
  expect_refusal(outcome, 1, "UNIQUE");
  EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("hush")));
}

TEST_F(ExecTest, StreamsRows) {
  const char* endless =
      "SELECT [value] AS [n] FROM (WITH RECURSIVE [c] ([value]) AS (SELECT 1 UNION ALL SELECT [value] + 1 "
      "FROM [c]) SELECT [value] FROM [c])";
  Child child({"exec", endless}, options());
  child.wait_for("{\"n\":1000}\n");
  child.close_output();  // as head does
  const Outcome outcome = child.finish();
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
}

TEST_F(ExecTest, IsNotMovedByTheLocale) {
  ChildOptions german = options();
  german.environment["LC_ALL"] = "de_DE.UTF-8";
  EXPECT_EQ(Child({"exec", "SELECT ? AS a", "1.5"}, german).finish().out, "{\"a\":1.5}\n");
}

}  // namespace
}  // namespace dalia::test
