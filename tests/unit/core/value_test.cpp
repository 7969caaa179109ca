#include "dalia/core/value.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using namespace std::chrono_literals;

TEST(Value, TakesTheKindOfWhatItIsGiven) {
  EXPECT_EQ(Value().kind(), Kind::Null);
  EXPECT_EQ(Value(nullptr).kind(), Kind::Null);
  EXPECT_EQ(Value(false).kind(), Kind::Bool);
  EXPECT_EQ(Value(short{-1}).kind(), Kind::Int64);
  EXPECT_EQ(Value(1.5F).kind(), Kind::Double);
  EXPECT_EQ(Value("x").kind(), Kind::Text);
  EXPECT_EQ(Value(std::string_view()).kind(), Kind::Text);
  EXPECT_EQ(Value(Bytes()).kind(), Kind::Bytes);
  EXPECT_EQ(Value(Decimal("1")).kind(), Kind::Decimal);
  EXPECT_EQ(Value(Uuid::v7()).kind(), Kind::Uuid);
  EXPECT_EQ(Value(Date(2024y / 1 / 1)).kind(), Kind::Date);
  EXPECT_EQ(Value(TimeOfDay{1s}).kind(), Kind::Time);
  EXPECT_EQ(Value(now()).kind(), Kind::Instant);
  EXPECT_EQ(Value(std::chrono::system_clock::now()).kind(), Kind::Instant);
  EXPECT_EQ(Value(std::optional<std::string>("x")).kind(), Kind::Text);
  EXPECT_EQ(ValueRef("literal").kind(), Kind::Text);
}

TEST(Value, IntegersKeepTheirValue) {
  EXPECT_EQ(Value(INT64_MIN).get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(Value(INT64_MAX).get<std::int64_t>(), INT64_MAX);
  EXPECT_EQ(Value(std::uint64_t{INT64_MAX}).kind(), Kind::Int64);
  const Value beyond(std::uint64_t{INT64_MAX} + 1);
  EXPECT_EQ(beyond.kind(), Kind::Decimal);
  EXPECT_EQ(beyond.as_text(), "9223372036854775808");
  EXPECT_EQ(Value(UINT64_MAX).as_text(), "18446744073709551615");
  EXPECT_EQ(Value(UINT64_MAX).get<std::uint64_t>(), UINT64_MAX);
}

TEST(Value, RefusesMomentsThatDoNotExist) {
  EXPECT_THROW(Value(Date(2023y / 2 / 29)), UsageError);
  EXPECT_THROW(Value(Date(std::chrono::year(10000) / 1 / 1)), UsageError);
  EXPECT_THROW(Value(Date(std::chrono::year(0) / 12 / 31)), UsageError);
  EXPECT_THROW(Value(TimeOfDay{24h}), UsageError);
  EXPECT_THROW(Value(TimeOfDay{-1us}), UsageError);
  EXPECT_THROW(Value{Instant::max()}, UsageError);
  EXPECT_THROW(Value{Instant::min()}, UsageError);
  EXPECT_NO_THROW(Value(*instant_from("0001-01-01T00:00:00Z")));
  EXPECT_NO_THROW(Value(*instant_from("9999-12-31T23:59:59.999999Z")));
}

/// Texts around the border of what needs no allocation, and a large one.
class ValueTexts : public testing::TestWithParam<std::size_t> {};

TEST_P(ValueTexts, CopyMoveAndCompare) {
  std::string text(GetParam(), 'x');
  if (!text.empty()) {
    text.back() = 'y';
  }
  const Value value(text);
  EXPECT_EQ(value.as_text(), text);

  Value copy(value);
  EXPECT_EQ(copy, value);
  if (GetParam() > 0) {
    EXPECT_NE(copy.as_text().data(), value.as_text().data());
  }

  Value moved(std::move(copy));
  EXPECT_EQ(moved, value);
  EXPECT_TRUE(copy.is_null());  // NOLINT(bugprone-use-after-move)
  copy = value;
  EXPECT_EQ(copy, value);

  Value& self = copy;
  copy = self;
  EXPECT_EQ(copy, value);
  copy = std::move(self);
  EXPECT_EQ(copy, value);

  copy = Value(7);
  EXPECT_EQ(copy.get<int>(), 7);
  copy = value;
  copy = std::move(moved);
  EXPECT_EQ(copy, value);
  std::swap(copy, moved);
  EXPECT_EQ(moved, value);

  const Value again(value.ref());
  EXPECT_EQ(again, value);
  EXPECT_NE(again, Value(text + "z"));
}

INSTANTIATE_TEST_SUITE_P(Sizes, ValueTexts, testing::Values(0U, 1U, 29U, 30U, 31U, 255U, 256U, 65536U, 16U << 20U));

TEST(Value, HoldsNulAndEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
  }
  EXPECT_EQ(Value(all).as_text(), all);
}

TEST(Value, RefusesFourGibibytes) {
  if constexpr (sizeof(std::size_t) == 8) {
    // Refused before a byte of it is read.
    const char one = 'x';
    const std::string_view huge(&one, std::size_t{1} << 32U);
    EXPECT_THROW(Value{huge}, UsageError);
  }
}

TEST(Value, EqualityIsOfKindAndContent) {
  EXPECT_EQ(Value(), Value(nullptr));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value("1"), Value(Decimal("1")));
  EXPECT_EQ(Value(Decimal("1.0")), Value(Decimal("1")));
  EXPECT_EQ(Value(0.0), Value(-0.0));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Value(nan), Value(-nan));
  EXPECT_NE(Value(nan), Value(0.0));
  EXPECT_NE(Value(nan), Value());
  EXPECT_EQ(Value(Date(2024y / 1 / 1)), Value(Date(2024y / 1 / 1)));
  EXPECT_NE(Value(Bytes{std::byte{1}}), Value(Bytes{std::byte{2}}));
  EXPECT_NE(Value("a"), Value("ab"));
}

TEST(Value, AssignmentBetweenAllKinds) {
  const Uuid uuid = Uuid::v7();
  const std::vector<Value> values = {Value(),
                                     Value(true),
                                     Value(INT64_MIN),
                                     Value(-0.0),
                                     Value::decimal("-" + std::string(65, '9')),
                                     Value("short"),
                                     Value(std::string(100, 'l')),
                                     Value(Bytes(40, std::byte{7})),
                                     Value(Date(2024y / 2 / 29)),
                                     Value(TimeOfDay{1h}),
                                     Value(now()),
                                     Value(uuid),
                                     Value::json(R"({"a":[1,2,3],"b":"long enough for the heap"})")};
  for (const Value& first : values) {
    for (const Value& second : values) {
      Value value(first);
      value = second;
      EXPECT_EQ(value, second);
      value = first;
      EXPECT_EQ(value, first);
      Value other(second);
      value = std::move(other);
      EXPECT_EQ(value, second);
    }
  }
}

TEST(Value, RefersWithoutCopy) {
  const Value value(std::string(50, 'x'));
  EXPECT_EQ(value.ref().raw_bytes().data(), value.as_text().data());
  EXPECT_THROW(static_cast<void>(Value(1).as_text()), UsageError);
  EXPECT_THROW(static_cast<void>(Value().as_text()), UsageError);
  EXPECT_THROW(static_cast<void>(Value(Bytes()).as_text()), UsageError);
}

}  // namespace
}  // namespace dalia
