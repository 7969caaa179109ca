/// The first word of a statement tells what it does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace dalia::internal {

/// Without leading blanks, comments and semicolons.
[[nodiscard]] inline std::string_view from_first_word(std::string_view sql) noexcept {
  constexpr std::string_view blanks = " \t\r\n\f;";
  while (!sql.empty()) {
    if (blanks.find(sql.front()) != std::string_view::npos) {
      sql.remove_prefix(1);
    } else if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      const std::size_t end = sql.find("*/", 2);
      sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 2);
    } else {
      break;
    }
  }
  return sql;
}

/// @param word  in capitals.
[[nodiscard]] inline bool starts_with_word(std::string_view sql, std::string_view word) noexcept {
  const auto capital = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  if (sql.size() < word.size() || !std::equal(word.begin(), word.end(), sql.begin(),
                                              [&](char left, char right) { return left == capital(right); })) {
    return false;
  }
  const char next = sql.size() == word.size() ? ' ' : capital(sql[word.size()]);
  return !(next >= 'A' && next <= 'Z') && !(next >= '0' && next <= '9') && next != '_';
}

/// Not a block of statements of MariaDB, BEGIN NOT ATOMIC. @param sql  from its first word on.
[[nodiscard]] inline bool is_begin(std::string_view sql) noexcept {
  constexpr std::string_view begin = "BEGIN";
  return starts_with_word(sql, begin) && !starts_with_word(from_first_word(sql.substr(begin.size())), "NOT");
}

}  // namespace dalia::internal
