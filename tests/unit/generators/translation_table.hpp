/// Tables of translations: one portable text and what each dialect makes of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/generators/sql_generator.hpp"

namespace dalia::testing {

/// What is expected of a dialect:
///   "=2"            the text unchanged, two parameters
///   "2 SELECT .."   that text, two parameters
///   "!1:8 reason"   a TranslationError at line 1, column 8 with that reason
struct TranslationCase {
  std::string_view what;
  std::string_view portable;
  std::string_view sqlite;
  std::string_view postgres;
  std::string_view mysql;
};

inline std::string outcome(const SqlGenerator& generator, std::string_view portable) {
  try {
    const NativeQuery native = generator.convert_query_to_native(portable);
    if (native.text == portable) {
      return fmt::format("={}", native.parameter_count);
    }
    return fmt::format("{} {}", native.parameter_count, native.text);
  } catch (const TranslationError& error) {
    EXPECT_EQ(error.statement(), portable);
    const Position at = *error.position();
    const std::string prefix = fmt::format("line {}, column {}: ", at.line, at.column);
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with(prefix)) << message;
    return fmt::format("!{}:{} {}", at.line, at.column, message.substr(prefix.size()));
  }
}

inline void check(const std::vector<TranslationCase>& cases) {
  for (const TranslationCase& each : cases) {
    SCOPED_TRACE(fmt::format("{}: {}", each.what, each.portable));
    EXPECT_EQ(outcome(*make_sql_generator("sqlite"), each.portable), each.sqlite);
    EXPECT_EQ(outcome(*make_sql_generator("postgres"), each.portable), each.postgres);
    EXPECT_EQ(outcome(*make_sql_generator("mysql"), each.portable), each.mysql);
  }
}

}  // namespace dalia::testing
