#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dalia/core/error.hpp"
#include "dalia/core/value.hpp"

namespace dalia {
namespace {

using namespace std::chrono_literals;

template <class T>
std::string refusal(const Value& value) {
  try {
    static_cast<void>(value.get<T>());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(ValueConversions, Int64) {
  EXPECT_EQ(Value(true).get<int>(), 1);
  EXPECT_EQ(Value(3.0).get<std::int64_t>(), 3);
  EXPECT_EQ(Value(-9223372036854775808.0).get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(Value::decimal("-9223372036854775808").get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(Value("-42").get<std::int64_t>(), -42);
  EXPECT_EQ(Value(255).get<std::uint8_t>(), 255);
  EXPECT_EQ(refusal<std::int64_t>(Value("secret")), "the value is a text, not an int64");
  EXPECT_EQ(refusal<std::int64_t>(Value()), "the value is null, not an int64");
  EXPECT_EQ(refusal<std::int64_t>(Value(now())), "the value is an instant, not an int64");
  EXPECT_EQ(refusal<std::int64_t>(Value(1.5)), "the value does not fit an int64");
  EXPECT_EQ(refusal<std::uint8_t>(Value(256)), "the value does not fit the integer type asked for");
  for (const Value& value :
       {Value(9223372036854775808.0), Value(std::nan("")), Value(-std::numeric_limits<double>::infinity()),
        Value::decimal("9223372036854775808"), Value::decimal("1.5"), Value("1.0"), Value("+1"), Value(" 1"), Value(""),
        Value("1x"), Value("9223372036854775808")}) {
    EXPECT_THROW(static_cast<void>(value.get<std::int64_t>()), UsageError) << value.to_text();
  }
}

TEST(ValueConversions, Uint64) {
  EXPECT_EQ(Value(UINT64_MAX).get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(Value("18446744073709551615").get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(Value(9223372036854775808.0).get<std::uint64_t>(), std::uint64_t{1} << 63U);
  EXPECT_EQ(Value(-0.0).get<std::uint64_t>(), 0U);
  EXPECT_THROW(static_cast<void>(Value(-1).get<std::uint64_t>()), UsageError);
  EXPECT_THROW(static_cast<void>(Value(18446744073709551616.0).get<std::uint64_t>()), UsageError);
  EXPECT_THROW(static_cast<void>(Value::decimal("18446744073709551616").get<std::uint64_t>()), UsageError);
}

TEST(ValueConversions, Bool) {
  EXPECT_TRUE(Value(true).get<bool>());
  EXPECT_FALSE(Value(0).get<bool>());
  EXPECT_TRUE(Value(1).get<bool>());
  EXPECT_TRUE(Value("true").get<bool>());
  EXPECT_FALSE(Value("false").get<bool>());
  for (const Value& value : {Value(2), Value(-1), Value("yes"), Value(1.0), Value()}) {
    EXPECT_THROW(static_cast<void>(value.get<bool>()), UsageError) << value.to_text();
  }
}

TEST(ValueConversions, Double) {
  EXPECT_EQ(Value(std::int64_t{1} << 53U).get<double>(), 9007199254740992.0);
  EXPECT_EQ(Value(INT64_MIN).get<double>(), -9223372036854775808.0);
  EXPECT_EQ(Value::decimal("0.1").get<double>(), 0.1);
  EXPECT_EQ(Value("-1.5e3").get<double>(), -1500.0);
  EXPECT_EQ(Value("5e-324").get<double>(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(Value(2.5).get<float>(), 2.5F);
  EXPECT_TRUE(std::isnan(Value("NaN").get<double>()));
  EXPECT_EQ(Value("-Infinity").get<double>(), -std::numeric_limits<double>::infinity());
  for (const Value& value :
       {Value((std::int64_t{1} << 53U) + 1), Value(INT64_MAX), Value("inf"), Value("nan"), Value(""), Value("1e999"),
        Value("0x1p3"), Value("1.5 "), Value(true), Value(), Value::decimal(std::string(400, '9'))}) {
    EXPECT_THROW(static_cast<void>(value.get<double>()), UsageError) << value.to_text();
  }
}

TEST(ValueConversions, CanonicalText) {
  EXPECT_EQ(Value().to_text(), "");
  EXPECT_EQ(Value(true).to_text(), "true");
  EXPECT_EQ(Value(INT64_MIN).to_text(), "-9223372036854775808");
  EXPECT_EQ(Value(5.0).to_text(), "5.0");
  EXPECT_EQ(Value(-0.0).to_text(), "-0.0");
  EXPECT_EQ(Value(0.1).to_text(), "0.1");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()).to_text(), "Infinity");
  EXPECT_EQ(Value(-std::numeric_limits<double>::infinity()).to_text(), "-Infinity");
  EXPECT_EQ(Value(std::nan("")).to_text(), "NaN");
  EXPECT_EQ(Value::decimal("012.50").to_text(), "12.5");
  EXPECT_EQ(Value(Bytes{std::byte{0x0A}, std::byte{0xFF}}).to_text(), "0aff");
  EXPECT_EQ(Value(Date(2024y / 2 / 29)).to_text(), "2024-02-29");
  EXPECT_EQ(Value(TimeOfDay{61s}).to_text(), "00:01:01.000000");
  EXPECT_EQ(Value(Instant()).to_text(), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(Value(*Uuid::parse("018F3A5B7C1D7E2F8A3B4C5D6E7F8091")).to_text(), "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091");
  EXPECT_EQ(Value::json(" { \"b\" : 1 , \"a\" : [ ] } ").to_text(), R"({"a":[],"b":1})");
  EXPECT_EQ(refusal<std::string>(Value()), "the value is null, not a text");
  EXPECT_EQ(Value(12).get<std::string>(), "12");
}

TEST(ValueConversions, DecodeTextReusesItsTarget) {
  std::string text(100, 'x');
  const char* before = text.data();
  internal::decode_text(Value(std::string(80, 'y')), text);
  EXPECT_EQ(text, std::string(80, 'y'));
  EXPECT_EQ(text.data(), before);
}

TEST(ValueConversions, CanonicalTextToItsKind) {
  EXPECT_EQ(Value("2024-02-29").get<Date>(), Date(2024y / 2 / 29));
  EXPECT_EQ(Value("00:00:01").get<TimeOfDay>(), TimeOfDay{1s});
  EXPECT_EQ(Value("1970-01-01T00:00:00.000001Z").get<Instant>(), Instant(1us));
  EXPECT_EQ(Value("0aFf").get<Bytes>(), (Bytes{std::byte{0x0A}, std::byte{0xFF}}));
  EXPECT_EQ(Value("").get<Bytes>(), Bytes());
  EXPECT_EQ(Value("1.50").get<Decimal>().text(), "1.5");
  EXPECT_EQ(Value(-7).get<Decimal>().text(), "-7");
  const Uuid uuid = Uuid::v7();
  EXPECT_EQ(Value(uuid.to_string()).get<Uuid>(), uuid);
  EXPECT_EQ(Value(uuid).get<Uuid>(), uuid);
  EXPECT_EQ(refusal<Bytes>(Value("0x")), "the value is a text, not bytes");
  EXPECT_EQ(refusal<Bytes>(Value("abc")), "the value is a text, not bytes");
  EXPECT_EQ(refusal<Date>(Value(1)), "the value is an int64, not a date");
  EXPECT_EQ(refusal<Uuid>(Value::json("{}")), "the value is a json, not a uuid");
  EXPECT_EQ(refusal<Decimal>(Value(1.5)), "the value is a double, not a decimal");
  EXPECT_EQ(refusal<Instant>(Value("2024-02-29")), "the value is a text, not an instant");
}

TEST(ValueConversions, OptionalTakesNull) {
  EXPECT_EQ(Value().get<std::optional<int>>(), std::nullopt);
  EXPECT_EQ(Value(1).get<std::optional<int>>(), 1);
  EXPECT_THROW(static_cast<void>(Value("x").get<std::optional<int>>()), UsageError);
  EXPECT_EQ(Value("x").get<Value>(), Value("x"));
  EXPECT_EQ(Value("x").get<std::string_view>(), "x");
}

TEST(ValueConversions, Json) {
  EXPECT_EQ(Value::json("[1,{\"a\":null}]").get<nlohmann::json>(), nlohmann::json::parse("[1,{\"a\":null}]"));
  EXPECT_EQ(Value("[1]").get<nlohmann::json>(), nlohmann::json("[1]"));
  EXPECT_EQ(Value().get<nlohmann::json>(), nlohmann::json());
  EXPECT_EQ(Value(2).get<nlohmann::json>(), nlohmann::json(2));
}

TEST(ValueConversions, WhatADriverMayHandInWrong) {
  EXPECT_THROW(static_cast<void>(ValueRef::of_integer(Kind::Date, INT64_MAX).get<Date>()), UsageError);
  EXPECT_THROW(static_cast<void>(ValueRef::of_integer(Kind::Instant, INT64_MAX).to_text()), UsageError);
  EXPECT_THROW(static_cast<void>(ValueRef(Kind::Uuid, "short").get<Uuid>()), UsageError);
  EXPECT_THROW(static_cast<void>(ValueRef(Kind::Json, "{").get<nlohmann::json>()), UsageError);
}

}  // namespace
}  // namespace dalia
