#include "connections/all_or_nothing.hpp"

#include "dalia/core/error.hpp"

namespace dalia::internal {

task<void> AllOrNothing::begin(Deadline deadline) {
  has_begun_ = true;
  return executor_.run(opening(), deadline);
}

task<void> AllOrNothing::commit(Deadline deadline) {
  return executor_.run(closing(), deadline);
}

task<void> AllOrNothing::restart(Deadline deadline) {
  co_await roll_back();
  co_await begin(deadline);
}

task<void> AllOrNothing::undo() {
  if (!has_begun_ || !is_open()) {
    co_return;
  }
  try {
    co_await roll_back();
  } catch (const std::exception&) {
    // The caller has a failure to tell already.
  }
}

// Not within the time of the call: it must not be left out because that ran out.
task<void> AllOrNothing::roll_back() {
  if (is_nested_) {
    co_await executor_.run(sql_.rollback_to_savepoint, Deadline::for_cleanup());
    co_await executor_.run(sql_.release_savepoint, Deadline::for_cleanup());
  } else {
    co_await executor_.run(sql_.rollback, Deadline::for_cleanup());
  }
}

}  // namespace dalia::internal
