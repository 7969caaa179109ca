#include "dalia/core/json.hpp"

#include <iterator>
#include <limits>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/core/result_set.hpp"

namespace dalia {
namespace {

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(parse_json(text));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(ParseJson, KeepsTheOrderOfKeys) {
  EXPECT_EQ(parse_json(R"({"b":1,"a":{"d":[1,-2,3.5,"x",true,null],"c":{}}})").dump(),
            R"({"b":1,"a":{"d":[1,-2,3.5,"x",true,null],"c":{}}})");
  EXPECT_EQ(parse_json(" 5 ").dump(), "5");
  EXPECT_EQ(parse_json("\xEF\xBB\xBF{}").dump(), "{}");
}

TEST(ParseJson, AKeyGivenTwiceKeepsItsPlaceAndItsLastValue) {
  EXPECT_EQ(parse_json(R"({"a":1,"b":2,"a":{"c":3}})").dump(), R"({"a":{"c":3},"b":2})");
  // Large objects find their keys in another way.
  std::string text = "{";
  for (int i = 0; i < 100; ++i) {
    text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  }
  const auto large = parse_json(text + R"("k3":{"x":[1]},"k99":"last","k3":"again"})");
  EXPECT_EQ(large.size(), 100U);
  EXPECT_EQ(large["k3"], "again");
  EXPECT_EQ(large["k99"], "last");
  EXPECT_EQ(std::next(large.begin(), 3).key(), "k3");
}

TEST(ParseJson, IntegersWithin64Bits) {
  EXPECT_EQ(parse_json("-9223372036854775808").get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(parse_json("18446744073709551615").get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(refusal("[1,\n 18446744073709551616]"), "line 2, column 2: an integer beyond 64 bits; send it as text");
  EXPECT_NE(refusal("-9223372036854775809"), "not refused");
  EXPECT_EQ(parse_json("1e2").get<double>(), 100.0);
  EXPECT_EQ(refusal("1e999"), "line 1, column 5: the number is too large; send it as text");
}

TEST(ParseJson, RefusesNul) {
  EXPECT_EQ(refusal(R"({"a": "x\u0000y"})"), "line 1, column 9: no text may hold the character U+0000");
  EXPECT_EQ(refusal(R"({"a\u0000": 1})"), "line 1, column 4: no text may hold the character U+0000");
  EXPECT_NE(refusal(std::string_view("\"\0\"", 3)), "not refused");
  EXPECT_EQ(refusal(std::string_view("1\0", 2)), "line 1, column 2: no text may hold the character U+0000");
}

TEST(ParseJson, ReadsTo512Levels) {
  EXPECT_EQ(parse_json(nested(512)).dump(), nested(512));
  EXPECT_EQ(refusal(nested(513)), "line 1, column 513: JSON is read to 512 levels, this goes deeper");
  EXPECT_NE(refusal(std::string(4'000'000, '[')), "not refused");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += "{\"a\":";
  }
  EXPECT_NE(refusal(objects), "not refused");
}

TEST(ParseJson, SaysWhereAndWhyButNotWhat) {
  EXPECT_EQ(refusal(""), "line 1, column 1: unexpected end of input; expected '[', '{', or a literal");
  EXPECT_EQ(refusal("{\n  \"password\": \"hunter2\" x\n}").substr(0, 19), "line 2, column 25: ");
  for (const char* text :
       {"{\"a\": hunter2}", "{\"hunter2}", "[\"hunter2\" \"hunter2\"]", "\"hunter2\" hunter2", "[01, 2]",
        "{'hunter2':1}", "[1,]", "{\"a\":1,}", "NaN", "\"hunter2\\x\"", "\"hunter2\xFF\"", "// c\n1",
        "\"\\ud800 hunter2\"", "\"\xED\xA0\x80\"", "{\"hunter2\":1e999}", "{\"hunter2\"", "+1", ".5", "tru"}) {
    const std::string message = refusal(text);
    EXPECT_EQ(message.substr(0, 5), "line ") << text << ": " << message;
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_EQ(message.find("json.exception"), std::string::npos) << message;
  }
}

TEST(ParseJson, ThePositionIsAFactOfTheError) {
  try {
    static_cast<void>(parse_json("[\n1,\n  ?]"));
    FAIL();
  } catch (const UsageError& error) {
    ASSERT_NE(error.position(), nullptr);
    EXPECT_EQ(*error.position(), (Position{7, 3, 3}));
  }
}

TEST(ToJson, ValuesBecomeWhatJsonHas) {
  EXPECT_EQ(to_json(Value()), nlohmann::json());
  EXPECT_EQ(to_json(Value(true)), nlohmann::json(true));
  EXPECT_EQ(to_json(Value(INT64_MIN)), nlohmann::json(INT64_MIN));
  EXPECT_EQ(to_json(Value(0.5)), nlohmann::json(0.5));
  EXPECT_EQ(to_json(Value(5.0)).dump(), "5.0");
  EXPECT_EQ(to_json(Value(std::numeric_limits<double>::quiet_NaN())), nlohmann::json("NaN"));
  EXPECT_EQ(to_json(Value(UINT64_MAX)).dump(), "18446744073709551615");
  EXPECT_EQ(to_json(Value::decimal("-5")).dump(), "-5");
  EXPECT_EQ(to_json(Value::decimal("1.5")).dump(), "\"1.5\"");
  EXPECT_EQ(to_json(Value::decimal("18446744073709551616")).dump(), "\"18446744073709551616\"");
  EXPECT_EQ(to_json(Value::decimal("-9223372036854775809")).dump(), "\"-9223372036854775809\"");
  EXPECT_EQ(to_json(Value(Bytes{std::byte{0xAB}})), nlohmann::json("ab"));
  EXPECT_EQ(to_json(Value(Instant())), nlohmann::json("1970-01-01T00:00:00.000000Z"));
  EXPECT_EQ(to_json(Value::json("[1]")), nlohmann::json({1}));
  EXPECT_EQ(to_json(Value("[1]")), nlohmann::json("[1]"));
}

TEST(ToJson, EntitiesAndRowsKeepTheirOrder) {
  const Entity e{{"z", 1}, {"a", {{"y", 1}, {"b", 2}}}};
  EXPECT_EQ(to_json(e).dump(), R"({"z":1,"a":{"b":2,"y":1}})");
  EXPECT_EQ(entity_from_json(to_json(e)), e);
  ResultSet rows;
  rows.restart(std::make_shared<FieldNames>(std::vector<std::string>{"z", "a", "z"}));
  const ValueRef cells[] = {ValueRef("first"), ValueRef(std::int64_t{2}), ValueRef("second")};
  rows.add_row(cells);
  EXPECT_EQ(to_json(rows[0]).dump(), R"({"z":"first","a":2})");
  EXPECT_EQ(to_json(Entity()).dump(), "{}");
}

TEST(ValueFromJson, ScalarsTakeTheirKind) {
  EXPECT_EQ(value_from_json(parse_json("1")), Value(1));
  EXPECT_EQ(value_from_json(parse_json("18446744073709551615")), Value::decimal("18446744073709551615"));
  EXPECT_EQ(value_from_json(parse_json("1.0")), Value(1.0));
  EXPECT_EQ(value_from_json(parse_json("\"x\"")), Value("x"));
  EXPECT_EQ(value_from_json(parse_json("false")), Value(false));
  EXPECT_EQ(value_from_json(parse_json("null")), Value());
  const Value object = value_from_json(parse_json(R"({"b":1,"a":[{"z":1,"y":2}]})"));
  EXPECT_EQ(object.kind(), Kind::Json);
  EXPECT_EQ(object.as_text(), R"({"a":[{"y":2,"z":1}],"b":1})");
  const Value copied = nlohmann::json("text");
  EXPECT_EQ(copied, Value("text"));
  EXPECT_EQ(Value(nlohmann::json::binary({1, 255})), Value(Bytes{std::byte{1}, std::byte{255}}));
}

TEST(ValueFromJson, RefusesWhatNoEngineHolds) {
  const std::string nul("a\0b", 3);
  EXPECT_THROW(Value(nlohmann::json(nul)), UsageError);
  EXPECT_THROW(Value(nlohmann::json{{"a", {1, nul}}}), UsageError);
  EXPECT_THROW(Value(nlohmann::json{{"x", {{nul, 1}}}}), UsageError);
  EXPECT_THROW((Value{{"a", nul}}), UsageError);
  EXPECT_THROW(Value(nlohmann::json{std::numeric_limits<double>::infinity()}), UsageError);
  EXPECT_THROW(Value(nlohmann::json{"\xFF"}), UsageError);
  EXPECT_THROW(Value(nlohmann::json::array({nlohmann::json::binary({1})})), UsageError);
  EXPECT_THROW(Value(nlohmann::json(nlohmann::json::value_t::discarded)), UsageError);
  try {
    Entity refused(nlohmann::json{{"name", nul}});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "field 'name': no text may hold the character U+0000");
  }
}

TEST(ValueFromJson, RefusesDeepNestingWithoutRunningOutOfStack) {
  nlohmann::json deep = nlohmann::json::array();
  for (int i = 0; i < 100'000; ++i) {
    nlohmann::json outer = nlohmann::json::array();
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  EXPECT_THROW(Value{deep}, UsageError);
  const Value deepest = Value::json(nested(512));
  EXPECT_THROW(static_cast<void>(Value::array(deepest)), UsageError);
}

TEST(ValueJson, IsCheckedAndCanonical) {
  EXPECT_EQ(Value::json("{ \"b\" : 1.0, \"a\" : \"\\u00e9\" }").as_text(), "{\"a\":\"\xC3\xA9\",\"b\":1.0}");
  EXPECT_EQ(Value::json("[]").kind(), Kind::Json);
  EXPECT_THROW(static_cast<void>(Value::json("1")), UsageError);
  EXPECT_THROW(static_cast<void>(Value::json("{")), UsageError);
  EXPECT_EQ(Value::array(Value::decimal("2.50"), Value::decimal("3"), nullptr, Value::json("{}")).as_text(),
            R"(["2.5",3,null,{}])");
}

}  // namespace
}  // namespace dalia
