#include "entity/query_text.hpp"

#include <memory>

#include <gmock/gmock.h>

#include "dalia/core/error.hpp"
#include "entity/schema.hpp"
#include "generators/sqlite_entity_generator.hpp"
#include "support/errors.hpp"
#include "support/instrumented.hpp"

namespace dalia::internal {
namespace {

class QueryTexts : public testing::Test {
 protected:
  QueryTexts() : generator_(make_sql_generator("sqlite")), entities_(*generator_) {
    std::vector<EntityField> fields;
    for (const auto& [name, kind] : std::initializer_list<std::pair<const char*, std::optional<Kind>>>{
             {"name", Kind::Text}, {"Age", Kind::Int64}, {"none", std::nullopt}, {"end", Kind::Int64}}) {
      EntityField field;
      field.name = name;
      field.kind = kind;
      fields.push_back(std::move(field));
    }
    schema_ = std::make_unique<Schema>(entities_, "users", 1, std::move(fields));
  }

  [[nodiscard]] const Schema& schema() const { return *schema_; }
  std::string condition(std::string_view text) { return checked_condition(*schema_, text, Capabilities()).portable; }
  std::string order(std::string_view text, const Capabilities& capabilities = Capabilities()) {
    return checked_order(*schema_, text, capabilities).portable;
  }

 private:
  std::unique_ptr<SqlGenerator> generator_;
  SqliteEntityGenerator entities_;
  std::unique_ptr<Schema> schema_;
};

TEST_F(QueryTexts, ConditionsAreWrittenAnew) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {" \n\t", ""},
      {"age = ?", "[Age] = ?"},
      {"[AGE]=1", "[Age]=1"},
      {"\"name\" = 'x'", "[name] = 'x'"},
      {"ID = 'a'", "[id] = 'a'"},
      {"Created_At < ? AND _VERSION > 1", "[created_at] < ? AND [_version] > 1"},
      {"none = 1", "NULL = 1"},
      {"[end] = 1", "[end] = 1"},
      {"CASE WHEN age THEN 1 ELSE 2 END", "CASE WHEN [Age] THEN 1 ELSE 2 END"},
      {"lower(name) LIKE 'a%'", "lower([name]) LIKE 'a%'"},
      {"CAST(age AS TEXT) = '5'", "CAST([Age] AS TEXT) = '5'"},
      {"name COLLATE nocase = 'x'", "[name] COLLATE nocase = 'x'"},
      {"age::text = '5'", "[Age]::text = '5'"},
      {"((age))=(1)", "(([Age]))=(1)"},
      {"age IN (1,2)", "[Age] IN (1,2)"},
      {"name = '] ; -- /* ? ('", "name = '] ; -- /* ? ('"},
      {"age+-1*2/3%4 <> 5", "[Age]+-1*2/3%4 <> 5"},
      {"name ?? 'x'", "[name] ?? 'x'"},
  };
  for (const auto& [text, expected] : cases) {
    std::string wanted = expected;
    if (wanted.starts_with("name =")) {
      wanted.replace(0, 4, "[name]");
    }
    EXPECT_EQ(condition(text), wanted) << text;
  }
}

TEST_F(QueryTexts, OrdersAreWrittenAnew) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"age", "[Age]"},
      {"age DESC", "[Age] DESC"},
      {"name, age desc nulls last", "[name], [Age] desc nulls last"},
      {"[end] ASC,id", "[end] ASC,[id]"},
      {"lower(name) DESC", "lower([name]) DESC"},
      {"coalesce(age, 1), name", "coalesce([Age], 1), [name]"},
      {"age + 1", "[Age] + 1"},
      {"none", "(SELECT NULL)"},
      {"name COLLATE nocase ASC", "[name] COLLATE nocase ASC"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(order(text), expected) << text;
  }
}

TEST_F(QueryTexts, NullsSortLowOnEveryEngine) {
  Capabilities high;
  high.nulls_sort_high = true;
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"age", "[Age] NULLS FIRST"},
      {"age DESC, name", "[Age] DESC NULLS LAST, [name] NULLS FIRST"},
      {"age desc nulls first, name", "[Age] desc nulls first, [name] NULLS FIRST"},
      {"coalesce(age, 1) ASC", "coalesce([Age], 1) ASC NULLS FIRST"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(order(text, high), expected) << text;
  }
}

