// What holds for every statement, tried on random ones. DALIA_TEST_SEED repeats a run.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"
#include "generators/lexer.hpp"
#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"
#include "support/instrumented.hpp"

namespace dalia::internal {
namespace {

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* given = std::getenv("DALIA_TEST_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }();
  return value;
}

class TranslationProperty : public ::testing::Test {
 protected:
  TranslationProperty() : random_(seed()) { fmt::print("DALIA_TEST_SEED={}\n", seed()); }

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  std::string_view one_of(std::span<const std::string_view> choices) { return choices[below(choices.size())]; }

  std::string some_of(std::span<const std::string_view> fragments, std::size_t at_most) {
    std::string text;
    for (std::size_t count = 1 + below(at_most); count > 0; --count) {
      text += one_of(fragments);
    }
    return text;
  }

  /// A name of pieces that would do harm outside quotes.
  std::string hostile_name() {
    static constexpr std::string_view pieces[] = {
        "\"", "\"\"", "`",    "``", "'",  "]",  "]]", "[",        "[[",     "\\", "--",           "-- ", "/*", "*/",
        ";",  "?",    "?\?",  "$1", "$$", "%s", ":a", "@b",       "\n",     "\r", "\t",           " ",   "E'", "U&",
        "#",  "a",    "name", "1",  "(",  ")",  ",",  "\xC3\xA4", "SELECT", ".",  "\xE2\x82\xAC", "/*!", "\v", "\x01"};
    return some_of(pieces, 8);
  }

  static std::string bracketed(std::string_view name) {
    std::string text = "[";
    for (const char c : name) {
      text.append(c == ']' ? 2 : 1, c);
    }
    return text + "]";
  }

  /// Anything at all, well formed or not.
  std::string random_text() {
    static constexpr std::string_view fragments[] = {"SELECT ",
                                                     "FROM ",
                                                     "a",
                                                     "t",
                                                     ".",
                                                     ",",
                                                     "(",
                                                     ")",
                                                     "[",
                                                     "]",
                                                     "[a]",
                                                     "[b c]",
                                                     "?",
                                                     "?\?",
                                                     "$1",
                                                     "$2",
                                                     ":n",
                                                     "'",
                                                     "''",
                                                     "'x'",
                                                     "\"",
                                                     "`",
                                                     "\\",
                                                     "--",
                                                     "-- ",
                                                     "/*",
                                                     "*/",
                                                     "\n",
                                                     "\r\n",
                                                     " ",
                                                     " ",
                                                     "#",
                                                     "$$",
                                                     "$t$",
                                                     "E'",
                                                     "u&",
                                                     "ARRAY",
                                                     "1",
                                                     "2.5",
                                                     "::int",
                                                     "::",
                                                     "=",
                                                     "/*!",
                                                     "/*!50000 ",
                                                     ";",
                                                     "@",
                                                     "LIMIT",
                                                     "AND",
                                                     "\xC3\xA4",
                                                     "\xFF",
                                                     "\v",
                                                     "BEGIN",
                                                     "CREATE TRIGGER "};
    return some_of(fragments, 24);
  }

  const SqliteGenerator sqlite_;
  const PostgresGenerator postgres_;
  const MySqlGenerator mysql_;
  const TranslatingGenerator* const all_[3] = {&sqlite_, &postgres_, &mysql_};

