// Several statements, all or nothing, in one call.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* insert_sql = "INSERT INTO [t] ([id], [n]) VALUES (?, ?)";
constexpr const char* update_sql = "UPDATE [t] SET [n] = ? WHERE [id] = ?";
constexpr const char* select_sql = "SELECT [n] FROM [t] WHERE [id] = ?";

class Pipelines : public TableTest {};
DALIA_CONTRACT_SUITE(Pipelines);

TEST_P(Pipelines, GiveOneResultForEachStatementInOrder) {
  const std::vector<ResultSet> results = conn().pipeline(pipeline()
                                                             .execute(insert_sql, params(1, 10))
                                                             .execute(insert_sql, params(2, Value()))
                                                             .execute("SELECT [id], [n] FROM [t] ORDER BY [id]")
                                                             .execute(update_sql, params(11, 1))
                                                             .execute(select_sql, params(1))
                                                             .execute(select_sql, params(7))
                                                             .execute("DELETE FROM [t]"));
  ASSERT_EQ(results.size(), 7U);
  EXPECT_EQ(results[0].affected_rows(), 1);
  EXPECT_TRUE(results[0].empty());
  ASSERT_EQ(results[2].size(), 2U);
  EXPECT_EQ(results[2][1].get<int>("id"), 2);
  EXPECT_TRUE(results[2][1]["n"].is_null());
  EXPECT_EQ(results[3].affected_rows(), 1);
  EXPECT_EQ(results[4].front().get<int>(0), 11);
  EXPECT_TRUE(results[5].empty());
  EXPECT_EQ(results[5].columns().size(), 1U);
  EXPECT_EQ(results[6].affected_rows(), 2);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(Pipelines, RunAsOftenAsOneLikes) {
  Pipeline statements;
  statements.execute("UPDATE [t] SET [n] = [n] + ?", params(1)).execute("SELECT [n] FROM [t]");
  conn().execute(insert_sql, params(1, 0));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(conn().pipeline(statements)[1].front().get<int>(0), i);
  }
}

TEST_P(Pipelines, OfNothingDoNothing) {
  EXPECT_TRUE(conn().pipeline(Pipeline()).empty());
  EXPECT_FALSE(conn().in_transaction());
}

TEST_P(Pipelines, WithAFailingStatementDoNothingAndNameIt) {
  Pipeline statements;
  for (int i = 0; i < 1500; ++i) {
    statements.execute(insert_sql, params(i == 1234 ? 3 : i, i));
  }
  const auto error = expect_error<ConstraintViolation>([&] { conn().pipeline(statements); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), StartsWith("statement 1,234 (counting from 0): "));
  EXPECT_EQ(error->statement(), insert_sql);
  EXPECT_EQ(error->kind(), ConstraintKind::Unique);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(conn().pipeline(pipeline().execute(insert_sql, params(1, 1))).size(), 1U);
  EXPECT_EQ(rows(), 1);
}

TEST_P(Pipelines, NameTheFirstAndTheLastToo) {
  conn().execute(insert_sql, params(1, 1));
  for (const int bad : {0, 2}) {
    Pipeline statements;
    for (int i = 0; i < 3; ++i) {
      statements.execute(insert_sql, params(i == bad ? 1 : 10 + i, 1));
    }
    const auto error = expect_error<ConstraintViolation>([&] { conn().pipeline(statements); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), StartsWith("statement " + std::to_string(bad) + " ("));
    EXPECT_EQ(rows(), 1);
  }
}

TEST_P(Pipelines, NameAStatementThatTheEngineDoesNotKnow) {
  const std::string nonsense = "SELECT [n] FROM [no_such_table] WHERE [id] = ?";
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto error = expect_error<QueryError>([&] {
      conn().pipeline(
          pipeline().execute(insert_sql, params(1, 1)).execute(nonsense, params(1)).execute(insert_sql, params(2, 1)));
    });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), StartsWith("statement 1 (counting from 0): "));
    EXPECT_EQ(error->statement(), nonsense);
    EXPECT_EQ(rows(), 0);
  }
}

TEST_P(Pipelines, JoinTheOpenTransactionAndUndoOnlyThemselves) {
  conn().begin_transaction();
  conn().execute(insert_sql, params(1, 1));
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto error = expect_error<ConstraintViolation>([&] {
      conn().pipeline(pipeline()
                          .execute(insert_sql, params(2, 1))
                          .execute(select_sql, params(2))
                          .execute(insert_sql, params(1, 1))
                          .execute(insert_sql, params(3, 1)));
    });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), StartsWith("statement 2 ("));
    EXPECT_TRUE(conn().in_transaction());
    EXPECT_EQ(rows(), 1);
  }
  EXPECT_THROW(conn().pipeline(pipeline().execute("SELECT * FROM [no_such_table]")), QueryError);
  conn().pipeline(pipeline().execute(insert_sql, params(4, 1)).execute(insert_sql, params(5, 1)));
  EXPECT_TRUE(conn().in_transaction());
  EXPECT_EQ(rows(), 3);
  conn().rollback_transaction();
  EXPECT_EQ(rows(), 0);
}

