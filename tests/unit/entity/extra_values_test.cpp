#include "entity/extra_values.hpp"

#include <string>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal {
namespace {

TEST(ExtraValues, OfNullAreNone) {
  const ExtraValues values{ValueRef()};
  EXPECT_TRUE(values.find("a").is_null());
  EXPECT_EQ(values.text(), "");
}

TEST(ExtraValues, AreTextsUnderTheNamesOfTheirFields) {
  ExtraValues values{ValueRef()};
  EXPECT_TRUE(values.set("text", ValueRef(std::string_view("a \"b\"\n\xc3\xa4"))));
  EXPECT_TRUE(values.set("number", ValueRef(std::int64_t{-7})));
  EXPECT_EQ(values.text(), "{\"number\":\"-7\",\"text\":\"a \\\"b\\\"\\n\xc3\xa4\"}");
  const std::string text = values.text();
  const ExtraValues again{ValueRef(std::string_view(text))};
  EXPECT_EQ(again.find("text"), ValueRef(std::string_view("a \"b\"\n\xc3\xa4")));
  EXPECT_EQ(again.find("number"), ValueRef(std::string_view("-7")));
  EXPECT_TRUE(again.find("other").is_null());
}

/// Anybody with SQL can write to the column.
TEST(ExtraValues, OfAnotherWriterAreRefused) {
  for (const std::string_view text : {"", "[1]", "7", "{\"a\":1}", "{\"a\":{}}", "{\"a\":"}) {
    EXPECT_THROW(ExtraValues{ValueRef(text)}, EntityError) << text;
  }
}

TEST(ExtraValues, TellWhetherAValueIsAnother) {
  ExtraValues values{ValueRef(std::string_view(R"({"a":"1"})"))};
  EXPECT_FALSE(values.set("a", ValueRef(std::int64_t{1})));
  EXPECT_FALSE(values.set("b", ValueRef())) << "null is the same as not there";
  EXPECT_TRUE(values.set("a", ValueRef(std::int64_t{2})));
  EXPECT_TRUE(values.set("a", ValueRef()));
  EXPECT_EQ(values.text(), "");
}

}  // namespace
}  // namespace dalia::internal
