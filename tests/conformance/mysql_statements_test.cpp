// What is MariaDB's and MySQL's own about statements, on a real server.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"

namespace dalia::test {
namespace {

class MySqlStatements : public MySqlTest {};

TEST_F(MySqlStatements, TablesMayChangeUnderPreparedStatements) {
  conn().execute("CREATE TABLE [t] ([a] INT, [b] VARCHAR(10))");
  conn().execute("INSERT INTO [t] VALUES (1, 'x')");
  const SyncConnectionHandle other = connect();
  const std::string all = "SELECT * FROM [t]";
  EXPECT_EQ(conn().execute(all).columns().size(), 2U);
  other->execute("ALTER TABLE [t] ADD COLUMN [c] INT DEFAULT 7");
  EXPECT_EQ(conn().execute(all).front().get<int>("c"), 7) << "more columns";
  other->execute("ALTER TABLE [t] RENAME COLUMN [a] TO [z]");
  for (int i = 0; i < 3; ++i) {
    const ResultSet rows = conn().execute(all);
    EXPECT_EQ(rows.front().get<int>("z"), 1) << "another name";
    EXPECT_EQ(rows.columns().find("a"), FieldNames::npos);
  }
  other->execute("ALTER TABLE [t] MODIFY COLUMN [z] VARCHAR(10)");
  EXPECT_EQ(Value(conn().execute(all).front()["z"]), Value("1")) << "another type";
  other->execute("ALTER TABLE [t] DROP COLUMN [z], DROP COLUMN [b]");
  EXPECT_EQ(conn().execute(all).columns().size(), 1U) << "fewer columns";
  conn().begin_transaction();
  conn().execute("UPDATE [t] SET [c] = 8");
  EXPECT_EQ(conn().execute(all).front().get<int>("c"), 8);
  conn().commit_transaction();
}

/// Each parameter as an array, with nulls between.
TEST_F(MySqlStatements, ManyRowsOfEveryKindAtOnce) {
  conn().execute(
      "CREATE TABLE [t] ([id] BIGINT PRIMARY KEY, [flag] TINYINT(1), [real] DOUBLE, [amount] DECIMAL(20, 5), "
      "[name] TEXT, [data] BLOB, [day] DATE, [clock] TIME(6), [at] DATETIME(6), [key] CHAR(36) CHARACTER SET ascii "
      "COLLATE ascii_bin, [doc] LONGTEXT CHECK (json_valid([doc])), [nothing] INT)");
  const Uuid uuid = *Uuid::parse("0190a1b2-c3d4-7e5f-8091-a2b3c4d5e6f7");
  const auto row_of = [&](std::int64_t id) {
    const auto some = [id](Value value) { return id % 3 == 0 ? Value() : std::move(value); };
    return params(Value(id), some(Value(id % 2 == 0)), some(Value(0.25 * static_cast<double>(id))),
                  some(Value::decimal(std::to_string(id) + ".5")),
                  some(Value(std::string(static_cast<std::size_t>(id % 7), 'x'))),
                  some(Value(Bytes(3, static_cast<std::byte>(id % 256)))),
                  some(Value(Date(std::chrono::sys_days(std::chrono::days(20'000 + id))))),
                  some(Value(TimeOfDay{std::chrono::microseconds(id * 1'000'001)})),
                  some(Value(Instant(std::chrono::microseconds(1'000'000'000'000'000 + id)))), some(Value(uuid)),
                  some(Value::json("[" + std::to_string(id) + "]")), Value());
  };
  std::vector<Params> rows;
  for (std::int64_t id = 0; id < 2500; ++id) {
    rows.push_back(row_of(id));
  }
  const std::string insert = "INSERT INTO [t] VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  EXPECT_EQ(conn().executemany(insert, rows).affected_rows(), 2500);
  for (const std::int64_t id : {0, 1, 2, 7, 999, 1000, 1001, 2499}) {
    const ResultSet found = conn().execute("SELECT * FROM [t] WHERE [id] = ?", params(id));
    ASSERT_EQ(found.size(), 1U);
    const Params expected = row_of(id);
    for (std::size_t i = 0; i < found.columns().size(); ++i) {
      EXPECT_EQ(Value(found.front()[i]), Value(expected[i])) << id << " " << found.columns()[i];
    }
  }
  EXPECT_EQ(one("SELECT count(*) FROM [t] WHERE [name] IS NULL AND [doc] IS NULL"), Value(834));
  std::vector<Params> changes;
  for (std::int64_t id = 0; id < 2500; ++id) {
    changes.push_back(params(10'000 + id, id));
  }
  const std::string change = "UPDATE [t] SET [id] = ? WHERE [id] = ?";
  // Some of what fails may have been done; it is undone before the rows run one by one, to find the one to blame.
  changes[2000] = params(2499, 2000);
  const auto error = expect_error<ConstraintViolation>([&] { conn().executemany(change, changes); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), testing::HasSubstr("row 2,000"));
  EXPECT_EQ(one("SELECT max([id]) FROM [t]"), Value(2499));
  changes[2000] = params(12'000, 2000);
  EXPECT_EQ(conn().executemany(change, changes).affected_rows(), 2500);
  EXPECT_EQ(one("SELECT min([id]) FROM [t]"), Value(10'000));
}

/// The rows of an array before the one to blame are done already when it fails; they must not be done twice.
TEST_F(MySqlStatements, AnArrayThatFailsIsUndoneBeforeItsRowsRunAgain) {
  conn().execute("CREATE TABLE [stock] ([id] INT PRIMARY KEY, [left] INT CHECK ([left] >= 0))");
  std::vector<Params> rows;
  std::vector<Params> changes;
  for (int id = 0; id < 2000; ++id) {
    rows.push_back(params(id, 1));
    changes.push_back(params(id == 1500 ? 2 : 1, id));
  }
  conn().executemany("INSERT INTO [stock] VALUES (?, ?)", rows);
  const auto error = expect_error<ConstraintViolation>(
      [&] { conn().executemany("UPDATE [stock] SET [left] = [left] - ? WHERE [id] = ?", changes); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), testing::HasSubstr("row 1,500"));
  EXPECT_EQ(one("SELECT sum([left]) FROM [stock]"), Value::decimal("2000"));
}

TEST_F(MySqlStatements, StatementsThatCannotBePreparedRunAsText) {
  conn().execute("PREPARE [p] FROM 'SELECT 1 AS a, ''x'' AS b, NULL AS c'");
  const ResultSet rows = conn().execute("EXECUTE [p]");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].get<std::string>("a"), "1");
  EXPECT_EQ(rows[0].get<std::string>("b"), "x");
  EXPECT_TRUE(rows[0]["c"].is_null());
  conn().execute("DEALLOCATE PREPARE [p]");
  EXPECT_THROW(conn().execute("EXECUTE [p]"), QueryError);
  EXPECT_THROW(conn().execute("EXECUTE [p]", params(1)), UsageError);
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

TEST_F(MySqlStatements, Procedures) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute(
      "CREATE PROCEDURE [several]() BEGIN SELECT 1 AS a, 2 AS b; SELECT 'x' AS c; INSERT INTO t VALUES (5); "
      "END");
  conn().execute("CREATE PROCEDURE [fails_late]() BEGIN SELECT 1 AS a; SIGNAL SQLSTATE '45000'; END");
  conn().execute("CREATE PROCEDURE [silent](IN n INT) BEGIN INSERT INTO t VALUES (n); END");
  for (int i = 0; i < 3; ++i) {
    const ResultSet rows = conn().execute("CALL [several]()");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].get<int>("b"), 2);
    EXPECT_THROW(conn().execute("CALL [fails_late]()"), QueryError);
    EXPECT_EQ(conn().execute("CALL [silent](?)", params(i)).size(), 0U);
  }
  EXPECT_EQ(one("SELECT count(*) FROM [t]"), Value(6));
}

TEST_F(MySqlStatements, Streams) {
  std::int64_t sum = 0;
  for (const Row& row : conn().stream_query("SELECT [seq], repeat('x', 100) FROM seq_1_to_20000")) {
    sum += row.get<std::int64_t>(0);
  }
  EXPECT_EQ(sum, 20000LL * 20001 / 2);
  RowStream left = conn().stream_query("SELECT [seq] FROM seq_1_to_20000");
  EXPECT_EQ((*left.begin()).get<int>(0), 1);
  EXPECT_EQ(one("SELECT 5"), Value(5)) << "the rest of the stream makes way";
  EXPECT_EQ(left.next()->get<int>(0), 2);
  {
    RowStream dropped = conn().stream_query("SELECT [seq] FROM seq_1_to_20000");
    EXPECT_NE(dropped.next(), nullptr);
  }
  EXPECT_EQ(one("SELECT 6"), Value(6));
  RowStream failing = conn().stream_query("SELECT 9223372036854775800 + CAST([seq] AS SIGNED) FROM seq_1_to_20");
  EXPECT_THROW(while (failing.next() != nullptr){}, QueryError);
  EXPECT_EQ(one("SELECT 7"), Value(7));
}

}  // namespace
}  // namespace dalia::test
