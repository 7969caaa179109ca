// Values on a real PostgreSQL server: columns of its own types, and the extremes of dalia's kinds there and back.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "conformance/postgres_test.hpp"

namespace dalia::test {
namespace {

using ::testing::HasSubstr;
using Doubles = std::numeric_limits<double>;
using Ints = std::numeric_limits<std::int64_t>;

Instant instant(std::int64_t microseconds) {
  return Instant(std::chrono::microseconds(microseconds));
}

class PostgresTypes : public PostgresTest {
 protected:
  Value read(const std::string& expression) {
    const ResultSet rows = conn().execute("SELECT " + expression);
    return Value(rows.front()[0]);
  }
  /// Written with a bound value into a column of that type, and read again.
  Value stored(const std::string& type, const Value& value) {
    const std::string table = "t" + std::to_string(++tables_);
    conn().execute("CREATE TABLE " + table + " (v " + type + ")");
    conn().execute("INSERT INTO " + table + " VALUES (?)", params(value));
    const ResultSet rows = conn().execute("SELECT v FROM " + table);
    return Value(rows.front()[0]);
  }

 private:
  int tables_ = 0;
};

TEST_F(PostgresTypes, ExtremesComeBackFromTheColumnsOfEntities) {
  const std::vector<Value> values = {
      Value(Ints::min()),
      Value(Ints::max()),
      Value(true),
      Value(Doubles::denorm_min()),
      Value(-Doubles::max()),
      Value(0.1 + 0.2),
      Value(std::uint64_t{18446744073709551615U}),
      Value::decimal(std::string(65, '9')),
      Value::decimal("-" + std::string(40, '9') + "." + std::string(25, '9')),
      Value::decimal("0." + std::string(64, '0') + "1"),
      Value(instant(-62'135'596'800'000'000)),
      Value(instant(253'402'300'799'999'999)),
      Value(instant(1)),
      Value(instant(-1)),
      Value(Date(std::chrono::year(1) / 1 / 1)),
      Value(Date(std::chrono::year(9999) / 12 / 31)),
      Value(TimeOfDay{std::chrono::microseconds(0)}),
      Value(TimeOfDay{std::chrono::microseconds(86'399'999'999)}),
      Value(*Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")),
      Value(""),
      Value("\x01\x7f é € 😀 \xf4\x8f\xbf\xbf"),
      Value(Bytes{}),
      Value(Bytes{std::byte{0}, std::byte{1}, std::byte{255}}),
      Value::json(R"({"a":[1,2.5,null,true,"é",{}],"b":9007199254740993})"),
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

TEST_F(PostgresTypes, WhatSqlHoldsBeyondEntities) {
  EXPECT_TRUE(std::signbit(stored("double precision", Value(-0.0)).get<double>()));
  EXPECT_TRUE(std::isnan(stored("double precision", Value(Doubles::quiet_NaN())).get<double>()));
  EXPECT_EQ(stored("double precision", Value(-Doubles::infinity())), Value(-Doubles::infinity()));
  EXPECT_EQ(stored("real", Value(1.5)), Value(1.5));
  EXPECT_EQ(stored("numeric", Value(Doubles::infinity())), Value(Doubles::infinity()));
  EXPECT_EQ(stored("numeric(20,0)", Value(std::uint64_t{18446744073709551615U})),
            Value(std::uint64_t{18446744073709551615U}));
  EXPECT_EQ(stored("smallint", Value(-32768)), Value(-32768));
  EXPECT_EQ(stored("timestamp", Value(instant(1))), Value(instant(1)));
  EXPECT_EQ(stored("char(3)", Value("a")), Value("a  "));
  EXPECT_EQ(stored("\"char\"", Value("a")), Value("a"));
  EXPECT_EQ(stored("name", Value("a")), Value("a"));
}

TEST_F(PostgresTypes, SixteenMegabytes) {
  const std::string text(std::size_t{16} << 20, 'x');
  EXPECT_TRUE(stored("text", Value(text)) == Value(text));
  const Bytes bytes(std::size_t{16} << 20, std::byte{7});
  EXPECT_TRUE(stored("bytea", Value(bytes)) == Value(bytes));
}

TEST_F(PostgresTypes, EmptyIsNotNull) {
  EXPECT_EQ(stored("text", Value("")), Value(""));
  EXPECT_TRUE(stored("text", Value()).is_null());
  EXPECT_EQ(stored("bytea", Value(Bytes{})), Value(Bytes{}));
  EXPECT_TRUE(stored("bytea", Value()).is_null());
  EXPECT_EQ(stored("integer[]", Value::json("[]")), Value::json("[]"));
}

TEST_F(PostgresTypes, TextsTakeTheKindOfTheirColumn) {
  EXPECT_EQ(stored("timestamptz", Value("2024-02-29T12:00:00.5+02:00")).to_text(), "2024-02-29T10:00:00.500000Z");
  EXPECT_EQ(stored("date", Value("2024-02-29")).kind(), Kind::Date);
  EXPECT_EQ(stored("uuid", Value("0123ABCD-4567-89ab-cdef-000000000001")).to_text(),
            "0123abcd-4567-89ab-cdef-000000000001");
  EXPECT_EQ(stored("numeric", Value("12.50")), Value::decimal("12.5"));
  EXPECT_EQ(stored("bigint", Value("7")), Value(7));
  EXPECT_EQ(stored("boolean", Value("yes")), Value(true));
  EXPECT_EQ(stored("boolean", Value(1)), Value(true));
  EXPECT_EQ(stored("jsonb", Value(R"({"b":1, "a":2})")), Value::json(R"({"a":2,"b":1})"));
  EXPECT_EQ(stored("integer", Value(5.0)), Value(5));
}

TEST_F(PostgresTypes, NumbersCompareWithIntegersOfAnyWidth) {
  conn().execute("CREATE TABLE [t] ([n] smallint)");
  conn().execute("INSERT INTO [t] VALUES (1), (2), (3)");
  const auto above = [&](const Value& bound) {
    return conn().execute("SELECT count(*) FROM [t] WHERE [n] > ?", params(bound)).front().get<int>(0);
  };
  EXPECT_EQ(above(1), 2);
  EXPECT_EQ(above(1.5), 2);
  EXPECT_EQ(above(2), 1) << "the wider type takes integers too";
  EXPECT_EQ(above(1LL << 40), 0);
  EXPECT_EQ(above(Value::decimal("2.999")), 1);
  EXPECT_EQ(above(-Doubles::infinity()), 3);
  const auto error = error_of<QueryError>("22P02", "INSERT INTO [t] VALUES (?)", params(1.5));
  EXPECT_TRUE(error) << "a write rounds nothing";
}

TEST_F(PostgresTypes, ArraysAreJson) {
  EXPECT_EQ(read("ARRAY[1,NULL,3]"), Value::json("[1,null,3]"));
  EXPECT_EQ(read("ARRAY[[1,2],[3,4]]::bigint[]"), Value::json("[[1,2],[3,4]]"));
  EXPECT_EQ(read("ARRAY[true,false]"), Value::json("[true,false]"));
  EXPECT_EQ(read(R"(ARRAY['a,b','c"d','e\f','NULL',NULL,'{}',''])"),
            Value::json(R"(["a,b","c\"d","e\\f","NULL",null,"{}",""])"));
  EXPECT_EQ(read("ARRAY[1.5,2.25]::numeric[]"), Value::json("[1.5,2.25]"));
  EXPECT_EQ(read("ARRAY['2024-01-01'::date]"), Value::json(R"(["2024-01-01"])"));
  EXPECT_EQ(read("'{}'::text[]"), Value::json("[]"));
  EXPECT_EQ(read("'[0:1]={1,2}'::int[]"), Value::json("[1,2]"));
  EXPECT_EQ(read(R"(ARRAY['{"a":1}'::jsonb])"), Value::json(R"([{"a":1}])"));
  EXPECT_EQ(stored("bigint[]", Value::json("[1,null,3]")), Value::json("[1,null,3]"));
  EXPECT_EQ(stored("text[]", Value::json(R"(["a,\"b\\","NULL",null])")), Value::json(R"(["a,\"b\\","NULL",null])"));
  EXPECT_EQ(
      conn()
          .execute("SELECT count(*) FROM generate_series(1, 9) AS n WHERE n = ANY(?)", params(Value::json("[2,4,99]")))
          .front()
          .get<int>(0),
      2);
}

/// With an array beside them, the other columns come in another format.
TEST_F(PostgresTypes, ValuesBesideAnArrayAreTheSame) {
  const std::string list =
      "true, 1::smallint, -2::int, 9223372036854775807::bigint, 0.1::float8, 1.50::numeric, 'é'::text, "
      "'\\x00ff'::bytea, '2024-02-29'::date, '23:59:59.5'::time, '0001-01-01 00:00:00+00'::timestamptz, "
      "'2024-01-01 10:00'::timestamp, 'infinity'::timestamptz, '0123abcd-4567-89ab-cdef-000000000001'::uuid, "
      "'{\"b\": 1, \"a\": [1]}'::jsonb, '1 year 2 days 3.5 seconds'::interval, '12:00+02'::timetz, NULL::int, "
      "'NaN'::numeric, '-infinity'::float8, '0044-03-15 BC'::date";
  const ResultSet alone = conn().execute("SELECT " + list);
  const ResultSet beside = conn().execute("SELECT " + list + ", ARRAY[1]");
  ASSERT_EQ(beside.columns().size(), alone.columns().size() + 1);
  for (std::size_t i = 0; i < alone.columns().size(); ++i) {
    EXPECT_EQ(alone.front()[i], beside.front()[i])
        << i << ": " << alone.front()[i].to_text() << " and " << beside.front()[i].to_text();
  }
}

TEST_F(PostgresTypes, TypesWithoutAKindOfTheirOwnAreTexts) {
  EXPECT_EQ(read("'1 year 2 months 3 days 04:05:06.789'::interval"), Value("P1Y2M3DT4H5M6.789S"));
  EXPECT_EQ(read("'12:00+02'::timetz"), Value("12:00:00.000000+02:00"));
  EXPECT_EQ(read("'24:00'::time"), Value("24:00:00.000000"));
  EXPECT_EQ(read("'infinity'::timestamptz"), Value("infinity"));
  EXPECT_EQ(read("'-infinity'::date"), Value("-infinity"));
  EXPECT_EQ(read("'12000-01-01'::date"), Value("12000-01-01"));
  EXPECT_EQ(read("'[1,5)'::int4range"), Value("[1,5)"));
  EXPECT_EQ(read("'(1,2)'::point"), Value("(1,2)"));
  EXPECT_EQ(read("'192.168.0.1/24'::inet"), Value("192.168.0.1/24"));
  EXPECT_EQ(read("'101'::bit(3)"), Value("101"));
  EXPECT_EQ(read("12.5::money").kind(), Kind::Text);
  EXPECT_EQ(read("'pg_class'::regclass"), Value("pg_class"));
  EXPECT_EQ(read("ROW(1, 'a')"), Value("(1,a)"));
  EXPECT_TRUE(read("pg_sleep(0)").is_null()) << "void";
}

TEST_F(PostgresTypes, DatesBeforeTheYearOneAreTexts) {
  EXPECT_EQ(read("'0044-03-15 BC'::date").kind(), Kind::Text);
  EXPECT_EQ(read("'0044-03-15 BC'::timestamptz").kind(), Kind::Text);
}

TEST_F(PostgresTypes, EnumsAndDomains) {
  conn().execute("CREATE TYPE mood AS ENUM ('sad', 'happy')");
  conn().execute("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)");
  EXPECT_EQ(stored("mood", Value("happy")), Value("happy"));
  EXPECT_EQ(stored("positive", Value(7)), Value(7));
  EXPECT_EQ(stored("mood[]", Value::json(R"(["sad","happy"])")), Value::json(R"(["sad","happy"])"));
  EXPECT_EQ(conn().execute("SELECT 'sad'::mood AS [m], 1 AS [n]").front().get<int>("n"), 1);
  conn().execute("CREATE TABLE [t] ([m] mood, [p] positive)");
  EXPECT_TRUE(error_of<QueryError>("22P02", "INSERT INTO [t] ([m]) VALUES (?)", params("angry")));
  const auto error = error_of<ConstraintViolation>("23514", "INSERT INTO [t] ([p]) VALUES (?)", params(-1));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->constraint(), "positive_check");
}

TEST_F(PostgresTypes, ATypeMadeAnewUnderTheSameName) {
  conn().execute("CREATE TYPE mood AS ENUM ('sad')");
  EXPECT_EQ(read("'sad'::mood"), Value("sad"));
  conn().execute("DROP TYPE mood");
  conn().execute("CREATE TYPE mood AS (a integer, b text)");
  EXPECT_EQ(read("ROW(1, 'x')::mood"), Value("(1,x)"));
}

TEST_F(PostgresTypes, ParametersWithoutATypeAreTexts) {
  EXPECT_EQ(conn().execute("SELECT ?", params(5)).front()[0], Value("5").ref());
  EXPECT_EQ(conn().execute("SELECT CAST(? AS integer)", params(5)).front()[0], Value(5).ref());
  const auto error = error_of<QueryError>("42P18", "SELECT pg_typeof(?)", params(5));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("CAST(? AS integer)"));
}

TEST_F(PostgresTypes, WhatCannotBeStoredIsRefusedBeforeItIsSent) {
  const auto error =
      expect_error<UsageError>([&] { conn().execute("SELECT ?, ?", params("fine", std::string_view("a\0b", 3))); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("parameter 2"));
  const auto array = expect_error<UsageError>(
      [&] { conn().execute("SELECT 1 = ANY(CAST(? AS integer[]))", params(Value::json(R"({"a":1})"))); });
  ASSERT_TRUE(array);
  EXPECT_THAT(array->what(), HasSubstr("JSON array"));
}

}  // namespace
}  // namespace dalia::test
