/// AllOrNothing: all or nothing for several statements, inside the transaction that is open or in one of its own.
#pragma once

#include "connections/blocking_executor.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia::internal {

/// Undoes what was done unless commit() was reached. The caller holds executor.use().
class AllOrNothing {
 public:
  AllOrNothing(BlockingExecutor& executor, const TransactionSql& sql, Deadline deadline);
  AllOrNothing(const AllOrNothing&) = delete;
  AllOrNothing& operator=(const AllOrNothing&) = delete;
  ~AllOrNothing();

  void commit(Deadline deadline);
  /// Undoes what was done and begins again.
  void restart(Deadline deadline);
  /// False where the engine itself has rolled everything back.
  [[nodiscard]] bool is_open() const noexcept { return executor_.in_transaction(); }

 private:
  AllOrNothing(BlockingExecutor& executor, const TransactionSql& sql) noexcept;
  void begin(Deadline deadline);
  void undo();

  BlockingExecutor& executor_;
  const TransactionSql& sql_;
  bool is_nested_;
  bool is_done_ = false;
};

}  // namespace dalia::internal
