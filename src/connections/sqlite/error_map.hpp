/// From SQLite's result codes to the errors of dalia. Source of the codes: sqlite.org/rescode.html.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dalia/core/error.hpp"

namespace dalia::internal::sqlite {

enum class ErrorClass { Query, Constraint, Transient, Connection };

struct ErrorMeaning {
  ErrorClass error_class = ErrorClass::Query;
  ConstraintKind constraint = ConstraintKind::Check;  ///< of ErrorClass::Constraint
  std::string_view advice = "";                       ///< what to do next; `{}` stands for the file
};

/// @param code  extended or primary.
[[nodiscard]] ErrorMeaning meaning_of(int code) noexcept;

/// Table and column out of "UNIQUE constraint failed: users.email, users.name" (the first of several), or the name of a
/// check constraint.
struct ConstraintPlace {
  std::string constraint;
  std::string table;
  std::string column;
};
[[nodiscard]] ConstraintPlace place_in(std::string_view message, ConstraintKind kind);

/// Line and column of a byte offset.
[[nodiscard]] Position position_at(std::string_view text, std::size_t offset) noexcept;

/// Quoted parts of a message SQLite made while it ran a statement may be bound values (json_extract, fts5): each
/// becomes
/// '...'.
[[nodiscard]] std::string without_quoted(std::string_view message);

struct NativeError {
  int code = 0;                ///< extended
  std::string message;         ///< SQLite's own
  std::string statement;       ///< native text; empty while connecting
  std::string file;            ///< of the database
  int offset = -1;             ///< in the statement, or -1
  std::string_view note = "";  ///< added to the message
};

/// @throws what the code means.
[[noreturn]] void throw_error(const NativeError& error);
/// The same facts for errors that dalia itself finds.
[[nodiscard]] ErrorFacts facts_of(const NativeError& error);

}  // namespace dalia::internal::sqlite
