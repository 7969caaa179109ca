#include "connections/all_or_nothing.hpp"

#include "dalia/core/error.hpp"

namespace dalia::internal {

task<void> AllOrNothing::begin(Deadline deadline) {
  return executor_.run(is_nested_ ? sql_.savepoint : sql_.begin, deadline);
}

task<void> AllOrNothing::commit(Deadline deadline) {
  return executor_.run(is_nested_ ? sql_.release_savepoint : sql_.commit, deadline);
}

task<void> AllOrNothing::restart(Deadline deadline) {
  co_await roll_back();
  co_await begin(deadline);
}

task<void> AllOrNothing::undo() {
  if (!is_open()) {
    co_return;
  }
  try {
    co_await roll_back();
  } catch (const std::exception&) {
    // The caller has a failure to tell already.
  }
}

// Without a deadline: it waits for nobody, and must not be left out because time ran out.
task<void> AllOrNothing::roll_back() {
  if (is_nested_) {
    co_await executor_.run(sql_.rollback_to_savepoint, Deadline());
    co_await executor_.run(sql_.release_savepoint, Deadline());
  } else {
    co_await executor_.run(sql_.rollback, Deadline());
  }
}

}  // namespace dalia::internal
