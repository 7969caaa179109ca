/// MariaDB 10.6 and later, MySQL 8.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "generators/translating_generator.hpp"

namespace dalia::internal {

enum class MySqlFlavour : std::uint8_t { MariaDb, MySql };

/// Server settings that change how text is read; dalia's sessions keep them at these values.
struct MySqlReading {
  bool ansi_quotes = false;           ///< sql_mode ANSI_QUOTES: "x" is a name
  bool no_backslash_escapes = false;  ///< sql_mode NO_BACKSLASH_ESCAPES
};

class MySqlGenerator : public TranslatingGenerator {
 public:
  explicit MySqlGenerator(MySqlFlavour flavour = MySqlFlavour::MariaDb, MySqlReading reading = MySqlReading());

  /// MariaDB: SET SESSION max_statement_time, in seconds, for every statement (MariaDB manual, "Aborting Statements
  /// that Exceed a Certain Time to Execute"). MySQL 8 has max_execution_time, in milliseconds, for SELECT alone
  /// (MySQL 8.0 manual, 5.1.8). 0 lifts the limit on both.
  [[nodiscard]] std::string get_timeout_sql(std::chrono::milliseconds timeout) const override;

 private:
  MySqlFlavour flavour_;
};

}  // namespace dalia::internal
