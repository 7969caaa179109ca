/// What libpq says about a link that could not be made, or that broke.
#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

namespace dalia::internal::postgres {

enum class LinkPhase { Connecting, Connected };

struct LinkFailure {
  std::string message;   ///< one line
  std::string sqlstate;  ///< of the server's own last word; empty where the server said nothing
};

/// libpq has no SQLSTATE for these but in its text, when that is verbose (PQERRORS_VERBOSE).
/// @param text  of PQerrorMessage. Once connected it may also hold an earlier error with values, which are left out.
[[nodiscard]] LinkFailure link_failure_from(std::string_view text, LinkPhase phase);

/// @param connection  null where libpq had no memory for one.   @param statement  native text; empty where there is
/// none.
/// @throws ConnectionError, AuthenticationError.
[[noreturn]] void throw_link_failure(const PGconn* connection, LinkPhase phase, const std::string& statement);

}  // namespace dalia::internal::postgres
