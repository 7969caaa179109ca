#include "core/json_compactor.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json_text.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/json.hpp"
#include "support/instrumented.hpp"

namespace dalia::internal {
namespace {

/// By a parser.
std::string expected(const std::string& text) {
  return canonical_json(parse_json_as<nlohmann::json>(text));
}

bool compact(const std::string& text, std::string& result) {
  return compact_json(text, result);
}

TEST(JsonCompactor, WritesWhatAParserWouldWrite) {
  for (const std::string text : {
           R"({"n": "0000001", "size": 11, "tags": ["one", "two"], "theme": "dark"})",
           R"({"b": 1, "aa": {"z": [1, -2, {"y": null, "x": true}], "c": {}}, "a": false})",
           R"( [ ] )",
           R"({ "" : [ [ ] , { } ] })",
           R"("text")",
           R"([0, -7, 999999999999999999, 0.5, -12.25, 1.50, 100.0, 0.001, 123456789.123456789])",
           R"(["\"quoted\" \\ \b\f\n\r\t", "ä, €, 😀"])",
           R"({"ä": 1, "z": 2, "€": 3})",
           "true",
           "null",
           "-1.5",
       }) {
    std::string result = "something longer than what is written afterwards, and something shorter";
    ASSERT_TRUE(compact(text, result)) << text;
    EXPECT_EQ(result, expected(text));
  }
}

TEST(JsonCompactor, LeavesToTheParserWhatItCannotDecide) {
  for (const std::string text : {
           "",
           " ",
           "{",
           R"({"a")",
           R"({"a":1)",
           R"({"a":1,})",
           R"([1,])",
           R"([1 2])",
           R"({"a":1}})",
           R"("open)",
           "\"end\\",
           "nul",
           "01",
           "-",
           "-0",
           "1.",
           ".5",
           "1e5",
           "1.5e3",
           "1234567890123456789",
           R"({"a":1,"a":2})",
           R"({"b":1,"a":2,"b":3})",
           R"({"\n":1})",
           R"("\u0041")",
           R"("\/")",
           "\"\x01\"",
           "\"\xC3\"",
           "\"\xED\xA0\x80\"",
           "\xEF\xBB\xBF[]",
       }) {
    std::string result;
    EXPECT_FALSE(compact(text, result)) << text;
  }
  std::string result;
  EXPECT_FALSE(compact(std::string(R"(["a)") + '\0' + R"("])", result));
  EXPECT_FALSE(compact(std::string(65, '[') + std::string(65, ']'), result));
  EXPECT_TRUE(compact(std::string(64, '[') + std::string(64, ']'), result));
}

TEST(JsonCompactor, KeepsToItsRoomForMembers) {
  for (const int members : {256, 257}) {
    std::string text = "{";
    for (int i = members; i > 0; --i) {
      text += "\"k" + std::to_string(i) + "\": " + std::to_string(i) + (i > 1 ? ", " : "}");
    }
    std::string result;
    ASSERT_EQ(compact(text, result), members == 256);
    EXPECT_EQ(dalia::canonical_json(text), expected(text));
  }
}

/// Valid JSON of all kinds, with blanks anywhere.
class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  std::string value(int level) {
    switch (upto(level > 4 ? 4 : 6)) {
      case 0:
        return blank() + pick({"true", "false", "null"}) + blank();
      case 1:
        return blank() + std::to_string(static_cast<std::int64_t>(random_()) >> upto(63)) + blank();
      case 2:
        return blank() + pick({"-", ""}) + std::to_string(upto(1 << upto(30))) + "." +
               std::to_string(upto(1 << upto(30))) + pick({"", "", "", "e7", "E-9", "00"}) + blank();
      case 3:
      case 4:
        return blank() + string() + blank();
      case 5:
        return blank() + list('[', ']', [&] { return value(level + 1); }) + blank();
      default:
        return blank() + list('{', '}', [&] { return blank() + string() + blank() + ":" + value(level + 1); }) +
               blank();
    }
  }

 private:
  std::size_t upto(std::size_t most) { return static_cast<std::size_t>(random_() % (most + 1)); }
  std::string pick(const std::vector<std::string>& from) { return from[upto(from.size() - 1)]; }
  std::string blank() { return pick({"", "", "", " ", "\n\t", "\r"}); }
  std::string string() {
    std::string text = "\"";
    for (std::size_t i = upto(6); i > 0; --i) {
      text += pick({"a", "b", "k", "~", "ü", "😀", "\\\"", "\\\\", "\\n", "\\u00e4", "\\/", "\x7F"});
    }
    return text + '"';
  }
  template <class Item>
  std::string list(char open, char close, Item item) {
    std::string text(1, open);
    for (std::size_t i = upto(5); i > 0; --i) {
      text += item() + (i > 1 ? "," : "");
    }
    return text + close;
  }

  std::mt19937_64 random_;
};

TEST(JsonCompactor, AgreesWithTheParserOnRandomTexts) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomJson texts(seed);
  std::string result;
  int decided = 0;
  for (int i = 0; i < test::tries(20'000); ++i) {
    const std::string text = texts.value(0);
    if (compact(text, result)) {
      ++decided;
      ASSERT_EQ(result, expected(text)) << text;
    }
    ASSERT_EQ(dalia::canonical_json(text), expected(text)) << text;
    // A damaged text must not pass for a sound one.
    const std::string damaged = text.substr(0, text.size() / 2) + text.substr(text.size() / 2 + 1);
    if (compact(damaged, result)) {
      ASSERT_EQ(result, expected(damaged)) << damaged;
    }
  }
  EXPECT_GT(decided, test::tries(5'000));
}

}  // namespace
}  // namespace dalia::internal
