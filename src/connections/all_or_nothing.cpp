#include "connections/all_or_nothing.hpp"

#include "dalia/core/error.hpp"

namespace dalia::internal {

AllOrNothing::AllOrNothing(BlockingExecutor& executor, const TransactionSql& sql) noexcept
    : executor_(executor), sql_(sql), is_nested_(executor.in_transaction()) {}

// A BEGIN may take effect and fail all the same, when a time limit crosses its answer. Then the destructor runs, for
// the object is complete since the other constructor returned.
AllOrNothing::AllOrNothing(BlockingExecutor& executor, const TransactionSql& sql, Deadline deadline)
    : AllOrNothing(executor, sql) {
  begin(deadline);
}

void AllOrNothing::begin(Deadline deadline) {
  executor_.run(is_nested_ ? sql_.savepoint : sql_.begin, deadline);
}

void AllOrNothing::restart(Deadline deadline) {
  undo();
  begin(deadline);
}

AllOrNothing::~AllOrNothing() {
  if (!is_done_ && is_open()) {
    try {
      undo();
    } catch (const std::exception&) {
      // The error that led here is the one to tell; the session closes or rolls back in the end.
    }
  }
}

void AllOrNothing::commit(Deadline deadline) {
  executor_.run(is_nested_ ? sql_.release_savepoint : sql_.commit, deadline);
  is_done_ = true;
}

// Without a deadline: it waits for nobody, and must not be left out because time ran out.
void AllOrNothing::undo() {
  if (is_nested_) {
    executor_.run(sql_.rollback_to_savepoint, Deadline());
    executor_.run(sql_.release_savepoint, Deadline());
  } else {
    executor_.run(sql_.rollback, Deadline());
  }
}

}  // namespace dalia::internal
