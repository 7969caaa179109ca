// What is MariaDB's and MySQL's own about statements, on a real server.
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
