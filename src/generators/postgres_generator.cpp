#include "generators/postgres_generator.hpp"

#include <limits>

#include <fmt/format.h>

namespace dalia::internal {
namespace {

/// Source: PostgreSQL 15 manual, 4.1 (lexical structure), and src/backend/parser/scan.l.
TranslationRules postgres_rules(const PostgresReading& reading) {
  TranslationRules rules;
  rules.dialect = "postgres";
  rules.lexical.backslash_escapes = !reading.standard_conforming_strings;
  rules.lexical.escape_strings = true;
  rules.lexical.dollar_quotes = true;
  rules.lexical.nested_comments = true;
  rules.lexical.carriage_return_ends_line = true;
  rules.lexical.dollar_numbers_are_parameters = true;
  rules.has_unicode_names = true;
  rules.numbers_parameters = true;
  rules.parameter_needs_blank_before_word = true;
  return rules;
}

Capabilities postgres_capabilities() {
  Capabilities capabilities;
  capabilities.returning_on_insert = true;
  capabilities.returning_on_update = true;
  capabilities.transactional_ddl = true;
  capabilities.instant_columns = true;
  capabilities.is_remote = true;
  capabilities.errors_fail_transactions = true;  // "current transaction is aborted", 25P02
  capabilities.array_saves = true;
  capabilities.save_statement = SaveStatement::Everywhere;
  capabilities.updates_cheaper = true;
  capabilities.arrays = true;
  capabilities.question_mark_operators = true;
  capabilities.non_finite_doubles = true;
  capabilities.signed_zero = true;
  capabilities.nulls_sort_high = true;
  capabilities.max_parameters = 65535;     // the Bind message counts them in 16 bits (manual, 55.7)
  capabilities.max_identifier_bytes = 63;  // NAMEDATALEN - 1 (manual, 4.1.1)
  return capabilities;
}

}  // namespace

PostgresGenerator::PostgresGenerator(PostgresReading reading)
    : TranslatingGenerator(postgres_rules(reading), postgres_capabilities()) {}

std::string PostgresGenerator::get_timeout_sql(std::chrono::milliseconds timeout) const {
  constexpr std::chrono::milliseconds longest{std::numeric_limits<std::int32_t>::max()};
  return fmt::format("SET statement_timeout = {}", checked_timeout(timeout, longest).count());
}

}  // namespace dalia::internal
