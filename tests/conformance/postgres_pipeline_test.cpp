// Pipelines of PostgreSQL, which go in the protocol's own pipeline mode.
#include <chrono>
#include <string>
#include <thread>

#include "conformance/postgres_test.hpp"
#include "support/gated_connection.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* insert_sql = "INSERT INTO [t] VALUES (?, ?)";
constexpr const char* update_sql = "UPDATE [t] SET [n] = ? WHERE [id] = ?";

class PostgresPipelines : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      conn().execute("CREATE TABLE [t] ([id] integer PRIMARY KEY, [n] integer)");
    }
  }

  [[nodiscard]] int rows() { return one("SELECT count(*) FROM [t]").get<int>(); }
  [[nodiscard]] static Pipeline inserts(int count) {
    Pipeline statements;
    for (int i = 0; i < count; ++i) {
      statements.execute(insert_sql, params(i, i));
    }
    return statements;
  }
  [[nodiscard]] static std::vector<Params> changes(int count) {
    std::vector<Params> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(params(-i, i));
    }
    return rows;
  }
};

TEST_F(PostgresPipelines, TakeOneRoundTrip) {
  GatedConnection gated(config());
  gated->pipeline(inserts(1));
  conn().execute("DELETE FROM [t]");
  const auto round_trips = [&](auto&& work) {
    const std::size_t before = gated.gate().round_trips();
    work();
    return gated.gate().round_trips() - before;
  };
  EXPECT_EQ(round_trips([&] { gated->pipeline(inserts(100)); }), 1U);
  gated->begin_transaction();
  const auto select = pipeline().execute("SELECT count(*) FROM [t]").execute("DELETE FROM [t] WHERE [id] = 7");
  gated->pipeline(select);
  EXPECT_EQ(round_trips([&] { gated->pipeline(select); }), 1U);
  gated->rollback_transaction();
  EXPECT_EQ(rows(), 100);
}

