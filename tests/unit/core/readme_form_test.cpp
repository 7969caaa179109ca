// The forms of the README, without json.hpp: what the braces mean is fixed at compile time.
#include <span>
#include <type_traits>

#include <gtest/gtest.h>

#include "dalia/core/entity.hpp"
#include "dalia/core/params.hpp"

namespace dalia {
namespace {

static_assert(std::is_nothrow_move_constructible_v<Value> && std::is_nothrow_move_assignable_v<Value>);
static_assert(std::is_nothrow_default_constructible_v<Value>);
static_assert(std::is_constructible_v<Value, const char*> && std::is_constructible_v<Value, char*>);
static_assert(std::is_convertible_v<int, Value> && std::is_convertible_v<unsigned long long, Value>);
static_assert(std::is_convertible_v<std::nullptr_t, Value> && std::is_convertible_v<std::nullopt_t, Value>);
// A pointer would otherwise choose bool, and a character could be meant as text or as a number.
static_assert(!std::is_constructible_v<Value, int*> && !std::is_constructible_v<Value, const void*>);
static_assert(!std::is_constructible_v<Value, char>);
static_assert(!std::is_convertible_v<ValueRef, Value>);

TEST(ReadmeForm, BracesGiveTheKindsTheyShow) {
  const Entity e{{"name", "John Doe"}, {"preferences", {{"theme", "dark"}}}, {"created_date", dalia::now()}};
  EXPECT_EQ(e.size(), 3U);
  EXPECT_EQ(e["name"].kind(), Kind::Text);
  EXPECT_EQ(e["preferences"].kind(), Kind::Json);
  EXPECT_EQ(e["preferences"].as_text(), R"({"theme":"dark"})");
  EXPECT_EQ(e["created_date"].kind(), Kind::Instant);
}

TEST(ReadmeForm, NestedObjectsArraysAndScalars) {
  const Entity e{{"tags", Value::array("a", "b")},
                 {"two", {{"b", 1}, {"a", "x"}}},
                 {"deep", {{"one", {{"two", {{"three", 3}}}}}}},
                 {"none", nullptr},
                 {"also_none", std::optional<int>()},
                 {"flag", true},
                 {"count", 7},
                 {"ratio", 0.5},
                 {"price", Value::decimal("9.90")}};
  EXPECT_EQ(e["tags"].as_text(), R"(["a","b"])");
  EXPECT_EQ(e["two"].as_text(), R"({"a":"x","b":1})");
  EXPECT_EQ(e["deep"].as_text(), R"({"one":{"two":{"three":3}}})");
  EXPECT_TRUE(e["none"].is_null());
  EXPECT_TRUE(e["also_none"].is_null());
  EXPECT_EQ(e["flag"].kind(), Kind::Bool);
  EXPECT_EQ(e["count"].kind(), Kind::Int64);
  EXPECT_EQ(e["ratio"].kind(), Kind::Double);
  EXPECT_EQ(e["price"].kind(), Kind::Decimal);
  EXPECT_EQ(Value::array().as_text(), "[]");
}

TEST(ReadmeForm, TheFormForCoroutines) {
  const std::string name = "name";
  const Entity e = entity(name, "Phil", "age", 30);
  EXPECT_EQ(e["name"].as_text(), "Phil");
  EXPECT_EQ(e.get<int>("age"), 30);
  EXPECT_EQ(e, (Entity{{"age", 30}, {"name", "Phil"}}));
}

TEST(ReadmeForm, Params) {
  const Params list = params(30, "active", nullptr, 2.5, Value("v"), std::string("s"));
  ASSERT_EQ(list.size(), 6U);
  EXPECT_EQ(list[0], Value(30));
  EXPECT_EQ(list[1], Value("active"));
  EXPECT_TRUE(list[2].is_null());
  EXPECT_EQ(list[3], Value(2.5));
  EXPECT_EQ(params().size(), 0U);
}

}  // namespace
}  // namespace dalia
