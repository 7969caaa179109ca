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
};

}  // namespace dalia::internal
