// execute: statements, parameters and results.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class Crud : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      conn().execute("CREATE TABLE [people] ([id] INTEGER PRIMARY KEY, [name] TEXT, [age] INTEGER)");
    }
  }
};
DALIA_CONTRACT_SUITE(Crud);

TEST_P(Crud, InsertsReadsChangesAndDeletes) {
  EXPECT_EQ(conn().execute("INSERT INTO [people] VALUES (?, ?, ?)", params(1, "Ann", 30)).affected_rows(), 1);
  EXPECT_EQ(conn().execute("INSERT INTO [people] VALUES (?, ?, ?)", params(2, "Bob", nullptr)).affected_rows(), 1);
  const ResultSet rows = conn().execute("SELECT [id], [name], [age] FROM [people] ORDER BY [id]");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].get<std::string>("name"), "Ann");
  EXPECT_EQ(rows[0].get<int>(2), 30);
  EXPECT_TRUE(rows[1]["age"].is_null());
  EXPECT_EQ(rows[1].get<std::optional<int>>("age"), std::nullopt);
  EXPECT_EQ(rows.affected_rows(), 2);
  EXPECT_EQ(conn().execute("UPDATE [people] SET [age] = ? WHERE [id] > ?", params(9, 0)).affected_rows(), 2);
  EXPECT_EQ(conn().execute("UPDATE [people] SET [age] = ? WHERE [id] > ?", params(9, 0)).affected_rows(), 2)
      << "rows matched, not rows changed";
  EXPECT_EQ(conn().execute("UPDATE [people] SET [age] = 1 WHERE [id] = 77").affected_rows(), 0);
  EXPECT_EQ(conn().execute("DELETE FROM [people] WHERE [id] = ?", params(1)).affected_rows(), 1);
  EXPECT_EQ(number("SELECT count(*) FROM [people]"), 1);
}

TEST_P(Crud, DdlAffectsNoRows) {
  conn().execute("INSERT INTO [people] VALUES (1, 'a', 1)");
  EXPECT_EQ(conn().execute("CREATE TABLE [other] ([id] INTEGER)").affected_rows(), 0);
  EXPECT_EQ(conn().execute("DROP TABLE [other]").affected_rows(), 0);
}

TEST_P(Crud, ColumnsAreNamed) {
  const ResultSet rows = conn().execute("SELECT 1 AS [One], 'x' AS [two words], [id] FROM [people]");
  ASSERT_EQ(rows.columns().size(), 3U);
  EXPECT_EQ(rows.columns()[0], "One");
  EXPECT_EQ(rows.columns()[1], "two words");
  EXPECT_TRUE(rows.empty());
  EXPECT_THROW(static_cast<void>(rows.columns().index_of("three")), UsageError);
}

TEST_P(Crud, ReadsTuples) {
  conn().execute("INSERT INTO [people] VALUES (1, 'a', 1), (2, 'b', 2)");
  std::vector<std::string> names;
  for (const auto& [id, name] : conn().execute("SELECT [id], [name] FROM [people] ORDER BY 1").as<int, std::string>()) {
    names.push_back(std::to_string(id) + name);
  }
  EXPECT_THAT(names, testing::ElementsAre("1a", "2b"));
}

TEST_P(Crud, KeepsHostileValuesAsData) {
  for (const std::string text : {"'; DROP TABLE people; --", "?", "??", "[x]", "%s", "\\", "$1", "\"", "`"}) {
    conn().execute("DELETE FROM [people]");
    conn().execute("INSERT INTO [people] ([id], [name]) VALUES (1, ?)", params(text));
    EXPECT_EQ(texts("SELECT [name] FROM [people] WHERE [name] = ?", params(text)), std::vector<std::string>{text});
  }
}

TEST_P(Crud, QuestionMarksInTextsAndNamesAreNoParameters) {
  EXPECT_EQ(texts("SELECT 'a?b[c]' AS [x?]"), std::vector<std::string>{"a?b[c]"});
  EXPECT_EQ(texts("SELECT ? /* ? */ -- ?\n", params("v")), std::vector<std::string>{"v"});
}

TEST_P(Crud, ResultsOutliveTheirConnection) {
  ResultSet rows;
  {
    const auto other = connect();
    rows = other->execute("SELECT ? AS [t]", params("a text that needs memory of its own somewhere"));
  }
  EXPECT_EQ(rows.front().get<std::string>("t"), "a text that needs memory of its own somewhere");
}

TEST_P(Crud, ManyRows) {
  std::vector<Params> rows;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back(params(i, "name " + std::to_string(i), i % 100));
  }
  conn().executemany("INSERT INTO [people] VALUES (?, ?, ?)", rows);
  const ResultSet read = conn().execute("SELECT [id], [name] FROM [people] ORDER BY [id]");
  ASSERT_EQ(read.size(), 5000U);
  EXPECT_EQ(read[4999].get<std::string>(1), "name 4999");
}

TEST_P(Crud, TheSameStatementManyTimes) {
  for (int i = 0; i < 300; ++i) {
    conn().execute("INSERT INTO [people] VALUES (?, ?, ?)", params(i, "x", i));
    EXPECT_EQ(number("SELECT [age] FROM [people] WHERE [id] = ?", params(i)), i);
    // More texts than the cache of statements holds.
    EXPECT_EQ(number("SELECT [age] + " + std::to_string(i) + " FROM [people] WHERE [id] = ?", params(i)), 2 * i);
  }
}

TEST_P(Crud, APreparedStatementSurvivesASchemaChange) {
  conn().execute("INSERT INTO [people] VALUES (1, 'a', 1)");
  EXPECT_EQ(conn().execute("SELECT * FROM [people]").columns().size(), 3U);
  conn().execute("ALTER TABLE [people] ADD COLUMN [city] TEXT");
  const ResultSet rows = conn().execute("SELECT * FROM [people]");
  ASSERT_EQ(rows.columns().size(), 4U);
  EXPECT_EQ(rows.columns()[3], "city");
  EXPECT_TRUE(rows.front()["city"].is_null());
}

}  // namespace
}  // namespace dalia::test
