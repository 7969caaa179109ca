#include "generators/sqlite_generator.hpp"

namespace dalia::internal {
namespace {

/// Sources: sqlite.org/lang_keywords.html (names), lang_expr.html (literals, parameters), lang_comment.html.
TranslationRules sqlite_rules() {
  TranslationRules rules;
  rules.dialect = "sqlite";
  rules.lexical.backtick_names = true;
  rules.lexical.comment_may_stay_open = true;
  rules.lexical.question_numbers_are_parameters = true;
  rules.lexical.named_parameters = true;
  return rules;
}

Capabilities sqlite_capabilities(std::size_t max_parameters) {
  Capabilities capabilities;
  capabilities.returning_on_insert = true;  // since 3.35, lang_returning.html
  capabilities.returning_on_update = true;
  capabilities.transactional_ddl = true;
  capabilities.max_parameters = max_parameters;
  return capabilities;  // NaN is stored as NULL, so non_finite_doubles stays false
}

}  // namespace

SqliteGenerator::SqliteGenerator(std::size_t max_parameters)
    : TranslatingGenerator(sqlite_rules(), sqlite_capabilities(max_parameters)) {}

std::string SqliteGenerator::get_timeout_sql(std::chrono::milliseconds /*timeout*/) const {
  return {};
}

}  // namespace dalia::internal
