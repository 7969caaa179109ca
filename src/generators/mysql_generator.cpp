#include "generators/mysql_generator.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>

namespace dalia::internal {
namespace {

/// Sources: MySQL 8.0 manual, 9.1.1 (strings), 9.2 (names), 9.7 (comments); MariaDB manual, "Comment Syntax".
TranslationRules mysql_rules(const MySqlReading& reading) {
  TranslationRules rules;
  rules.dialect = "mysql";
  rules.lexical.backslash_escapes = !reading.no_backslash_escapes;
  rules.lexical.double_quotes_are_strings = !reading.ansi_quotes;
  rules.lexical.backtick_names = true;
  rules.lexical.dollar_starts_word = true;
  rules.lexical.digit_starts_word = true;
  rules.lexical.dash_comment_needs_blank = true;
  rules.lexical.hash_comments = true;
  rules.lexical.executable_comments = true;
  rules.lexical.vertical_tab_is_blank = true;
  rules.names = NameRules{'`', true, false};
  rules.parameter_needs_blank_before_word = true;
  return rules;
}

Capabilities capabilities_of(MySqlFlavour flavour) {
  Capabilities capabilities;
  capabilities.returning_on_insert = flavour == MySqlFlavour::MariaDb;  // since 10.5
  capabilities.instant_columns = true;
  capabilities.is_remote = true;
  capabilities.extra_column = true;
  capabilities.repeated_parameters = flavour == MySqlFlavour::MariaDb;
  capabilities.adds_missing_columns_alone = flavour == MySqlFlavour::MariaDb;
  capabilities.array_binding = flavour == MySqlFlavour::MariaDb;
  capabilities.save_statement =
      flavour == MySqlFlavour::MariaDb ? SaveStatement::OutsideTransactions : SaveStatement::None;
  capabilities.null_safe_distinct = false;
  capabilities.places_nulls = false;
  capabilities.max_parameters = 65535;     // COM_STMT_PREPARE counts them in 16 bits
  capabilities.max_identifier_bytes = 64;  // 64 characters (MySQL 8.0 manual, 9.2.1); 64 bytes are always allowed
  capabilities.max_decimal_digits = 65;    // DECIMAL(65, 30) of the entities (MySQL 8.0 manual, 11.1.3)
  capabilities.max_decimal_fraction = 30;
  return capabilities;
}

}  // namespace

MySqlGenerator::MySqlGenerator(MySqlFlavour flavour, MySqlReading reading)
    : MySqlGenerator(std::make_shared<const MySqlServer>(flavour), reading) {}

MySqlGenerator::MySqlGenerator(std::shared_ptr<const MySqlServer> server, MySqlReading reading)
    : TranslatingGenerator(mysql_rules(reading), capabilities_of(server->flavour())), server_(std::move(server)) {}

const Capabilities& MySqlGenerator::capabilities() const noexcept {
  static const Capabilities of_mariadb = capabilities_of(MySqlFlavour::MariaDb);
  static const Capabilities of_mysql = capabilities_of(MySqlFlavour::MySql);
  return flavour() == MySqlFlavour::MariaDb ? of_mariadb : of_mysql;
}

std::unique_ptr<SqlGenerator> make_mysql_generator(std::shared_ptr<const MySqlServer> server) {
  return std::make_unique<MySqlGenerator>(std::move(server));
}

std::string MySqlGenerator::get_timeout_sql(std::chrono::milliseconds timeout) const {
  if (flavour() == MySqlFlavour::MySql) {
    constexpr std::chrono::milliseconds longest{std::numeric_limits<std::uint32_t>::max()};
    return fmt::format("SET SESSION max_execution_time = {}", checked_timeout(timeout, longest).count());
  }
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365);  // the variable's largest value
  const auto limit = checked_timeout(timeout, longest).count();
  return fmt::format("SET SESSION max_statement_time = {}.{:03}", limit / 1000, limit % 1000);
}

}  // namespace dalia::internal
