#include <array>
#include <utility>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia {
namespace {

TEST(Decimal, TakesItsShortestForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"007.50", "7.5"}, {"-0.0", "0"},         {"0", "0"},      {"-0", "0"},           {"000", "0"},
      {"1.000", "1"},    {"-12.340", "-12.34"}, {"0.10", "0.1"}, {"-00.001", "-0.001"}, {"100", "100"},
  };
  for (const auto& [written, kept] : cases) {
    EXPECT_EQ(Decimal(written).text(), kept) << written;
  }
}

TEST(Decimal, KeepsEveryDigit) {
  const std::string digits = std::string(33, '9') + "." + std::string(32, '7');
  EXPECT_EQ(Decimal(digits).text(), digits);
  EXPECT_EQ(Decimal("-" + digits).text(), "-" + digits);
}

TEST(Decimal, RefusesEverythingElse) {
  for (const char* text : {"", "-", ".", "+1", ".5", "5.", "-.5", "1e5", "1.2.3", " 1", "1 ", "1,5", "--1", "0x1",
                           "NaN", "Infinity", "-5.", "1.-5", "\xD9\xA1"}) {
    EXPECT_EQ(Decimal::parse(text), std::nullopt) << text;
    EXPECT_THROW(Decimal{text}, UsageError) << text;
  }
  EXPECT_EQ(Decimal::parse(std::string_view("1\0", 2)), std::nullopt);
}

TEST(Decimal, ComparesByValue) {
  const std::array<std::string, 14> ascending = {"-100000000000000000000.5",
                                                 "-100000000000000000000",
                                                 "-10.1",
                                                 "-10",
                                                 "-2",
                                                 "-0.11",
                                                 "-0.1",
                                                 "0",
                                                 "0.09",
                                                 "0.1",
                                                 "0.11",
                                                 "2",
                                                 "10",
                                                 "100000000000000000000"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(compare_decimals(ascending[i], ascending[j]), i <=> j) << ascending[i] << ' ' << ascending[j];
    }
  }
  EXPECT_EQ(compare_decimals("007.50", "7.5"), std::strong_ordering::equal);
  EXPECT_EQ(compare_decimals("-0.0", "0"), std::strong_ordering::equal);
  EXPECT_EQ(compare_decimals("-1.0", "-1"), std::strong_ordering::equal);
}

}  // namespace
}  // namespace dalia
