#include "entity/fit.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "support/entity_text.hpp"

namespace dalia::internal {
namespace {

constexpr std::int64_t two_to_53 = std::int64_t{1} << 53;
constexpr Kind all_kinds[] = {Kind::Bool, Kind::Int64, Kind::Double,  Kind::Decimal, Kind::Text, Kind::Bytes,
                              Kind::Date, Kind::Time,  Kind::Instant, Kind::Uuid,    Kind::Json};

Value sample(Kind kind) {
  switch (kind) {
    case Kind::Bool:
      return true;
    case Kind::Int64:
      return 5;
    case Kind::Double:
      return 1.5;
    case Kind::Decimal:
      return Value::decimal("1.5");
    case Kind::Text:
      return "not the text of anything";
    case Kind::Bytes:
      return Bytes{std::byte{1}};
    case Kind::Date:
      return *date_from("2024-01-02");
    case Kind::Time:
      return *time_from("01:02:03.000004");
    case Kind::Instant:
      return Instant();
    case Kind::Uuid:
      return Uuid();
    case Kind::Json:
      return Value::json("[1]");
    case Kind::Null:
      break;
  }
  return Value();
}

TEST(Fit, NullFitsEverywhere) {
  for (const Kind column : all_kinds) {
    EXPECT_EQ(fit(Value(), column), Value());
  }
}

TEST(Fit, AValueOfTheKindStaysAsItIs) {
  for (const Kind column : all_kinds) {
    EXPECT_EQ(fit(sample(column), column), sample(column));
  }
}

TEST(Fit, BetweenKindsOnlyNumbersConvert) {
  for (const Kind column : all_kinds) {
    for (const Kind kind : all_kinds) {
      const bool converts = kind == Kind::Int64 && (column == Kind::Double || column == Kind::Decimal);
      if (kind != column) {
        EXPECT_EQ(fit(sample(kind), column).has_value(), converts) << kind_name(kind) << " in " << kind_name(column);
      }
    }
  }
}

struct Case {
  Value value;
  Kind column;
  std::optional<Value> stored;
};

TEST(Fit, Table) {
  const Case cases[] = {
      {two_to_53, Kind::Double, Value(0x1p53)},
      {-two_to_53, Kind::Double, Value(-0x1p53)},
      {two_to_53 + 1, Kind::Double, std::nullopt},
      {-two_to_53 - 1, Kind::Double, std::nullopt},
      {INT64_MIN, Kind::Decimal, Value::decimal("-9223372036854775808")},
      {5.0, Kind::Int64, Value(5)},
      {-0.0, Kind::Int64, Value(0)},
      {0.5, Kind::Int64, std::nullopt},
      {-0x1p63, Kind::Int64, Value(INT64_MIN)},
      {0x1p63, Kind::Int64, std::nullopt},
      {1e300, Kind::Int64, std::nullopt},
      {std::numeric_limits<double>::infinity(), Kind::Int64, std::nullopt},
      {std::numeric_limits<double>::quiet_NaN(), Kind::Int64, std::nullopt},
      {5.0, Kind::Decimal, std::nullopt},
      {Value::decimal("5"), Kind::Int64, Value(5)},
      {Value::decimal("5.5"), Kind::Int64, std::nullopt},
      {Value::decimal("9223372036854775808"), Kind::Int64, std::nullopt},
      {Value::decimal("5"), Kind::Double, std::nullopt},
      {"2024-02-29T00:00:00Z", Kind::Instant, Value(*instant_from("2024-02-29T00:00:00Z"))},
      {"2023-02-29T00:00:00Z", Kind::Instant, std::nullopt},
      {"2024-02-29", Kind::Date, Value(*date_from("2024-02-29"))},
      {"2024-02-29T00:00:00Z", Kind::Date, std::nullopt},
      {"10:11:12", Kind::Time, Value(*time_from("10:11:12"))},
      {"24:00:00", Kind::Time, std::nullopt},
      {"1.50", Kind::Decimal, Value::decimal("1.5")},
      {"1e5", Kind::Decimal, std::nullopt},
      {"", Kind::Decimal, std::nullopt},
      {"00112233-4455-6677-8899-AABBCCDDEEFF", Kind::Uuid, Value(*Uuid::parse("00112233445566778899aabbccddeeff"))},
      {"00112233", Kind::Uuid, std::nullopt},
      {"00fF", Kind::Bytes, Value(Bytes{std::byte{0}, std::byte{255}})},
      {"", Kind::Bytes, Value(Bytes{})},
      {"0", Kind::Bytes, std::nullopt},
      {"{\"b\":1,\"a\":2}", Kind::Json, Value::json("{\"a\":2,\"b\":1}")},
      {"5", Kind::Json, std::nullopt},
      {"", Kind::Json, std::nullopt},
      {"true", Kind::Bool, std::nullopt},
      {"5", Kind::Int64, std::nullopt},
      {"1.5", Kind::Double, std::nullopt},
      {1, Kind::Bool, std::nullopt},
      {true, Kind::Int64, std::nullopt},
      {*date_from("2024-01-01"), Kind::Instant, std::nullopt},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(fit(one.value, one.column), one.stored)
        << test::to_string(one.value.ref()) << " in " << kind_name(one.column);
  }
}

TEST(Fit, IsIdempotent) {
  for (const Kind column : all_kinds) {
    for (const Kind kind : all_kinds) {
      if (const auto once = fit(sample(kind), column)) {
        EXPECT_EQ(once->kind(), column);
        EXPECT_EQ(fit(*once, column), once);
      }
    }
  }
}

TEST(Widened, OnlyIntegersGrow) {
  for (const Kind column : all_kinds) {
    for (const Kind value : all_kinds) {
      std::optional<Kind> expected;
      if (column == value) {
        expected = column;
      } else if (column == Kind::Int64 && (value == Kind::Double || value == Kind::Decimal)) {
        expected = value;
      }
      EXPECT_EQ(widened(column, value), expected) << kind_name(column) << " " << kind_name(value);
    }
  }
}

TEST(ValueOf, GivesTextOrTheKind) {
  for (const Kind kind : all_kinds) {
    const Value value = sample(kind);
    const bool is_native = kind == Kind::Bool || kind == Kind::Int64 || kind == Kind::Double || kind == Kind::Text;
    EXPECT_EQ(value_of(value, kind, Form::Typed), value);
    EXPECT_EQ(value_of(value, kind, Form::Stored), is_native ? value : Value(value.to_text()));
    EXPECT_TRUE(value_of(ValueRef(), kind, Form::Typed).is_null());
    EXPECT_TRUE(value_of(ValueRef(), kind, Form::Stored).is_null());
    // As an engine without the kind returns it.
    const Value text(value.to_text());
    if (kind != Kind::Bool && kind != Kind::Int64 && kind != Kind::Double) {
      EXPECT_EQ(value_of(text, kind, Form::Typed), value) << kind_name(kind);
    }
  }
  EXPECT_EQ(value_of(Value(1), Kind::Bool, Form::Stored), Value(true));
  EXPECT_EQ(value_of(Value(1), Kind::Double, Form::Stored), Value(1.0));
  EXPECT_EQ(value_of(Value(7), Kind::Decimal, Form::Typed), Value::decimal("7"));
}

}  // namespace
}  // namespace dalia::internal
