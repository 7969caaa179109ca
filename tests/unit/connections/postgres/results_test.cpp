// Cells in the bytes that a PostgreSQL 15 sends.
#include "connections/postgres/results.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "connections/postgres/handles.hpp"
#include "connections/postgres/types.hpp"
#include "dalia/core/error.hpp"
#include "unit/connections/postgres/wire_bytes.hpp"

namespace dalia::internal::postgres {
namespace {

/// One row of one column.
class Cell {
 public:
  Cell(Codec codec, const std::string& bytes) {
    columns_.set({codec});
    result_.reset(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
    PGresAttDesc column{};
    char name[] = "c";
    column.name = name;
    column.format = columns_.format();
    EXPECT_EQ(PQsetResultAttrs(result_.get(), 1, &column), 1);
    std::string copy = bytes;
    EXPECT_EQ(PQsetvalue(result_.get(), 0, 0, copy.data(), static_cast<int>(copy.size())), 1);
    columns_.read(result_.get(), 0, std::span<ValueRef>(&value_, 1));
  }
  [[nodiscard]] const ValueRef& value() const { return value_; }

 private:
  ResultColumns columns_;
  ResultHandle result_;
  ValueRef value_;
};

Value read(Codec codec, std::string_view hex) {
  return Value(Cell(codec, bytes_from(hex)).value());
}

Value read_text(Codec codec, const std::string& text) {
  return Value(Cell(codec, text).value());
}

TEST(PostgresResults, Numbers) {
  EXPECT_EQ(read(Codec::Bool, "01"), Value(true));
  EXPECT_EQ(read(Codec::Bool, "00"), Value(false));
  EXPECT_EQ(read(Codec::Int2, "fffe"), Value(-2));
  EXPECT_EQ(read(Codec::Int4, "fffffffe"), Value(-2));
  EXPECT_EQ(read(Codec::Int4, "7fffffff"), Value(2147483647));
  EXPECT_EQ(read(Codec::Int8, "8000000000000000"), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(read(Codec::Int8, "7fffffffffffffff"), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(read(Codec::Oid, "fffffffe"), Value(4294967294));
  EXPECT_EQ(read(Codec::Float4, "3fc00000"), Value(1.5));
  EXPECT_EQ(read(Codec::Float8, "0000000000000001"), Value(std::numeric_limits<double>::denorm_min()));
  EXPECT_TRUE(std::signbit(read(Codec::Float8, "8000000000000000").get<double>()));
  EXPECT_EQ(read(Codec::Float8, "7ff0000000000000"), Value(std::numeric_limits<double>::infinity()));
}

TEST(PostgresResults, Numerics) {
  const std::pair<const char*, const char*> cases[] = {
      {"0000000000000000", "0"},
      {"0000000000000002", "0"},
      {"00010000000000000001", "1"},
      {"00010000400000000001", "-1"},
      {"00010001000000000001", "10000"},
      {"0003000200000000000109291a85", "123456789"},
      {"0001ffff000000011388", "0.5"},
      {"0002000040000001000c1388", "-12.5"},
      {"0001ffff000000040001", "0.0001"},
      {"0001fffe0000000503e8", "0.00001"},
      {"00010000000000000064", "100"},
      {"00110010000000000009270f270f270f270f270f270f270f270f270f270f270f270f270f270f270f270f",
       "99999999999999999999999999999999999999999999999999999999999999999"},
      {"0001fffd0000000a0064", "0.0000000001"},
      {"0003000100000007000109291a85", "12345.6789"},
      {"00010004000000000001", "10000000000000000"},
      {"0001fffb400000140001", "-0.00000000000000000001"},
  };
  for (const auto& [hex, expected] : cases) {
    const Value value = read(Codec::Numeric, hex);
    EXPECT_EQ(value.kind(), Kind::Decimal) << expected;
    EXPECT_EQ(value.to_text(), expected);
  }
  EXPECT_EQ(numeric_text(bytes_from("00010019000000000001")), "1" + std::string(100, '0'));
  EXPECT_TRUE(std::isnan(read(Codec::Numeric, "00000000c0000000").get<double>()));
  EXPECT_EQ(read(Codec::Numeric, "00000000d0000020"), Value(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(read(Codec::Numeric, "00000000f0000020"), Value(-std::numeric_limits<double>::infinity()));
}

TEST(PostgresResults, Dates) {
  const std::pair<const char*, const char*> cases[] = {
      {"00000000", "2000-01-01"}, {"ffffd533", "1970-01-01"}, {"fff4dbf9", "0001-01-01"},
      {"002c95d3", "9999-12-31"}, {"00002279", "2024-02-29"},
  };
  for (const auto& [hex, expected] : cases) {
    EXPECT_EQ(read(Codec::Date, hex).kind(), Kind::Date) << expected;
    EXPECT_EQ(read(Codec::Date, hex).to_text(), expected);
  }
}

TEST(PostgresResults, DatesOutsideTheYearsOfDaliaAreTexts) {
  const std::pair<const char*, const char*> cases[] = {
      {"fff4dbf8", "0001-12-31 BC"},
      {"002c95d4", "10000-01-01"},
      {"7fffffff", "infinity"},
      {"80000000", "-infinity"},
  };
  for (const auto& [hex, expected] : cases) {
    EXPECT_EQ(read(Codec::Date, hex), Value(expected));
  }
}

TEST(PostgresResults, Instants) {
  const std::pair<const char*, const char*> cases[] = {
      {"0000000000000000", "2000-01-01T00:00:00.000000Z"},
      {"fffca2fec4c82001", "1970-01-01T00:00:00.000001Z"},
      {"ff1fe2ffc59c6000", "0001-01-01T00:00:00.000000Z"},
      {"0380e70b913b7fff", "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& [hex, expected] : cases) {
    EXPECT_EQ(read(Codec::Timestamp, hex).kind(), Kind::Instant) << expected;
    EXPECT_EQ(read(Codec::Timestamp, hex).to_text(), expected);
  }
}

TEST(PostgresResults, InstantsOutsideTheYearsOfDaliaAreTexts) {
  EXPECT_EQ(read(Codec::Timestamp, "ff1fe2eba7c50000"), Value("0001-12-31T00:00:00.000000Z BC"));
  EXPECT_EQ(read(Codec::Timestamp, "0380e70b913b8000"), Value("10000-01-01T00:00:00.000000Z"));
  EXPECT_EQ(read(Codec::Timestamp, "7fffffffffffffff"), Value("infinity"));
  EXPECT_EQ(read(Codec::Timestamp, "8000000000000000"), Value("-infinity"));
}

TEST(PostgresResults, Times) {
  EXPECT_EQ(read(Codec::Time, "0000000000000000").to_text(), "00:00:00.000000");
  EXPECT_EQ(read(Codec::Time, "000000141dd75fff").to_text(), "23:59:59.999999");
  EXPECT_EQ(read(Codec::Time, "000000141dd75fff").kind(), Kind::Time);
  EXPECT_EQ(read(Codec::Time, "000000141dd76000"), Value("24:00:00.000000"));
  EXPECT_EQ(read(Codec::TimeWithZone, "00000000ddf019e0ffffe3e0"), Value("01:02:03.500000+02:00"));
  EXPECT_EQ(read(Codec::TimeWithZone, "000000141dd7600000000708"), Value("24:00:00.000000-00:30"));
}

TEST(PostgresResults, Intervals) {
  const std::pair<const char*, const char*> cases[] = {
      {"000000036c97ca88000000030000000e", "P1Y2M3DT4H5M6.789S"},
      {"00000000000f4240ffffffff00000000", "P-1DT1S"},
      {"00000000000000000000000000000000", "PT0S"},
      {"00000000000000010000000000000000", "PT0.000001S"},
      {"fffffffffff85ee00000000000000000", "PT-0.5S"},
      {"0000000000000000000000000000000e", "P1Y2M"},
      {"ffffffff296c5c00ffffffffffffffff", "P-1M-1DT-1H"},
      {"00000015d5f646000000000000000000", "PT26H3M4S"},
  };
  for (const auto& [hex, expected] : cases) {
    EXPECT_EQ(read(Codec::Interval, hex), Value(expected));
  }
}

TEST(PostgresResults, TextsBytesAndIds) {
  EXPECT_EQ(read(Codec::Text, "c3a9"), Value("é"));
  EXPECT_EQ(read(Codec::Text, ""), Value("")) << "empty is not null";
  EXPECT_EQ(read(Codec::Bytes, "00ff").kind(), Kind::Bytes);
  EXPECT_EQ(read(Codec::Bytes, "00ff").to_text(), "00ff");
  EXPECT_EQ(read(Codec::Uuid, "0123abcd456789abcdef000000000001").kind(), Kind::Uuid);
  EXPECT_EQ(read(Codec::Uuid, "0123abcd456789abcdef000000000001").to_text(), "0123abcd-4567-89ab-cdef-000000000001");
  EXPECT_TRUE(read(Codec::Void, "").is_null());
}

TEST(PostgresResults, JsonIsBroughtToOneForm) {
  const Value binary = read(Codec::Jsonb, "017b2261223a205b312c206e756c6c2c2022c3a9225d2c202262223a20312e31307d");
  EXPECT_EQ(binary.kind(), Kind::Json);
  EXPECT_EQ(binary.to_text(), R"({"a":[1,null,"é"],"b":1.1})");
  EXPECT_EQ(read(Codec::Json, "7b7d").to_text(), "{}");
}

TEST(PostgresResults, Arrays) {
  struct Case {
    Codec codec;
    const char* literal;
    const char* json;
  };
  const Case cases[] = {
      {Codec::NumberArray, "{{1,NULL},{3,4}}", "[[1,null],[3,4]]"},
      {Codec::TextArray, R"({"a,b","c\"d","e\\f","NULL",NULL,"","{}"})",
       R"(["a,b","c\"d","e\\f","NULL",null,"","{}"])"},
      {Codec::NumberArray, "[0:1]={1,2}", "[1,2]"},
      {Codec::BoolArray, "{t,f,NULL}", "[true,false,null]"},
      {Codec::JsonArray, R"({"{\"a\": 1}"})", R"([{"a":1}])"},
      {Codec::TextArray, "{2024-01-01}", R"(["2024-01-01"])"},
      {Codec::NumberArray, "{1.50,NaN}", R"([1.5,"NaN"])"},
      {Codec::NumberArray, "{-1,1e+20,Infinity}", R"([-1,1e+20,"Infinity"])"},
      {Codec::NumberArray, "{}", "[]"},
  };
  for (const Case& one : cases) {
    const Value value = read_text(one.codec, one.literal);
    EXPECT_EQ(value.kind(), Kind::Json) << one.literal;
    EXPECT_EQ(value.to_text(), one.json) << one.literal;
  }
  for (const char* damaged : {"", "{", "{1", "{\"a", "{\"a\\", "1}", "[0:1]"}) {
    EXPECT_THROW(static_cast<void>(array_json(damaged, Codec::TextArray)), UsageError) << damaged;
  }
}

/// Beside a column without a binary form, all columns come as text.
TEST(PostgresResults, TheSameValuesFromText) {
  const auto beside_an_array = [](Codec codec, const std::string& text) {
    ResultColumns columns;
    columns.set({codec, Codec::TextOnly});
    EXPECT_EQ(columns.format(), 0);
    const ResultHandle result(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
    PGresAttDesc descriptions[2] = {};
    char name[] = "c";
    descriptions[0].name = descriptions[1].name = name;
    EXPECT_EQ(PQsetResultAttrs(result.get(), 2, descriptions), 1);
    std::string copy = text;
    EXPECT_EQ(PQsetvalue(result.get(), 0, 0, copy.data(), static_cast<int>(copy.size())), 1);
    EXPECT_EQ(PQsetvalue(result.get(), 0, 1, nullptr, -1), 1);
    std::vector<ValueRef> cells(2);
    columns.read(result.get(), 0, cells);
    EXPECT_TRUE(cells[1].is_null());
    return Value(cells[0]);
  };
  EXPECT_EQ(beside_an_array(Codec::Bool, "t"), Value(true));
  EXPECT_EQ(beside_an_array(Codec::Int8, "-9223372036854775808"), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(beside_an_array(Codec::Float8, "5e-324"), Value(std::numeric_limits<double>::denorm_min()));
  EXPECT_EQ(beside_an_array(Codec::Numeric, "1.50"), Value::decimal("1.5"));
  EXPECT_EQ(beside_an_array(Codec::Bytes, "\\x00ff").to_text(), "00ff");
  EXPECT_EQ(beside_an_array(Codec::Date, "2024-02-29"), Value(Date(std::chrono::year(2024) / 2 / 29)));
  EXPECT_EQ(beside_an_array(Codec::Timestamp, "2000-01-01 00:00:00.5+00").to_text(), "2000-01-01T00:00:00.500000Z");
  EXPECT_EQ(beside_an_array(Codec::Timestamp, "infinity"), Value("infinity"));
  EXPECT_EQ(beside_an_array(Codec::Timestamp, "0001-12-31 00:00:00+00 BC"), Value("0001-12-31T00:00:00.000000Z BC"));
  EXPECT_EQ(beside_an_array(Codec::Timestamp, "12000-01-01 10:00:00.25"), Value("12000-01-01T10:00:00.250000Z"));
  EXPECT_EQ(beside_an_array(Codec::Time, "24:00:00"), Value("24:00:00.000000"));
  EXPECT_EQ(beside_an_array(Codec::TimeWithZone, "01:02:03.5+02"), Value("01:02:03.500000+02:00"));
  EXPECT_EQ(beside_an_array(Codec::TimeWithZone, "24:00:00-00:30"), Value("24:00:00.000000-00:30"));
  EXPECT_EQ(beside_an_array(Codec::Time, "23:59:59.999999").to_text(), "23:59:59.999999");
  EXPECT_EQ(beside_an_array(Codec::Uuid, "0123abcd-4567-89ab-cdef-000000000001").kind(), Kind::Uuid);
  EXPECT_EQ(beside_an_array(Codec::Jsonb, R"({"b": 1, "a": 2})").to_text(), R"({"a":2,"b":1})");
}

TEST(PostgresResults, DamagedBytesAreRefused) {
  for (const Codec codec : {Codec::Bool, Codec::Int2, Codec::Int4, Codec::Int8, Codec::Float8, Codec::Numeric,
                            Codec::Date, Codec::Timestamp, Codec::Interval, Codec::Uuid, Codec::TimeWithZone}) {
    EXPECT_THROW(read(codec, "0102030405"), UsageError) << static_cast<int>(codec);
  }
  EXPECT_THROW(read(Codec::Numeric, "00020000000000000001"), UsageError);
  EXPECT_THROW(read(Codec::Jsonb, ""), UsageError);
}

TEST(PostgresResults, KnowsTheTypesOfEveryServer) {
  EXPECT_EQ(codec_of(type::int8), Codec::Int8);
  EXPECT_EQ(codec_of(type::jsonb_array), Codec::JsonArray);
  EXPECT_EQ(codec_of(type::first_of_users), std::nullopt);
}

}  // namespace
}  // namespace dalia::internal::postgres
