/// QueryText: the checked native SQL of an EntityQuery.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dalia/core/executor.hpp"
#include "dalia/entity/entity_query.hpp"
#include "dalia/generators/sql_entity_generator.hpp"
#include "entity/schema.hpp"

namespace dalia::internal {

/// A condition or order from outside is read as tokens, and only what is known to be harmless passes: one expression
/// over fields of the entity, which cannot leave the parentheses it is put in. Names are written anew, quoted.
class QueryText {
 public:
  /// All must outlive the text.
  /// @throws UnknownField, TranslationError with position, UsageError for the wrong number of parameters.
  QueryText(const SqlEntityGenerator& generator, const Schema& schema, const EntityQuery& query);

  /// Whether it names a field without a column of its own. Another writer may just be making one: the rows count only
  /// if the schema is still the current one after they were read.
  [[nodiscard]] bool names_unsettled_field() const noexcept { return names_unsettled_field_; }
  [[nodiscard]] StatementText find_statement() const;
  [[nodiscard]] StatementText count_statement() const;
  /// Of the find statement: those of the condition, then limit and offset.
  [[nodiscard]] std::span<const ValueRef> parameters() const noexcept { return parameters_; }
  [[nodiscard]] std::span<const ValueRef> condition_parameters() const noexcept {
    return std::span<const ValueRef>(parameters_).first(condition_parameter_count_);
  }

 private:
  [[nodiscard]] StatementText native(const std::string& portable) const;

  const SqlEntityGenerator& generator_;
  const Schema& schema_;
  const EntityQuery& query_;
  std::string condition_;  ///< portable SQL
  std::string order_;
  std::vector<ValueRef> parameters_;
  std::size_t condition_parameter_count_ = 0;
  bool names_unsettled_field_ = false;
};

struct CheckedText {
  std::string portable;  ///< each field in brackets, or as the expression that stands for it
  bool names_unsettled_field = false;
};

/// One expression.
[[nodiscard]] CheckedText checked_condition(const Schema& schema, std::string_view condition,
                                            const Capabilities& capabilities);
/// A list of sort keys; "id" as the last one is left to the caller. NULL sorts below every value on every engine.
[[nodiscard]] CheckedText checked_order(const Schema& schema, std::string_view order, const Capabilities& capabilities);

}  // namespace dalia::internal