TEST_F(PostgresPipelines, CarryAHundredMegabytesInBothDirections) {
  const WithinTime limit(seconds(120));
  const std::string text(100'000, 'x');
  Pipeline statements;
  for (int i = 0; i < 1000; ++i) {
    statements.execute("SELECT CAST(? AS text)", params(text));
  }
  const std::vector<ResultSet> results = conn().pipeline(statements);
  ASSERT_EQ(results.size(), 1000U);
  EXPECT_EQ(results.back().front().get<std::string>(0), text);
}

/// While the server waits for somebody to take its answer it does not read what is still to be sent.
TEST_F(PostgresPipelines, ReadWhileTheySend) {
  const WithinTime limit(seconds(30));
  const std::string text(2'000'000, 'x');
  Pipeline statements;
  for (int i = 0; i < 8; ++i) {
    statements.execute("SELECT repeat(CAST(? AS text), 5)", params(text));
  }
  const std::vector<ResultSet> results = conn().pipeline(statements, execute_options().timeout(seconds(10)));
  EXPECT_EQ(results.back().front().get<std::string>(0).size(), 5 * text.size());
}

TEST_F(PostgresPipelines, DeferredConstraintsFailAtTheCommitWhichNamesNoStatement) {
  conn().execute("CREATE TABLE [parent] ([id] integer PRIMARY KEY)");
  conn().execute("CREATE TABLE [child] ([p] integer REFERENCES [parent] DEFERRABLE INITIALLY DEFERRED)");
  const auto statements =
      pipeline().execute("INSERT INTO [child] VALUES (?)", params(7)).execute("INSERT INTO [t] VALUES (1, 1)");
  const auto error = expect_error<ConstraintViolation>([&] { conn().pipeline(statements); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::ForeignKey);
  EXPECT_THAT(error->what(), Not(HasSubstr("counting")));
  EXPECT_EQ(error->statement(), "COMMIT");
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(rows(), 0);
  const auto with_parent =
      pipeline().execute("INSERT INTO [child] VALUES (?)", params(7)).execute("INSERT INTO [parent] VALUES (7)");
  EXPECT_EQ(conn().pipeline(with_parent).size(), 2U);
}

TEST_F(PostgresPipelines, DeferredConstraintsInsideATransactionFailWithIt) {
  conn().execute("CREATE TABLE [parent] ([id] integer PRIMARY KEY)");
  conn().execute("CREATE TABLE [child] ([p] integer REFERENCES [parent] DEFERRABLE INITIALLY DEFERRED)");
  conn().begin_transaction();
  EXPECT_EQ(conn().pipeline(pipeline().execute("INSERT INTO [child] VALUES (7)")).size(), 1U);
  EXPECT_THROW(conn().commit_transaction(), ConstraintViolation);
  EXPECT_FALSE(conn().in_transaction());
}

TEST_F(PostgresPipelines, AValueThatCannotBeSentStopsThemInItsTurn) {
  conn().execute("CREATE TABLE [texts] ([x] text)");
  const auto failing = [](int first) {
    Pipeline statements;
    statements.execute(insert_sql, params(first, 1));
    statements.execute("INSERT INTO [texts] VALUES (?)", params(std::string("a\0b", 3)));
    statements.execute(insert_sql, params(3, 1));
    return statements;
  };
  const auto error = expect_error<UsageError>([&] { conn().pipeline(failing(1)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(StartsWith("statement 1 (counting from 0): "), HasSubstr("NUL")));
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(conn().in_transaction());
  conn().execute(insert_sql, params(9, 9));
  EXPECT_THROW(conn().pipeline(failing(9)), ConstraintViolation) << "what fails before it counts";
  const auto copy = expect_error<UsageError>(
      [&] { conn().pipeline(pipeline().execute(insert_sql, params(1, 1)).execute("COPY [t] FROM STDIN")); });
  ASSERT_TRUE(copy);
  EXPECT_THAT(copy->what(), AllOf(StartsWith("statement 1 ("), HasSubstr("bulk loading")));
  EXPECT_EQ(rows(), 1);
}

TEST_F(PostgresPipelines, WhatTheServerRefusesInATransactionIsItsError) {
  const auto error = expect_error<QueryError>(
      [&] { conn().pipeline(pipeline().execute(insert_sql, params(1, 1)).execute("VACUUM")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "25001");
  EXPECT_THAT(error->what(), StartsWith("statement 1 ("));
  EXPECT_THROW(conn().pipeline(pipeline().execute("VACUUM").execute(insert_sql, params(1, 1))), QueryError);
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresPipelines, NumbersCompareAsWhatTheyAre) {
  conn().pipeline(inserts(3));
  Pipeline statements;
  for (const Value& value : {Value(1), Value(0.5), Value(3'000'000'000), Value(1.5), Value(2)}) {
    statements.execute("SELECT count(*) FROM [t] WHERE [n] > ?", params(value));
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::vector<ResultSet> results = conn().pipeline(statements);
    std::vector<int> counts;
    for (const ResultSet& result : results) {
      counts.push_back(result.front().get<int>(0));
    }
    EXPECT_THAT(counts, testing::ElementsAre(1, 2, 0, 1, 0));
  }
}

TEST_F(PostgresPipelines, StatementsThatBecameStaleRunAgain) {
  const auto statements = pipeline().execute(insert_sql, params(1, 1)).execute("SELECT * FROM [t]");
  conn().pipeline(statements);
  connect()->execute("ALTER TABLE [t] ADD COLUMN [more] integer");
  connect()->execute("DELETE FROM [t]");
  EXPECT_EQ(conn().pipeline(statements)[1].columns().size(), 3U);
  connect()->execute("ALTER TABLE [t] DROP COLUMN [more]");
  connect()->execute("DELETE FROM [t]");
  conn().begin_transaction();
  const auto error = expect_error<TransientError>([&] { conn().pipeline(statements); });
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_EQ(conn().pipeline(statements)[1].columns().size(), 2U);
  conn().commit_transaction();
}

TEST_F(PostgresPipelines, AnOpenStreamMakesWay) {
  conn().pipeline(inserts(50));
  RowStream stream = conn().stream_query("SELECT [id] FROM [t] ORDER BY 1");
  int sum = 0;
  for (const Row row : stream) {
    if (row.get<int>(0) == 3) {
      EXPECT_EQ(conn().pipeline(pipeline().execute("DELETE FROM [t]"))[0].affected_rows(), 50);
    }
    sum += row.get<int>(0);
  }
  EXPECT_EQ(sum, 49 * 50 / 2);
}

TEST_F(PostgresPipelines, ATimeLimitStopsWhatRunsAmongMany) {
  const WithinTime limit(seconds(20));
  Pipeline statements = inserts(500);
  statements.execute("SELECT pg_sleep(30)");
  for (int i = 0; i < 500; ++i) {
    statements.execute(update_sql, params(i, i));
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto error =
        expect_error<TimeoutError>([&] { conn().pipeline(statements, execute_options().timeout(milliseconds(300))); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), StartsWith("statement 500 ("));
    EXPECT_TRUE(conn().is_usable());
    EXPECT_EQ(rows(), 0);
  }
  Pipeline naps;  // none of them is too long
  for (int i = 0; i < 200; ++i) {
    naps.execute("SELECT pg_sleep(0.01)");
  }
  EXPECT_THROW(conn().pipeline(naps, execute_options().timeout(milliseconds(300))), TimeoutError);
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresPipelines, AreInterruptedByAnotherThread) {
  const WithinTime limit(seconds(10));
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(200));
    conn().interrupt();
  });
  const auto statements = pipeline().execute(insert_sql, params(1, 1)).execute("SELECT pg_sleep(20)");
  const auto error = expect_error<QueryError>([&] { conn().pipeline(statements); });
  other.join();
  EXPECT_TRUE(error);
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresPipelines, RowsOfExecutemanyShareARoundTrip) {
  conn().pipeline(inserts(2500));
  GatedConnection gated(config());
  gated->executemany(update_sql, changes(1));
  const auto round_trips = [&](int count) {
    const std::vector<Params> rows = changes(count);
    const std::size_t before = gated.gate().round_trips();
    EXPECT_EQ(gated->executemany(update_sql, rows).affected_rows(), count);
    return gated.gate().round_trips() - before;
  };
  EXPECT_EQ(round_trips(100), 1U);
  EXPECT_EQ(one("SELECT [n] FROM [t] WHERE [id] = 99").get<int>(), -99);
}

TEST_F(PostgresPipelines, SavedEntitiesShareARoundTripWithTheirBegin) {
  GatedConnection gated(config());
  const auto save = [&](int n) {
    std::vector<Entity> batch;
    for (int i = 0; i < 100; ++i) {
      batch.push_back(entity("id", std::to_string(i), "n", n));
    }
    gated->save_entities("item", std::move(batch));
  };
  save(1);
  save(2);
  const std::size_t before = gated.gate().round_trips();
  save(3);
  EXPECT_EQ(gated.gate().round_trips() - before, 2U) << "the other one is COMMIT";
  EXPECT_EQ(one("SELECT count(*) FROM [item] WHERE [n] = 3 AND [_version] = 3").get<int>(), 100);
}

TEST_F(PostgresPipelines, RowsOfExecutemanyNameTheRowAtOnce) {
  conn().pipeline(inserts(2500));
  for (const int bad : {0, 1, 999, 1000, 1001, 2499}) {
    std::vector<Params> rows = changes(2500);
    rows[static_cast<std::size_t>(bad)] = params(1, 10'000'000'000);
    const auto error = expect_error<QueryError>([&] { conn().executemany(update_sql, rows); });
    ASSERT_TRUE(error);
    const std::string index = bad >= 1000 ? std::to_string(bad).insert(1, ",") : std::to_string(bad);
    EXPECT_THAT(error->what(), StartsWith("row " + index + " (counting from 0): "));
    EXPECT_EQ(one("SELECT sum([n]) FROM [t]").get<int>(), 2499 * 2500 / 2);
    EXPECT_FALSE(conn().in_transaction());
  }
}

TEST_F(PostgresPipelines, WidenedInsertsShareItTooAndNameTheRow) {
  GatedConnection gated(config());
  std::vector<Params> list;
  for (int i = 0; i < 1000; ++i) {
    list.push_back(params(i, i));
  }
  gated->executemany(insert_sql, list);
  conn().execute("DELETE FROM [t]");
  const std::size_t before = gated.gate().round_trips();
  EXPECT_EQ(gated->executemany(insert_sql, list).affected_rows(), 1000);
  EXPECT_LE(gated.gate().round_trips() - before, 5U) << "answers may overtake some of what is sent";
  EXPECT_EQ(rows(), 1000);

  for (int i = 1000; i < 3000; ++i) {
    list.push_back(params(i, i));
  }
  for (const int bad : {1, 63, 64, 999, 1000, 2990, 2999}) {
    conn().execute("DELETE FROM [t]");
    std::vector<Params> rows_with_one = list;
    rows_with_one[static_cast<std::size_t>(bad)] = params(0, 0);
    for (const bool is_nested : {false, true}) {
      if (is_nested) {
        conn().begin_transaction();
        conn().execute(insert_sql, params(-1, 0));
      }
      const auto error = expect_error<ConstraintViolation>([&] { conn().executemany(insert_sql, rows_with_one); });
      ASSERT_TRUE(error);
      const std::string index = bad >= 1000 ? std::to_string(bad).insert(1, ",") : std::to_string(bad);
      EXPECT_THAT(error->what(), StartsWith("row " + index + " (counting from 0): "));
      EXPECT_EQ(conn().in_transaction(), is_nested);
      EXPECT_EQ(rows(), is_nested ? 1 : 0);
    }
    EXPECT_EQ(conn().executemany(insert_sql, list).affected_rows(), 3000);
    conn().rollback_transaction();
  }
}

TEST_F(PostgresPipelines, ARowOfAnotherWidthIsToldInItsTurn) {
  conn().execute(insert_sql, params(7, 7));
  for (const bool is_nested : {false, true}) {
    if (is_nested) {
      conn().begin_transaction();
    }
    for (const char* sql : {"INSERT INTO [t] VALUES (?, ?) RETURNING [id]", insert_sql}) {
      const auto width = expect_error<UsageError>([&] { conn().executemany(sql, {params(1, 1), params(2)}); });
      ASSERT_TRUE(width);
      EXPECT_THAT(width->what(), StartsWith("row 1 ("));
      EXPECT_THROW(conn().executemany(sql, {params(1)}), UsageError);
      EXPECT_THROW(conn().executemany(sql, {params(7, 1), params(2)}), ConstraintViolation);
      EXPECT_EQ(conn().in_transaction(), is_nested);
      EXPECT_EQ(rows(), 1);
    }
  }
  conn().commit_transaction();
}

class PostgresPipelineLinks : public PostgresPipelines {
 protected:
  void SetUp() override {
    PostgresPipelines::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      gated_ = std::make_unique<GatedConnection>(config());
      (*gated_)->pipeline(inserts(1));
      conn().execute("DELETE FROM [t]");
    }
  }
  [[nodiscard]] TcpGate& gate() { return gated_->gate(); }
  [[nodiscard]] SyncConnection& gated() { return **gated_; }

 private:
  std::unique_ptr<GatedConnection> gated_;
};

TEST_F(PostgresPipelineLinks, CutInTheMiddleLeaveTheirOutcomeOpen) {
  const WithinTime limit(seconds(5));
  gate().cut_after(500);
  const auto error = expect_error<OutcomeUnknown>([&] { gated().pipeline(inserts(100)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("may or may not"));
  EXPECT_FALSE(gated().is_usable());
  EXPECT_THROW(gated().execute("SELECT 1"), ConnectionError);
  const int left = rows();
  EXPECT_TRUE(left == 0 || left == 100) << left;
}

TEST_F(PostgresPipelineLinks, CutInATransactionTheyDidNotHappen) {
  gated().begin_transaction();
  gated().pipeline(inserts(1));
  gate().cut_after(500);
  EXPECT_TRUE(expect_error<ConnectionError>([&] { gated().executemany(update_sql, changes(100)); }));
  EXPECT_FALSE(gated().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresPipelineLinks, CutBeforeTheyWereSentTheyDidNotHappen) {
  const WithinTime limit(seconds(20));
  Pipeline statements;
  const std::string text(100'000, 'x');
  for (int i = 0; i < 1000; ++i) {
    statements.execute("SELECT CAST(? AS text)", params(text));
    statements.execute(insert_sql, params(i, i));
  }
  gated().pipeline(pipeline().execute(statements.sql(0), params("x")));
  gate().cut_after(500);
  EXPECT_TRUE(expect_error<ConnectionError>([&] { gated().pipeline(statements); }));
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresPipelineLinks, AServerThatFallsSilentIsGivenUpInTime) {
  const WithinTime limit(seconds(10));
  for (const bool is_nested : {false, true}) {
    GatedConnection silent(config());
    conn().execute("DELETE FROM [t]");
    silent->pipeline(inserts(1));
    conn().execute("DELETE FROM [t]");
    if (is_nested) {
      silent->begin_transaction();
    }
    silent.gate().stall();
    const auto error =
        expect_error<TimeoutError>([&] { silent->pipeline(inserts(3), execute_options().timeout(milliseconds(200))); });
    ASSERT_TRUE(error);
    EXPECT_TRUE(error->outcome_unknown());
    EXPECT_FALSE(silent->is_usable());
    EXPECT_THROW(silent->execute("SELECT 1"), ConnectionError);
  }
}

TEST_F(PostgresPipelineLinks, AServerThatIsShutDownSaysSo) {
  const int process = process_id(gated());
  const auto statements = pipeline().execute(insert_sql, params(1, 1)).execute("SELECT pg_sleep(20)");
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(300));
    conn().execute("SELECT pg_terminate_backend(?)", params(process));
  });
  const auto error = expect_error<ConnectionError>([&] { gated().pipeline(statements); });
  other.join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "57P01");
  EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace dalia::test
