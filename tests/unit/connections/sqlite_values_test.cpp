#include <cfloat>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connections/sqlite/types.hpp"
#include "dalia/core/error.hpp"
#include "unit/connections/temporary_folder.hpp"

namespace dalia {
namespace {

using ::testing::HasSubstr;

class SqliteValues : public ::testing::Test {
 protected:
  Value stored(const std::string& type, const Value& value) {
    conn_->execute("DROP TABLE IF EXISTS [t]");
    conn_->execute("CREATE TABLE [t] ([v] " + type + ")");
    conn_->execute("INSERT INTO [t] ([v]) VALUES (?)", params(value));
    return Value(conn_->execute("SELECT [v] FROM [t]")[0][0]);
  }

  std::unique_ptr<ConnectionManager> db_ = testing::sqlite(":memory:");
  SyncConnectionHandle conn_ = db_->sync_connection();
};

TEST_F(SqliteValues, ComeBackAsTheyWere) {
  using std::chrono::microseconds;
  const Uuid uuid = *Uuid::parse("00ff00ff-0000-7000-8000-ffffffffffff");
  const Bytes bytes = {std::byte{0}, std::byte{255}, std::byte{39}};
  const std::pair<std::string, Value> values[] = {
      {"INTEGER", std::numeric_limits<std::int64_t>::min()},
      {"INTEGER", std::numeric_limits<std::int64_t>::max()},
      {"BOOLEAN", true},
      {"BOOLEAN", false},
      {"REAL", DBL_MAX},
      {"REAL", DBL_TRUE_MIN},
      {"REAL", 0.1},
      {"TEXT", ""},
      {"TEXT", "\xF0\x9F\x90\x98 ' \" \\ \n"},
      {"TEXT", std::string(100'000, 'x')},
      {"BLOB", Value(Bytes())},
      {"BLOB", Value(bytes)},
      {"TEXT_DECIMAL", Value::decimal("-12345678901234567890.123456789")},
      {"TEXT_DECIMAL", Value::decimal("0")},
      {"TEXT_DATE", Value(Date(std::chrono::year(1), std::chrono::January, std::chrono::day(1)))},
      {"DATE", Value(Date(std::chrono::year(9999), std::chrono::December, std::chrono::day(31)))},
      {"TEXT_TIME", Value(TimeOfDay{microseconds(86'399'999'999)})},
      {"TEXT_INSTANT", Value(Instant(std::chrono::sys_days(std::chrono::year(1) / 1 / 1)))},
      {"TEXT_INSTANT", Value(Instant(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::days(1) -
                                     microseconds(1)))},
      {"TEXT_INSTANT", Value(Instant(microseconds(-1)))},
      {"TEXT_UUID", Value(uuid)},
      {"UUID", Value(uuid)},
      {"TEXT_JSON", Value::json(R"({"a":[1,2]})")},
      {"JSON", Value::json("[]")},
      {"TEXT", Value()},
      {"BOOLEAN", Value()},
  };
  for (const auto& [type, value] : values) {
    SCOPED_TRACE(type + " " + value.to_text().substr(0, 60));
    const Value back = stored(type, value);
    EXPECT_EQ(back.kind(), value.kind());
    EXPECT_EQ(back, value);
  }
}

TEST_F(SqliteValues, KeepsNotCanonicalTextAsText) {
  const std::pair<const char*, const char*> texts[] = {
      {"TEXT_INSTANT", "2024-01-01 00:00:00"},
      {"TEXT_INSTANT", "2024-02-30T00:00:00.000000Z"},
      {"TEXT_INSTANT", "2024-01-01T24:00:00.000000Z"},
      {"TEXT_INSTANT", "0000-01-01T00:00:00.000000Z"},
      {"TEXT_DATE", "2024-13-01"},
      {"TEXT_DATE", "2024-1-1"},
      {"TEXT_TIME", "12:00"},
      {"TEXT_DECIMAL", "01"},
      {"TEXT_DECIMAL", "1.0"},
      {"TEXT_DECIMAL", "-0"},
      {"TEXT_DECIMAL", "1e5"},
      {"TEXT_UUID", "00FF00FF-0000-7000-8000-FFFFFFFFFFFF"},
      {"TEXT_UUID", "00ff00ff00007000-8000-ffffffffffff-"},
      {"TEXT_JSON", "plain"},
      {"TEXT_JSON", ""},
  };
  for (const auto& [type, text] : texts) {
    SCOPED_TRACE(text);
    const Value back = stored(type, text);
    EXPECT_EQ(back.kind(), Kind::Text);
    EXPECT_EQ(back, Value(text));
  }
  EXPECT_EQ(stored("BOOLEAN", 2).kind(), Kind::Int64);
}

TEST_F(SqliteValues, TellsKindsOfReturningToo) {
  conn_->execute("CREATE TABLE [t] ([v] BOOLEAN, [u] TEXT_UUID)");
  const Uuid uuid = Uuid::v7();
  const ResultSet rows =
      conn_->execute("INSERT INTO [t] ([v], [u]) VALUES (?, ?) RETURNING [v], [u]", params(true, uuid));
  EXPECT_EQ(rows[0][0].kind(), Kind::Bool);
  EXPECT_EQ(rows[0].get<Uuid>("u"), uuid);
}

TEST_F(SqliteValues, FollowsSchemaChanges) {
  conn_->execute("CREATE TABLE [t] ([a] INTEGER)");
  conn_->execute("INSERT INTO [t] VALUES (1)");
  EXPECT_EQ(conn_->execute("SELECT * FROM [t]").columns().size(), 1U);
  conn_->execute("ALTER TABLE [t] ADD COLUMN [b] BOOLEAN DEFAULT 1");
  const ResultSet wider = conn_->execute("SELECT * FROM [t]");
  ASSERT_EQ(wider.columns().size(), 2U);
  EXPECT_EQ(wider[0]["b"].kind(), Kind::Bool);
  conn_->execute("ALTER TABLE [t] RENAME COLUMN [b] TO [c]");
  EXPECT_EQ(conn_->execute("SELECT * FROM [t]").columns()[1], "c");
}

TEST_F(SqliteValues, RefusesWhatCannotBeStored) {
  conn_->execute("CREATE TABLE [t] ([v])");
  const std::string insert = "INSERT INTO [t] VALUES (?)";
  EXPECT_THROW(conn_->execute(insert, params(std::nan(""))), UsageError);
  EXPECT_THROW(conn_->execute(insert, params(std::numeric_limits<double>::infinity())), UsageError);
  EXPECT_THROW(conn_->execute(insert, params(std::string("a\0b", 3))), UsageError);
  EXPECT_EQ(conn_->execute("SELECT count(*) FROM [t]")[0].get<int>(0), 0);
}

TEST_F(SqliteValues, CountsParameters) {
  try {
    conn_->execute("SELECT ?, ?", params(1));
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("takes 2 parameters, but 1 was given"));
    EXPECT_EQ(error.statement(), "SELECT ?, ?");
  }
}

TEST_F(SqliteValues, NeverTellsABoundValue) {
  try {
    conn_->execute("SELECT json_extract('{}', ?)", params("secret path"));
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("secret")));
  }
}

TEST_F(SqliteValues, OrdersDecimalsByNumber) {
  conn_->execute("CREATE TABLE [t] ([v] TEXT_DECIMAL COLLATE dalia_decimal)");
  for (const char* text : {"10", "9", "-1", "-10.5", "0.1", "zebra", "apple", "100000000000000000000"}) {
    conn_->execute("INSERT INTO [t] VALUES (?)", params(text));
  }
  std::string order;
  for (auto [text] : conn_->execute("SELECT [v] FROM [t] ORDER BY [v]").as<std::string>()) {
    order += text + " ";
  }
  EXPECT_EQ(order, "-10.5 -1 0.1 9 10 100000000000000000000 apple zebra ");
}

TEST_F(SqliteValues, TellsCounts) {
  EXPECT_EQ(conn_->execute("CREATE TABLE [t] ([id] INTEGER PRIMARY KEY, [v])").affected_rows(), 0);
  const ResultSet inserted = conn_->execute("INSERT INTO [t] ([v]) VALUES (1), (2)");
  EXPECT_EQ(inserted.affected_rows(), 2);
  EXPECT_EQ(inserted.last_insert_id(), 2);
  EXPECT_EQ(conn_->execute("-- all\n UPDATE [t] SET [v] = 1").affected_rows(), 2);
  EXPECT_EQ(conn_->execute("UPDATE [t] SET [v] = 1 WHERE [id] = 9").affected_rows(), 0);
  EXPECT_EQ(conn_->execute("SELECT * FROM [t]").affected_rows(), 2);
  EXPECT_EQ(conn_->execute("DELETE FROM [t] RETURNING [id]").affected_rows(), 2);
  EXPECT_EQ(conn_->execute("DROP TABLE [t]").affected_rows(), 0);
}

}  // namespace
}  // namespace dalia
