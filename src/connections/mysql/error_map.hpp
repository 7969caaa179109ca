/// From the error numbers of MariaDB and MySQL to the errors of dalia. Sources: MariaDB manual, "MariaDB Error Codes";
/// MySQL 8.0 error reference. Below 1000 the operating system's, from 2000 to 2999 the client library's.
#pragma once

#include <string>
#include <string_view>

#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {

enum class ErrorClass { Query, Constraint, Transient, Stale, Connection, Authentication };

struct ErrorMeaning {
  ErrorClass error_class = ErrorClass::Query;
  ConstraintKind constraint = ConstraintKind::Check;  ///< of ErrorClass::Constraint
  std::string_view advice = "";                       ///< what to do next
};

[[nodiscard]] ErrorMeaning meaning_of(unsigned code) noexcept;

/// What the server or the client library says.
struct NativeError {
  unsigned code = 0;
  std::string sqlstate;
  std::string message;
};

/// Codes after which the link is no longer there, or of no use.
[[nodiscard]] bool ends_connection(unsigned code) noexcept;

/// @param statement  native text; empty where there is none.
/// @throws what the error means for a statement.
[[noreturn]] void throw_error(const NativeError& error, const std::string& statement);
/// @throws ConnectionError, or AuthenticationError.
/// @param place  host and port, or the socket.
[[noreturn]] void throw_connect_error(const NativeError& error, const std::string& place);
/// An error that dalia itself finds.
[[nodiscard]] ErrorFacts facts_of(const std::string& statement);

/// The names a message holds. Empty where it does not tell them.
struct ConstraintNames {
  std::string constraint;
  std::string table;
  std::string column;
};
[[nodiscard]] ConstraintNames names_in(unsigned code, std::string_view message, std::string_view statement);
/// The message without what may be a value.
[[nodiscard]] std::string without_values(unsigned code, std::string_view message);

}  // namespace dalia::internal::mysql