/// As MySQL has it.
TEST_F(QueryTexts, WithoutDistinctFromTheNullSafeOperatorStandsForIt) {
  Capabilities capabilities;
  capabilities.null_safe_distinct = false;
  const std::pair<const char*, const char*> cases[] = {
      {"age IS NOT DISTINCT FROM ?", "[Age] <=> ?"},
      {"age IS DISTINCT FROM ?", "[Age] <=> ? = 0 "},
      {"age is distinct\nfrom 1 + 2 AND name = 'x'", "[Age] <=> 1 + 2  = 0 AND [name] = 'x'"},
      {"(age IS DISTINCT FROM ?) OR name IS NULL", "([Age] <=> ? = 0 ) OR [name] IS NULL"},
      {"coalesce(age IS DISTINCT FROM lower(name), FALSE)", "coalesce([Age] <=> lower([name]) = 0 , FALSE)"},
      {"age IS DISTINCT FROM CASE WHEN name IS DISTINCT FROM 'a' THEN 1 ELSE 2 END OR age = 1",
       "[Age] <=> CASE WHEN [name] <=> 'a'  = 0 THEN 1 ELSE 2 END  = 0 OR [Age] = 1"},
      {"age IS NOT NULL AND age IS TRUE", "[Age] IS NOT NULL AND [Age] IS TRUE"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(checked_condition(schema(), text, capabilities).portable, expected) << text;
  }
}

TEST_F(QueryTexts, WithoutNullsFirstAKeyOfItsOwnPlacesThem) {
  Capabilities capabilities;
  capabilities.places_nulls = false;
  const std::pair<const char*, const char*> cases[] = {
      {"age DESC", "[Age] DESC"},
      {"age NULLS LAST", "([Age] ) IS NULL, [Age]  "},
      {"name, age desc nulls first", "[name],( [Age] ) IS NULL DESC,  [Age] desc  "},
      {"lower(name) ASC NULLS LAST, id", "(lower([name]) ) IS NULL, lower([name]) ASC  , [id]"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(checked_order(schema(), text, capabilities).portable, expected) << text;
  }
}

struct Refused {
  const char* text;
  std::size_t offset;
};

TEST_F(QueryTexts, RefusedConditionsNameThePlace) {
  const Refused cases[] = {
      {"age = 1;", 7},         {"age = 1 ; x", 8},
      {"age = 1 -- x", 8},     {"age /* x */ = 1", 4},
      {"age = (SELECT 1)", 7}, {"(age = 1", 8},
      {"age = 1)", 7},         {"1) OR (1", 1},
      {"age, name", 3},        {"name = 'a\\b'", 7},
      {"exists (1)", 0},       {"age = 1 UNION", 8},
      {"name = 'x' WITH", 11}, {"age IN (values (1))", 8},
  };
  for (const Refused& one : cases) {
    const auto error = test::expect_error<TranslationError>([&] { static_cast<void>(condition(one.text)); });
    ASSERT_TRUE(error) << one.text;
    ASSERT_NE(error->position(), nullptr) << one.text;
    EXPECT_EQ(error->position()->offset, one.offset) << one.text;
    EXPECT_THAT(std::string(error->what()), testing::HasSubstr("users")) << one.text;
    EXPECT_THAT(std::string(error->what()), testing::HasSubstr("execute")) << one.text;
  }
}

TEST_F(QueryTexts, RefusedOrdersNameThePlace) {
  const Refused cases[] = {
      {"1", 1}, {"1 DESC", 6}, {"age, 2", 6}, {"age,", 4}, {",age", 0}, {"age,,name", 4}, {"age;", 3}, {"age)", 3},
  };
  for (const Refused& one : cases) {
    const auto error = test::expect_error<TranslationError>([&] { static_cast<void>(order(one.text)); });
    ASSERT_TRUE(error) << one.text;
    ASSERT_NE(error->position(), nullptr) << one.text;
    EXPECT_EQ(error->position()->offset, one.offset) << one.text;
  }
  for (const char* text : {"(1)", "((1)) DESC", "+1", "1 COLLATE BINARY", "- 1"}) {
    EXPECT_THROW(static_cast<void>(order(text)), TranslationError) << text;
  }
}

TEST_F(QueryTexts, UnknownWordsAreFields) {
  for (const char* text : {"nosuch = 1", "[nosuch] = 1", "\"nosuch\" = 1", "age = nosuch", "_rid = 1", "nulls = 1",
                           "asc = 1", "history_op = 1", "users = 1"}) {
    EXPECT_THROW(static_cast<void>(condition(text)), UnknownField) << text;
  }
  const auto error =
      test::expect_error<UnknownField>([&] { static_cast<void>(condition("age = 1 AND\n  Nosuch = 2")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->field(), "Nosuch");
  EXPECT_THAT(std::string(error->what()), testing::HasSubstr("line 2, column 3"));
  EXPECT_THROW(static_cast<void>(order("nosuch")), UnknownField);
}

TEST_F(QueryTexts, InvalidUtf8IsRefused) {
  EXPECT_THROW(static_cast<void>(condition("name = '\xff'")), TranslationError);
  EXPECT_THROW(static_cast<void>(order("name\xc3")), TranslationError);
}

TEST_F(QueryTexts, InTakesAListOnly) {
  for (const char* text :
       {"age IN name", "age IN [name]", "age NOT IN name", "age IN pragma_page_size()", "age IN lower(name)"}) {
    EXPECT_THROW(static_cast<void>(condition(text)), TranslationError) << text;
  }
}

/// Whatever passes stays inside its parentheses and holds no name of its own.
TEST_F(QueryTexts, WhatPassesIsBalanced) {
  const char* pieces[] = {"(",  ")",  "age", "'x'", "?", ",", " ", "[name]", "AND", ";", "--",
                          "/*", "*/", "\"",  "[",   "]", "'", "=", "1",      "IN",  "\n"};
  std::uint32_t random = 1;
  int passed = 0;
  for (int round = 0; round < test::tries(200'000); ++round) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      random = random * 1664525 + 1013904223;
      text += pieces[(random >> 8) % std::size(pieces)];
    }
    try {
      const std::string checked = condition(text);
      ++passed;
      int depth = 0;
      bool in_text = false;
      for (std::size_t i = 0; i < checked.size(); ++i) {
        if (checked[i] == '\'') {
          in_text = !in_text;
        } else if (!in_text) {
          depth += checked[i] == '(' ? 1 : checked[i] == ')' ? -1 : 0;
          ASSERT_GE(depth, 0) << text;
          ASSERT_NE(checked[i], ';') << text;
          ASSERT_NE(checked.substr(i, 2), "--") << text;
          ASSERT_NE(checked.substr(i, 2), "/*") << text;
        }
      }
      ASSERT_EQ(depth, 0) << text;
      ASSERT_FALSE(in_text) << text;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(passed, test::tries(1000));
}

}  // namespace
}  // namespace dalia::internal
