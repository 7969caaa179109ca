/// SQLite 3.40 and later. The session must switch double-quoted strings off (SQLITE_DBCONFIG_DQS_DML and _DDL), or a
/// wrong name would silently become a string (sqlite.org/quirks.html, 8).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "generators/translating_generator.hpp"

namespace dalia::internal {

/// SQLITE_MAX_VARIABLE_NUMBER of a default build (sqlite.org/limits.html, 9); distributions raise it.
inline constexpr std::size_t sqlite_default_max_parameters = 32766;

class SqliteGenerator : public TranslatingGenerator {
 public:
  /// @param max_parameters  what sqlite3_limit(SQLITE_LIMIT_VARIABLE_NUMBER) tells of the open database.
  explicit SqliteGenerator(std::size_t max_parameters = sqlite_default_max_parameters);

  /// Empty: SQLite has no limit of its own, the session interrupts.
  [[nodiscard]] std::string get_timeout_sql(std::chrono::milliseconds timeout) const override;
};

}  // namespace dalia::internal
