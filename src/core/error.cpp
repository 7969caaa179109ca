#include "dalia/core/error.hpp"

#include <utility>

#include <fmt/format.h>

namespace dalia {
namespace {

ErrorFacts facts_at(std::string_view statement, Position position) {
  ErrorFacts facts;
  facts.statement = statement;
  facts.has_position = true;
  facts.position = position;
  return facts;
}

}  // namespace

Error::Error(const std::string& message, ErrorFacts facts)
    : std::runtime_error(message), facts_(std::make_shared<const ErrorFacts>(std::move(facts))) {}

// Out of line, so that the type information of each error lives in this library alone.
Error::~Error() = default;
ConnectionError::~ConnectionError() = default;
AuthenticationError::~AuthenticationError() = default;
QueryError::~QueryError() = default;
ConstraintViolation::~ConstraintViolation() = default;
TransientError::~TransientError() = default;
OutcomeUnknown::~OutcomeUnknown() = default;
TimeoutError::~TimeoutError() = default;
CancelledError::~CancelledError() = default;
CircuitOpen::~CircuitOpen() = default;
PoolClosed::~PoolClosed() = default;
TranslationError::~TranslationError() = default;
UsageError::~UsageError() = default;
EntityError::~EntityError() = default;
VersionConflict::~VersionConflict() = default;
EntityDeleted::~EntityDeleted() = default;
TypeConflict::~TypeConflict() = default;
UnknownField::~UnknownField() = default;

ConstraintViolation::ConstraintViolation(const std::string& message, ConstraintKind kind, std::string constraint,
                                         std::string table, std::string column, ErrorFacts facts)
    : QueryError(message, std::move(facts)),
      kind_(kind),
      constraint_(std::move(constraint)),
      table_(std::move(table)),
      column_(std::move(column)) {}

TimeoutError::TimeoutError(const std::string& message, TimeoutPhase phase, ErrorFacts facts)
    : Error(message, std::move(facts)), phase_(phase) {}

TranslationError::TranslationError(std::string_view reason, std::string_view statement, Position position)
    : Error(fmt::format("line {}, column {}: {}", position.line, position.column, reason),
            facts_at(statement, position)) {}

EntityError::EntityError(const std::string& message, std::string entity, ErrorFacts facts)
    : Error(message, std::move(facts)), entity_(std::move(entity)) {}

VersionConflict::VersionConflict(std::string entity, std::string id, std::int64_t expected, std::int64_t current)
    : EntityError(
          current == 0
              ? fmt::format("{} '{}': expected version {}, but it does not exist", entity, id, expected)
              : fmt::format("{} '{}': expected version {}, but the stored version is {}; read it again and reapply "
                            "the change",
                            entity, id, expected, current),
          entity),
      id_(std::move(id)),
      expected_(expected),
      current_(current) {}

EntityDeleted::EntityDeleted(std::string entity, std::string id)
    : EntityError(fmt::format("{} '{}' is deleted; restore it first, or save with revive()", entity, id), entity),
      id_(std::move(id)) {}

TypeConflict::TypeConflict(std::string entity, std::string field, std::string column_kind, std::string value_kind,
                           std::string_view advice)
    : EntityError(fmt::format("{}.{} holds {} values; a {} value does not fit{}{}", entity, field, column_kind,
                              value_kind, advice.empty() ? "" : ": ", advice),
                  entity),
      field_(std::move(field)),
      column_kind_(std::move(column_kind)),
      value_kind_(std::move(value_kind)) {}

UnknownField::UnknownField(std::string entity, std::string field, std::string_view advice)
    : EntityError(fmt::format("{} has no field '{}'{}{}", entity, field, advice.empty() ? "" : "; ", advice), entity),
      field_(std::move(field)) {}

}  // namespace dalia
