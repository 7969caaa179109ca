/// From SQLSTATEs to the errors of dalia. Source of the codes: PostgreSQL 15 manual, appendix A.
#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "dalia/core/error.hpp"

namespace dalia::internal::postgres {

enum class ErrorClass { Query, Constraint, Transient, Connection, Authentication };

struct ErrorMeaning {
  ErrorClass error_class = ErrorClass::Query;
  ConstraintKind constraint = ConstraintKind::Check;  ///< of ErrorClass::Constraint
  std::string_view advice = "";                       ///< what to do next
};

/// @param sqlstate  five characters; an unknown one means what its class (the first two) means.
[[nodiscard]] ErrorMeaning meaning_of(std::string_view sqlstate) noexcept;

/// Whether an error with this code says that the statement it ended did not happen. Without a code nobody knows.
[[nodiscard]] bool is_undone(std::string_view sqlstate) noexcept;

/// The prepared statement is no longer there, or no longer fits the tables: prepare it again.
[[nodiscard]] bool is_stale_statement(const PGresult* result) noexcept;

/// @param statement  native text; empty where there is none.
/// @throws what the server's error result means.
[[noreturn]] void throw_error(const PGresult* result, const std::string& statement);
/// An error that dalia itself finds.
[[nodiscard]] ErrorFacts facts_of(const std::string& statement);

}  // namespace dalia::internal::postgres
