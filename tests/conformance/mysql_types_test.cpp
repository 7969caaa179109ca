// Values on a real MariaDB or MySQL server: columns of its own types, and the extremes of dalia's kinds there and back.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/entity_text.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;
using Doubles = std::numeric_limits<double>;

class MySqlTypes : public MySqlTest {
 protected:
  /// Written with a bound value into a column of that type, and read again.
  Value stored(const std::string& type, const Value& value) {
    conn().execute("CREATE OR REPLACE TABLE [t] ([v] " + type + ")");
    conn().execute("INSERT INTO [t] VALUES (?)", params(value));
    return one("SELECT [v] FROM [t]");
  }
};

struct Cell {
  const char* type;
  const char* literal;
  Value expected;
};

TEST_F(MySqlTypes, ReadsItsOwnTypes) {
  const Cell cells[] = {
      {"TINYINT(1)", "1", true},
      {"TINYINT(1)", "5", 5},
      {"BOOLEAN", "FALSE", false},
      {"TINYINT", "-128", -128},
      {"TINYINT UNSIGNED", "255", 255},
      {"SMALLINT", "-32768", -32768},
      {"SMALLINT UNSIGNED", "65535", 65535},
      {"MEDIUMINT", "-8388608", -8388608},
      {"MEDIUMINT UNSIGNED", "16777215", 16777215},
      {"INT UNSIGNED", "4294967295", 4294967295U},
      {"INT(8) ZEROFILL", "42", 42},
      {"BIGINT UNSIGNED", "9223372036854775807", INT64_MAX},
      {"BIGINT UNSIGNED", "18446744073709551615", Value::decimal("18446744073709551615")},
      {"FLOAT", "0.5", 0.5},
      {"DOUBLE", "-0e0", -0.0},
      {"DECIMAL(65, 0)", "-99999999999999999999999999999999999999999999999999999999999999999",
       Value::decimal("-" + std::string(65, '9'))},
      {"DECIMAL(38, 38)", "0.00000000000000000000000000000000000001",
       Value::decimal("0." + std::string(37, '0') + "1")},
      {"DECIMAL(8, 3) ZEROFILL", "1.5", Value::decimal("1.5")},
      {"BIT(1)", "b'1'", true},
      {"BIT(12)", "b'101'", 5},
      {"BIT(64)", "b'1111111111111111111111111111111111111111111111111111111111111111'",
       Value::decimal("18446744073709551615")},
      {"YEAR", "2155", 2155},
      {"YEAR", "0", 0},
      {"ENUM('a', 'b')", "'b'", "b"},
      {"SET('a', 'b')", "'a,b'", "a,b"},
      {"SET('a', 'b')", "''", ""},
      {"CHAR(5)", "'ab'", "ab"},
      {"VARCHAR(5) CHARACTER SET latin1", "'\xc3\xa9'", "\xc3\xa9"},
      {"BINARY(3)", "'a'", Bytes{std::byte{'a'}, std::byte{0}, std::byte{0}}},
      {"VARBINARY(3)", "x'00ff'", Bytes{std::byte{0}, std::byte{0xff}}},
      {"BLOB", "''", Bytes{}},
      {"TEXT", "''", ""},
      {"DATE", "'2024-02-29'", *date_from("2024-02-29")},
      {"DATE", "'0000-00-00'", "0000-00-00"},
      {"DATE", "'2024-00-00'", "2024-00-00"},
      {"DATETIME", "'2024-02-29 12:00:00'", *instant_from("2024-02-29T12:00:00Z")},
      {"DATETIME(6)", "'9999-12-31 23:59:59.999999'", *instant_from("9999-12-31T23:59:59.999999Z")},
      {"DATETIME", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00.000000"},
      {"TIMESTAMP(3) NULL", "'2024-02-29 12:00:00.125'", *instant_from("2024-02-29T12:00:00.125Z")},
      {"TIME", "'00:00:00'", TimeOfDay()},
      {"TIME(6)", "'23:59:59.999999'", *time_from("23:59:59.999999")},
      {"TIME", "'-838:59:59'", "-838:59:59.000000"},
      {"TIME(2)", "'24:00:00.25'", "24:00:00.250000"},
      {"UUID", "'018f0000-0000-7000-8000-0000000000ff'", *Uuid::parse("018f0000-0000-7000-8000-0000000000ff")},
      {"CHAR(36) COLLATE utf8mb4_bin", "'018f0000-0000-7000-8000-0000000000ff'",
       *Uuid::parse("018f0000-0000-7000-8000-0000000000ff")},
      {"CHAR(36) COLLATE utf8mb4_bin", "'no uuid'", "no uuid"},
      {"JSON", "'{\"a\":[1,null]}'", Value::json(R"({"a":[1,null]})")},
      {"INET6", "'::1'", "::1"},
  };
  conn().execute("SET sql_mode = ''");  // zero dates
  for (const Cell& cell : cells) {
    conn().execute(std::string("CREATE OR REPLACE TABLE [t] ([v] ") + cell.type + ")");
    conn().execute(std::string("INSERT INTO [t] VALUES (") + cell.literal + "), (NULL)");
    const ResultSet rows = conn().execute("SELECT [v] FROM [t] ORDER BY [v] IS NULL");
    EXPECT_EQ(Value(rows[0][std::size_t{0}]), cell.expected) << cell.type << " " << cell.literal;
    const std::string type = cell.type;
    if (type.find("TIMESTAMP") == std::string::npos) {
      EXPECT_TRUE(rows[1][std::size_t{0}].is_null()) << type;
    }
  }
}

TEST_F(MySqlTypes, BindsEveryKindToColumnsOfOthers) {
  conn().execute("CREATE TABLE [t] ([u] UUID, [i] INET6, [j] JSON, [e] ENUM('a', 'b'), [y] YEAR, [n] BIGINT UNSIGNED)");
  const Uuid uuid = Uuid::v7();
  conn().execute("INSERT INTO [t] VALUES (?, ?, ?, ?, ?, ?)",
                 params(uuid, "::1", Value::json("[1]"), "b", 2024, Value(UINT64_MAX)));
  const ResultSet rows = conn().execute("SELECT * FROM [t] WHERE [u] = ? AND [n] = ?", params(uuid, Value(UINT64_MAX)));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(Value(rows[0]["u"]), Value(uuid));
  EXPECT_EQ(Value(rows[0]["j"]), Value::json("[1]"));
  EXPECT_EQ(Value(rows[0]["n"]), Value(UINT64_MAX));
}

TEST_F(MySqlTypes, SettingsMakeItAnswerAlike) {
  EXPECT_EQ(one("SELECT 'a' || 'b'"), Value("ab"));
  EXPECT_EQ(one("SELECT 'a' = 'A'").get<int>(), 0);
  EXPECT_EQ(one("SELECT 'a' = 'a '").get<int>(), 0);
  EXPECT_EQ(one("SELECT @@time_zone"), Value("+00:00"));
  EXPECT_EQ(one("SELECT @@tx_isolation"), Value("READ-COMMITTED"));
  conn().execute("CREATE TABLE [t] ([id] INT AUTO_INCREMENT PRIMARY KEY, [n] INT)");
  EXPECT_THROW(conn().execute("INSERT INTO [t] ([n]) VALUES ('abc')"), QueryError);
  EXPECT_EQ(conn().execute("INSERT INTO [t] VALUES (0, 1)").affected_rows(), 1);
  EXPECT_EQ(one("SELECT [id] FROM [t]"), Value(0));
  EXPECT_EQ(conn().execute("UPDATE [t] SET [n] = 1").affected_rows(), 1) << "rows matched";
  EXPECT_EQ(conn().execute("INSERT INTO [t] ([n]) VALUES (2)").last_insert_id(), 1);
  EXPECT_EQ(conn().execute("CREATE TABLE [u] ([n] INT)").affected_rows(), 0);
  EXPECT_EQ(one("WITH RECURSIVE [n] ([i]) AS (SELECT 1 UNION ALL SELECT [i] + 1 FROM [n] WHERE [i] < 5000) "
                "SELECT count(*) FROM [n]"),
            Value(5000));
}

TEST_F(MySqlTypes, ParametersMayHaveAnotherTypeEachTime) {
  const std::string sql = "SELECT ? AS [v]";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(one(sql, params(1)), Value(1));
    EXPECT_EQ(one(sql, params("x")), Value("x"));
    EXPECT_EQ(one(sql, params(1.5)), Value(1.5));
    EXPECT_EQ(one(sql, params(nullptr)), Value());
    EXPECT_EQ(one(sql, params(Value::decimal("1.5"))), Value::decimal("1.5"));
    EXPECT_EQ(one(sql, params(*instant_from("2024-02-29T00:00:00.5Z"))),
              Value(*instant_from("2024-02-29T00:00:00.5Z")));
    EXPECT_EQ(one(sql, params(Bytes{std::byte{1}})), Value(Bytes{std::byte{1}}));
  }
}

