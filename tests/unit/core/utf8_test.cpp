#include "core/utf8.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace dalia::internal {
namespace {

TEST(Utf8, AcceptsWellFormedText) {
  for (const std::string_view text :
       {"", "plain ASCII of more than eight bytes", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xE5\x90\x8D\xE5\x89\x8D"}) {
    EXPECT_EQ(first_invalid_utf8(text), std::nullopt) << text;
  }
  EXPECT_EQ(first_invalid_utf8(std::string_view("\0", 1)), std::nullopt);
}

TEST(Utf8, RefusesWhatIsNot) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2x", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xE2\x82",
        "\xE2\x82x", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\xAF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_EQ(first_invalid_utf8(text), 0U);
    EXPECT_EQ(first_invalid_utf8("12345678 " + std::string(text) + " 12345678"), 9U);
  }
}

}  // namespace
}  // namespace dalia::internal