 private:
  std::mt19937_64 random_;
};

TEST_F(TranslationProperty, NativeTextIsCopied) {
  for (int i = 0; i < test::tries(20000); ++i) {
    std::string text = random_text();
    std::erase_if(text, [](char c) { return c == '[' || c == '?'; });
    for (const auto* generator : all_) {
      try {
        EXPECT_EQ(generator->convert_query_to_native(text).text, text) << generator->dialect();
      } catch (const TranslationError&) {
        continue;
      }
    }
  }
}

TEST_F(TranslationProperty, TheSameTextGivesTheSameTranslation) {
  for (int i = 0; i < test::tries(5000); ++i) {
    const std::string text = random_text();
    for (const auto* generator : all_) {
      std::string first;
      std::string second;
      for (std::string* result : {&first, &second}) {
        try {
          *result = generator->convert_query_to_native(text).text;
        } catch (const TranslationError& error) {
          *result = error.what();
        }
      }
      EXPECT_EQ(first, second) << text;
    }
  }
}

TEST_F(TranslationProperty, ErrorsLieInsideTheText) {
  std::size_t errors = 0;
  for (int i = 0; i < test::tries(20000); ++i) {
    const std::string text = random_text();
    for (const auto* generator : all_) {
      try {
        (void)generator->convert_query_to_native(text);
      } catch (const TranslationError& error) {
        ++errors;
        ASSERT_NE(error.position(), nullptr);
        EXPECT_LT(error.position()->offset, text.size()) << text;
        EXPECT_EQ(*error.position(), position_at(text, error.position()->offset));
      }
    }
  }
  EXPECT_GT(errors, test::tries(100U));
}

TEST_F(TranslationProperty, HostileNamesStayOneToken) {
  for (int i = 0; i < test::tries(20000); ++i) {
    const std::string name = hostile_name() + "x";
    for (const auto* generator : all_) {
      const std::string native = generator->convert_query_to_native("SELECT 1 AS " + bracketed(name)).text;
      EXPECT_EQ(native, "SELECT 1 AS " + generator->escape_identifier(name));
      Lexer lexer(native, generator->lexical_rules());
      Token token;
      std::vector<Token> tokens;
      while (lexer.next(token)) {
        if (!token.is_blank()) {
          tokens.push_back(token);
        }
      }
      ASSERT_EQ(tokens.size(), 4U) << native;
      EXPECT_EQ(tokens.back().kind, TokenKind::QuotedName);
      EXPECT_EQ(unquoted_name(tokens.back().text), name);
    }
  }
}

TEST_F(TranslationProperty, SqliteReadsHostileNamesBack) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(raw, &sqlite3_close);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  for (int i = 0; i < test::tries(5000); ++i) {
    const std::string name = hostile_name();
    const std::string native = sqlite_.convert_query_to_native("SELECT 1 AS " + bracketed(name)).text;
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(raw, native.c_str(), -1, &prepared, &rest), SQLITE_OK)
        << native << ": " << sqlite3_errmsg(raw);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
    EXPECT_EQ(std::string_view(rest), "");
    EXPECT_EQ(sqlite3_column_count(prepared), 1);
    EXPECT_EQ(sqlite3_column_name(prepared, 0), name);
    EXPECT_EQ(sqlite3_bind_parameter_count(prepared), 0);
  }
}

TEST_F(TranslationProperty, DialectsAgreeOnTheNumberOfParameters) {
  static constexpr std::string_view fragments[] = {
      "SELECT ", "FROM ", "WHERE ", "a ", "t.",      ", ",    "+ ",         "- ",       "(",       ") ",    "[a] ",
      "[b c] ",  "[?] ",  "? ",     "?",  "= ?",     "'?' ",  "'it''s ?' ", "/* ? */ ", "-- ?\n",  "1 ",    "2.5 ",
      "LIMIT ",  "LIKE?", "AND ",   "\n", "[it's] ", "[\"] ", "[`] ",       "x[a]",     "/* ' */", "NULL ", "<> ?"};
  std::size_t compared = 0;
  for (int i = 0; i < test::tries(20000); ++i) {
    const std::string text = some_of(fragments, 30);
    try {
      const std::size_t count = sqlite_.convert_query_to_native(text).parameter_count;
      EXPECT_EQ(postgres_.convert_query_to_native(text).parameter_count, count) << text;
      EXPECT_EQ(mysql_.convert_query_to_native(text).parameter_count, count) << text;
      ++compared;
    } catch (const TranslationError&) {
      continue;  // ?\? or a subscript
    }
  }
  EXPECT_GT(compared, test::tries(1000U));
}

TEST_F(TranslationProperty, OutputReadsAsTheInputDid) {
  for (int i = 0; i < test::tries(20000); ++i) {
    const std::string text = random_text();
    for (const auto* generator : all_) {
      try {
        const NativeQuery native = generator->convert_query_to_native(text);
        EXPECT_EQ(first_invalid_utf8(native.text), std::nullopt);
        if (text.find("?\?") == std::string::npos) {
          const NativeQuery again = generator->convert_query_to_native(native.text);
          EXPECT_EQ(again, native) << generator->dialect() << ": " << text;
        }
      } catch (const TranslationError&) {
        EXPECT_THROW((void)generator->convert_query_to_native(text), TranslationError) << "only the input may fail";
      }
    }
  }
}

}  // namespace
}  // namespace dalia::internal