TEST_F(MySqlTypes, ExtremesThereAndBack) {
  struct Extreme {
    const char* type;
    Value value;
  };
  const Extreme extremes[] = {
      {"BIGINT", INT64_MIN},
      {"BIGINT", INT64_MAX},
      {"BIGINT UNSIGNED", Value(UINT64_MAX)},
      {"DOUBLE", Doubles::max()},
      {"DOUBLE", -Doubles::max()},
      {"DOUBLE", Doubles::min()},
      {"DOUBLE", Doubles::denorm_min()},
      {"DOUBLE", 0.1 + 0.2},
      {"FLOAT", 1.5},
      {"DECIMAL(65, 0)", Value::decimal(std::string(65, '9'))},
      {"DECIMAL(65, 38)", Value::decimal("-" + std::string(27, '9') + "." + std::string(38, '9'))},
      {"DECIMAL(38, 38)", Value::decimal("-0." + std::string(37, '0') + "1")},
      {"DATETIME(6)", *instant_from("0001-01-01T00:00:00Z")},
      {"DATETIME(6)", *instant_from("1969-12-31T23:59:59.999999Z")},
      {"DATETIME(6)", *instant_from("9999-12-31T23:59:59.999999Z")},
      {"DATE", *date_from("0001-01-01")},
      {"DATE", *date_from("9999-12-31")},
      {"TIME(6)", TimeOfDay{std::chrono::microseconds(0)}},
      {"TIME(6)", TimeOfDay{std::chrono::microseconds(86'399'999'999)}},
      {"UUID", *Uuid::parse("00000000-0000-0000-0000-000000000000")},
      {"UUID", *Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")},
      {"TEXT", "\x01\x7f \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf"},
      {"BLOB", Bytes{std::byte{0}, std::byte{1}, std::byte{0xff}}},
      {"JSON", Value::json(R"({"a":[1,2.5,null,true,"x",{}],"b":9007199254740993})")},
  };
  for (const Extreme& extreme : extremes) {
    EXPECT_EQ(stored(extreme.type, extreme.value), extreme.value) << extreme.type << " " << extreme.value.to_text();
  }
  EXPECT_FALSE(std::signbit(stored("DOUBLE", -0.0).get<double>())) << "the server drops the sign of zero";
}

TEST_F(MySqlTypes, ExtremesComeBackFromTheColumnsOfEntities) {
  const std::vector<Value> values = {
      Value(INT64_MIN),
      Value(INT64_MAX),
      Value(true),
      Value(Doubles::denorm_min()),
      Value(-Doubles::max()),
      Value(UINT64_MAX),
      Value::decimal(std::string(35, '9') + "." + std::string(30, '9')),
      Value::decimal("-0." + std::string(29, '0') + "1"),
      Value(*instant_from("0001-01-01T00:00:00Z")),
      Value(*instant_from("9999-12-31T23:59:59.999999Z")),
      Value(*date_from("0001-01-01")),
      Value(*date_from("9999-12-31")),
      Value(TimeOfDay{std::chrono::microseconds(86'399'999'999)}),
      Value(*Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")),
      Value(""),
      Value("\x01\x7f \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf"),
      Value(Bytes{}),
      Value(Bytes{std::byte{0}, std::byte{1}, std::byte{0xff}}),
      Value::json(R"({"a":[1,2.5,null,true,"x",{}],"b":9007199254740993})"),
      Value::json("[]"),
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string field = "f" + std::to_string(i);
    Entity input{{"id", "x"}};
    input.set(field, values[i]);
    const Entity saved = conn().save_entity("extremes", input, save_options().deserialize());
    EXPECT_EQ(saved[field], values[i]) << values[i].to_text();
    EXPECT_EQ(conn().get_entity("extremes", "x", get_options().deserialize())->at(field), values[i]);
  }
  EXPECT_EQ(conn().get_entity("extremes", "x")->version(), static_cast<std::int64_t>(values.size()));
}

TEST_F(MySqlTypes, SixteenMegabytes) {
  const std::string text(std::size_t{16} << 20, 'x');
  EXPECT_TRUE(stored("LONGTEXT", Value(text)) == Value(text));
  const Bytes bytes(std::size_t{16} << 20, std::byte{7});
  EXPECT_TRUE(stored("LONGBLOB", Value(bytes)) == Value(bytes));
}

TEST_F(MySqlTypes, EmptyIsNotNull) {
  EXPECT_EQ(stored("TEXT", Value("")), Value(""));
  EXPECT_TRUE(stored("TEXT", Value()).is_null());
  EXPECT_EQ(stored("BLOB", Value(Bytes{})), Value(Bytes{}));
  EXPECT_TRUE(stored("BLOB", Value()).is_null());
}

TEST_F(MySqlTypes, WhatCannotBeStoredIsRefusedBeforeItIsSent) {
  const auto refused = [&](const Value& value) {
    const auto error = expect_error<UsageError>([&] { conn().execute("SELECT ?, ?", params("fine", value)); });
    return error ? std::string(error->what()) : std::string();
  };
  EXPECT_THAT(refused(Value(std::string_view("a\0b", 3))), HasSubstr("parameter 2"));
  EXPECT_THAT(refused(Value(Doubles::quiet_NaN())), HasSubstr("parameter 2"));
  EXPECT_THAT(refused(Value(-Doubles::infinity())), HasSubstr("parameter 2"));
  EXPECT_THAT(refused(Value::decimal(std::string(66, '9'))), HasSubstr("65 digits"));
  EXPECT_THAT(refused(Value::decimal("0." + std::string(39, '1'))), HasSubstr("38"));
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

}  // namespace
}  // namespace dalia::test