TEST_P(Pipelines, AreRefusedBeforeAnythingIsSent) {
  const auto refused = [&](std::string_view sql, const Params& values) {
    Pipeline statements;
    statements.execute(insert_sql, params(1, 1)).execute(sql, values);
    try {
      conn().pipeline(statements);
      ADD_FAILURE() << sql << " was not refused";
    } catch (const TranslationError& error) {
      EXPECT_NE(error.position(), nullptr);
      return std::string("translation: ") + error.what();
    } catch (const UsageError& error) {
      EXPECT_EQ(error.statement(), sql);
      return std::string("usage: ") + error.what();
    }
    return std::string();
  };
  EXPECT_THAT(refused("SELECT 'without an end", Params()), StartsWith("translation: statement 1 (counting from 0): "));
  EXPECT_THAT(refused(select_sql, Params()),
              HasSubstr("statement 1 (counting from 0): the statement takes 1 parameter"));
  EXPECT_THAT(refused(select_sql, params(1, 2)), HasSubstr("but 2 were given"));
  for (const std::string_view sql : {"BEGIN", "start transaction", "COMMIT", "/* */ ROLLBACK", "END", "SAVEPOINT a",
                                     "ROLLBACK TO SAVEPOINT dalia_call", "RELEASE SAVEPOINT dalia_call"}) {
    EXPECT_THAT(refused(sql, Params()),
                StartsWith("usage: statement 1 (counting from 0): a pipeline is all or nothing"));
  }
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(conn().in_transaction());
}

TEST_P(Pipelines, UseTablesThatTheyMake) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::vector<ResultSet> results =
        conn().pipeline(pipeline()
                            .execute("CREATE TABLE [made] ([id] INTEGER PRIMARY KEY)")
                            .execute("INSERT INTO [made] VALUES (?)", params(1))
                            .execute("INSERT INTO [made] VALUES (?)", params(2))
                            .execute("SELECT count(*) FROM [made]")
                            .execute("DROP TABLE [made]"));
    EXPECT_EQ(results[3].front().get<int>(0), 2);
  }
}

TEST_P(Pipelines, CarryMuchInBothDirections) {
  const WithinTime limit(std::chrono::seconds(60));
  constexpr int count = 300;
  constexpr std::size_t size = 100'000;  // 30 MB each way, more than any buffer of a link holds
  Pipeline statements;
  for (int i = 0; i < count; ++i) {
    statements.execute("SELECT ? || '!', ?", params(std::string(size, static_cast<char>('a' + i % 26)), i));
  }
  const std::vector<ResultSet> results = conn().pipeline(statements);
  ASSERT_EQ(results.size(), static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto text = results[i].front().get<std::string>(0);
    ASSERT_EQ(text.size(), size + 1);
    ASSERT_EQ(text.front(), static_cast<char>('a' + i % 26));
  }
}

TEST_P(Pipelines, EndWithTheirTimeLimitAndLeaveTheConnectionUsable) {
  const std::string slow =
      "WITH RECURSIVE [c] ([i]) AS (SELECT 1 UNION ALL SELECT [i] + 1 FROM [c] WHERE [i] < 100000000) "
      "SELECT count(*) FROM [c]";
  const WithinTime limit(std::chrono::seconds(10));
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto error = expect_error<TimeoutError>([&] {
      conn().pipeline(pipeline().execute(insert_sql, params(1, 1)).execute(slow).execute(insert_sql, params(2, 1)),
                      execute_options().timeout(milliseconds(150)));
    });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->phase(), TimeoutPhase::Query);
    EXPECT_THAT(error->what(), StartsWith("statement 1 ("));
    EXPECT_THAT(error->what(), HasSubstr("limit: 0.15 s"));
    EXPECT_TRUE(conn().is_usable());
    EXPECT_FALSE(conn().in_transaction());
    EXPECT_EQ(rows(), 0);
  }
  EXPECT_THROW(conn().pipeline(pipeline().execute(slow), execute_options().timeout(milliseconds(0))), TimeoutError);
}

TEST_P(Pipelines, TakeEveryKindOfStatement) {
  conn().pipeline(pipeline()
                      .execute("CREATE TABLE [names] ([name] VARCHAR(20) PRIMARY KEY)")
                      .execute("INSERT INTO [names] SELECT 'a'")
                      .execute("INSERT INTO [names] VALUES (?), (?)", params("b", "c")));
  EXPECT_THAT(texts("SELECT [name] FROM [names] ORDER BY 1"), testing::ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace dalia::test
