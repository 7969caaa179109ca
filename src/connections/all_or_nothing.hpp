/// AllOrNothing: all or nothing for several statements, inside the transaction that is open or in one of its own.
#pragma once

#include "connections/session_executor.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia::internal {

/// begin(), then commit() or undo(). The caller holds executor.use().
class AllOrNothing {
 public:
  AllOrNothing(SessionExecutor& executor, const TransactionSql& sql) noexcept
      : executor_(executor), sql_(sql), is_nested_(executor.in_transaction()) {}

  /// Where it fails it may have taken effect all the same, when a time limit crosses its answer.
  task<void> begin(Deadline deadline);
  task<void> commit(Deadline deadline);
  /// What begin() and commit() run, for those who send it together with what lies between. They call sends_opening()
  /// first: only then is there something to undo.
  [[nodiscard]] const StatementText& opening() const noexcept { return is_nested_ ? sql_.savepoint : sql_.begin; }
  [[nodiscard]] const StatementText& closing() const noexcept {
    return is_nested_ ? sql_.release_savepoint : sql_.commit;
  }
  void sends_opening() noexcept { has_begun_ = true; }
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }
  /// Inside the caller's transaction.
  [[nodiscard]] bool is_nested() const noexcept { return is_nested_; }
  /// After a failure, also of begin() and commit(). Drops what fails here: the error that led here is the one to tell,
  /// and the session closes or rolls back in the end.
  task<void> undo();
  /// Undoes what was done and begins again.
  task<void> restart(Deadline deadline);
  /// False where the engine itself has rolled everything back.
  [[nodiscard]] bool is_open() const noexcept { return executor_.in_transaction(); }

 private:
  task<void> roll_back();

  SessionExecutor& executor_;
  const TransactionSql& sql_;
  bool is_nested_;
  bool has_begun_ = false;
};

}  // namespace dalia::internal
