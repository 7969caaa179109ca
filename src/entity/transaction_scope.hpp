/// Runs a part of a flow in a transaction of its own, or inside the caller's, where a savepoint makes it all or
/// nothing.
#pragma once

#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "dalia/core/executor.hpp"
#include "dalia/core/task.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia::internal {

/// Undoes the part. What fails here is dropped: the failure that led here says more, and a transaction that cannot be
/// rolled back ends with its connection.
task<void> undo(Executor& on, const TransactionSql& sql, bool is_own);

/// A library's own transaction that lost a conflict was undone as a whole and runs again, a few times; a caller's is
/// the caller's to run again. Only a statement that had become stale is no conflict, and runs again in both.
[[nodiscard]] bool runs_again(const std::exception_ptr& failure, bool is_own, int attempt, Deadline deadline) noexcept;

/// @param body  a callable without arguments that returns task<T>; it lives in the caller's frame.
template <class Body>
auto within_transaction(Executor& on, const TransactionSql& sql, Deadline deadline, Body& body) -> decltype(body()) {
  using Result = typename decltype(body())::value_type;
  const std::span<const ValueRef> none;
  ResultSet ignored;
  const bool is_own = !on.in_transaction();
  for (int attempt = 0;; ++attempt) {
    std::optional<Result> result;
    std::exception_ptr failure;
    try {
      // Inside, because a BEGIN may take effect and fail all the same, when a time limit crosses its answer.
      if (is_own) {
        co_await on.execute_with_next(sql.begin, deadline, ignored);
      } else {
        co_await on.execute(sql.savepoint, none, deadline, ignored);
      }
      auto work = body();
      Result value = co_await work;
      result.emplace(std::move(value));
      const StatementText& end = is_own ? sql.commit : sql.release_savepoint;
      co_await on.execute(end, none, deadline, ignored);
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) {
      co_return std::move(*result);
    }
    auto undoing = undo(on, sql, is_own);
    co_await undoing;
    if (!runs_again(failure, is_own, attempt, deadline)) {
      std::rethrow_exception(failure);
    }
  }
}

}  // namespace dalia::internal
