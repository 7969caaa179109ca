/// MariaDB 10.6 and later, MySQL 8.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "dalia/core/export.hpp"
#include "generators/mysql_server.hpp"
#include "generators/translating_generator.hpp"

namespace dalia::internal {

/// Server settings that change how text is read; dalia's sessions keep them at these values.
struct MySqlReading {
  bool ansi_quotes = false;           ///< sql_mode ANSI_QUOTES: "x" is a name
  bool no_backslash_escapes = false;  ///< sql_mode NO_BACKSLASH_ESCAPES
};

class MySqlGenerator : public TranslatingGenerator {
 public:
  explicit MySqlGenerator(MySqlFlavour flavour = MySqlFlavour::MariaDb, MySqlReading reading = MySqlReading());
  /// @param server  learns from the first connection which one it is.
  explicit MySqlGenerator(std::shared_ptr<const MySqlServer> server, MySqlReading reading = MySqlReading());

  [[nodiscard]] const Capabilities& capabilities() const noexcept override;
  [[nodiscard]] MySqlFlavour flavour() const noexcept { return server_->flavour(); }

  /// MariaDB: SET SESSION max_statement_time, in seconds, for every statement (MariaDB manual, "Aborting Statements
  /// that Exceed a Certain Time to Execute"). MySQL 8 has max_execution_time, in milliseconds, for SELECT alone
  /// (MySQL 8.0 manual, 5.1.8). 0 lifts the limit on both.
  [[nodiscard]] std::string get_timeout_sql(std::chrono::milliseconds timeout) const override;

 private:
  std::shared_ptr<const MySqlServer> server_;
};

/// For the backend, which is a module of its own.
[[nodiscard]] DALIA_EXPORT std::unique_ptr<SqlGenerator> make_mysql_generator(
    std::shared_ptr<const MySqlServer> server);

}  // namespace dalia::internal
