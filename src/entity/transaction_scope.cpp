#include "entity/transaction_scope.hpp"

#include <array>

#include "dalia/core/error.hpp"

namespace dalia::internal {

bool runs_again(const std::exception_ptr& failure, bool is_own, int attempt, Deadline deadline) noexcept {
  constexpr int most_attempts = 5;
  if (attempt + 1 >= most_attempts || deadline.has_passed()) {
    return false;
  }
  try {
    std::rethrow_exception(failure);
  } catch (const TransientError& error) {
    return error.facts().stale_statement || (is_own && error.is_retryable());
  } catch (...) {
    return false;
  }
}

task<void> undo(Executor& on, const TransactionSql& sql, bool is_own) {
  // An engine may have rolled back by itself (SQLite on a full disk).
  if (!on.in_transaction()) {
    co_return;
  }
  const std::array<const StatementText*, 2> statements =
      is_own ? std::array<const StatementText*, 2>{&sql.rollback, nullptr}
             : std::array<const StatementText*, 2>{&sql.rollback_to_savepoint, &sql.release_savepoint};
  ResultSet ignored;
  for (const StatementText* statement : statements) {
    if (statement == nullptr) {
      continue;
    }
    try {
      co_await on.execute(*statement, std::span<const ValueRef>(), Deadline::for_cleanup(), ignored);
    } catch (const Error&) {
      co_return;
    }
  }
}

}  // namespace dalia::internal
