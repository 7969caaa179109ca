#include "connections/postgres/parameters.hpp"

#include <cstring>
#include <limits>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connections/postgres/handles.hpp"
#include "connections/postgres/results.hpp"
#include "connections/postgres/types.hpp"
#include "dalia/core/error.hpp"
#include "unit/connections/postgres/wire_bytes.hpp"

namespace dalia::internal::postgres {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Bound {
 public:
  Bound(const Value& value, Oid type) {
    const ValueRef ref = value.ref();
    parameters_.bind(std::span<const ValueRef>(&ref, 1), std::span<const Oid>(&type, 1), "SELECT $1");
  }
  [[nodiscard]] bool is_null() const { return parameters_.values()[0] == nullptr; }
  [[nodiscard]] bool is_binary() const { return parameters_.formats()[0] == 1; }
  [[nodiscard]] std::string bytes() const {
    const auto size = static_cast<std::size_t>(parameters_.lengths()[0]);
    const char* bytes = parameters_.values()[0];
    return is_binary() ? std::string(bytes, size) : std::string(bytes);
  }

 private:
  Parameters parameters_;
};

std::string text_of(const Value& value, Oid type) {
  const Bound bound(value, type);
  return bound.is_null() ? "null" : bound.is_binary() ? "binary " + bound.bytes() : bound.bytes();
}

/// What comes back when the server returns a binary parameter as it is.
Value returned(const Value& value, Oid type) {
  const Bound bound(value, type);
  EXPECT_TRUE(bound.is_binary()) << value.to_text();
  ResultColumns columns;
  columns.set({*codec_of(type)});
  const ResultHandle result(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
  PGresAttDesc column{};
  char name[] = "c";
  column.name = name;
  column.format = 1;
  EXPECT_EQ(PQsetResultAttrs(result.get(), 1, &column), 1);
  std::string bytes = bound.bytes();
  EXPECT_EQ(PQsetvalue(result.get(), 0, 0, bytes.data(), static_cast<int>(bytes.size())), 1);
  ValueRef cell;
  columns.read(result.get(), 0, std::span<ValueRef>(&cell, 1));
  return Value(cell);
}

TEST(PostgresParameters, BinaryValuesComeBack) {
  const std::pair<Value, Oid> cases[] = {
      {Value(true), type::boolean},
      {Value(false), type::boolean},
      {Value(std::numeric_limits<std::int64_t>::min()), type::int8},
      {Value(std::numeric_limits<std::int64_t>::max()), type::int8},
      {Value(-2147483648), type::int4},
      {Value(32767), type::int2},
      {Value(std::numeric_limits<double>::denorm_min()), type::float8},
      {Value(-0.0), type::float8},
      {Value(std::numeric_limits<double>::max()), type::float8},
      {Value(""), type::text},
      {Value("é 🙂"), type::text},
      {Value("x"), type::varchar},
      {Value(Bytes{std::byte{0}, std::byte{255}}), type::bytea},
      {Value(Bytes{}), type::bytea},
      {Value(Date(std::chrono::year(1) / 1 / 1)), type::date},
      {Value(Date(std::chrono::year(9999) / 12 / 31)), type::date},
      {Value(TimeOfDay{std::chrono::microseconds(86'399'999'999)}), type::time},
      {Value(Instant(std::chrono::microseconds(-62'135'596'800'000'000))), type::timestamptz},
      {Value(Instant(std::chrono::microseconds(253'402'300'799'999'999))), type::timestamptz},
      {Value(Instant(std::chrono::microseconds(1))), type::timestamp},
      {Value(*Uuid::parse("0123abcd-4567-89ab-cdef-000000000001")), type::uuid},
      {Value::json(R"({"a":[1,null]})"), type::json},
      {Value::json(R"({"a":[1,null]})"), type::jsonb},
  };
  for (const auto& [value, type] : cases) {
    EXPECT_EQ(returned(value, type), value) << value.to_text() << " as " << type;
  }
}

TEST(PostgresParameters, TheBytesAreThoseOfTheServer) {
  EXPECT_EQ(Bound(Value(-2), type::int4).bytes(), bytes_from("fffffffe"));
  EXPECT_EQ(Bound(Value(Date(std::chrono::year(2024) / 2 / 29)), type::date).bytes(), bytes_from("00002279"));
  EXPECT_EQ(Bound(Value(Instant(std::chrono::microseconds(1))), type::timestamptz).bytes(),
            bytes_from("fffca2fec4c82001"));
  EXPECT_EQ(Bound(Value::json("[]"), type::jsonb).bytes(), bytes_from("015b5d"));
}

TEST(PostgresParameters, EverythingElseGoesAsText) {
  const auto day = Value(Date(std::chrono::year(2024) / 2 / 29));
  EXPECT_EQ(text_of(Value::decimal("-12.50"), type::numeric), "-12.5");
  EXPECT_EQ(text_of(Value(5), type::numeric), "5");
  EXPECT_EQ(text_of(Value(0.1), type::numeric), "0.1");
  EXPECT_EQ(text_of(Value(1e300), type::numeric), "1e+300");
  EXPECT_EQ(text_of(Value(5.0), type::int8), "5") << "an integer column takes whole numbers";
  EXPECT_EQ(text_of(Value(1.5), type::int8), "1.5") << "and refuses others";
  EXPECT_EQ(text_of(Value(5), type::float8), "5");
  EXPECT_EQ(text_of(Value(std::numeric_limits<double>::quiet_NaN()), type::numeric), "NaN");
  EXPECT_EQ(text_of(Value(-std::numeric_limits<double>::infinity()), type::text), "-Infinity");
  EXPECT_EQ(text_of(Value(5), type::text), "5");
  EXPECT_EQ(text_of(Value(1LL << 40), type::int4), "1099511627776");
  EXPECT_EQ(text_of(Value(true), type::int4), "1");
  EXPECT_EQ(text_of(Value(true), type::text), Value(true).to_text());
  EXPECT_EQ(text_of(day, type::text), "2024-02-29");
  EXPECT_EQ(text_of(day, type::timestamptz), "2024-02-29");
  EXPECT_EQ(text_of(Value("2024-02-29"), type::date), "2024-02-29");
  EXPECT_EQ(text_of(Value(Bytes{std::byte{255}}), type::text), "\\xff");
  EXPECT_EQ(text_of(Value(), type::int8), "null");
}

TEST(PostgresParameters, JsonArraysBecomeArrays) {
  EXPECT_EQ(text_of(Value::json("[1,null,[2]]"), type::int8_array), R"({"1",NULL,{"2"}})");
  EXPECT_EQ(text_of(Value::json(R"(["a\"b","c\\d","NULL"])"), type::text_array), R"({"a\"b","c\\d","NULL"})");
  EXPECT_EQ(array_literal("[]"), "{}");
  EXPECT_EQ(array_literal(R"([{"a":1}])"), R"({"{\"a\":1}"})");
  EXPECT_THROW(static_cast<void>(array_literal(R"({"a":1})")), UsageError);
  EXPECT_THROW(Bound(Value::json(R"({"a":1})"), type::int8_array), UsageError);
}

TEST(PostgresParameters, WhatPostgresCannotHoldIsRefusedByNumberWithoutTheValue) {
  const std::vector<ValueRef> values = {ValueRef("fine"), ValueRef(std::string_view("secret\0x", 8))};
  const std::vector<Oid> types = {type::text, type::text};
  Parameters parameters;
  try {
    parameters.bind(values, types, "SELECT $1, $2");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("parameter 2"), HasSubstr("NUL"), Not(HasSubstr("secret"))));
    EXPECT_EQ(error.statement(), "SELECT $1, $2");
    EXPECT_EQ(error.backend(), "postgres");
  }
}

TEST(PostgresParameters, TheirNumberIsChecked) {
  const std::vector<ValueRef> values(3);
  const std::vector<Oid> types(1, type::text);
  Parameters parameters;
  try {
    parameters.bind(values, types, "SELECT $1");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("takes 1 parameter, but 3 were given"));
  }
}

TEST(PostgresParameters, NumbersAskForATypeThatHoldsThem) {
  EXPECT_EQ(wider_type(Value(5).ref(), type::int4), std::nullopt);
  EXPECT_EQ(wider_type(Value(1LL << 40).ref(), type::int4), type::int8);
  EXPECT_EQ(wider_type(Value(1LL << 40).ref(), type::int8), std::nullopt);
  EXPECT_EQ(wider_type(Value(40'000).ref(), type::int2), type::int8);
  EXPECT_EQ(wider_type(Value(5.0).ref(), type::int8), std::nullopt);
  EXPECT_EQ(wider_type(Value(0.5).ref(), type::int8), type::numeric);
  EXPECT_EQ(wider_type(Value(1e300).ref(), type::int8), type::numeric);
  EXPECT_EQ(wider_type(Value(std::numeric_limits<double>::infinity()).ref(), type::int8), type::float8);
  EXPECT_EQ(wider_type(Value::decimal("7").ref(), type::int8), std::nullopt);
  EXPECT_EQ(wider_type(Value::decimal("7.5").ref(), type::int8), type::numeric);
  EXPECT_EQ(wider_type(Value::decimal("18446744073709551615").ref(), type::int8), type::numeric);
  EXPECT_EQ(wider_type(Value("x").ref(), type::int8), std::nullopt) << "the server says what is wrong with it";
  EXPECT_EQ(wider_type(Value(0.5).ref(), type::float8), std::nullopt);
}

}  // namespace
}  // namespace dalia::internal::postgres
