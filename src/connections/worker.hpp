/// Worker: a thread of a connection's own, for a client library that blocks.
#pragma once

#include <functional>
#include <memory>

namespace dalia::internal {

/// Runs one piece of work after the other, in the order they came. Thread-safe. When the last owner lets go, the thread
/// ends after what it has to do, and nobody waits for it but the end of the program.
class Worker {
 public:
  /// @throws std::system_error where there is no thread to be had.
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  void run(std::function<void()> work);

 private:
  struct State;

  std::shared_ptr<State> state_;  ///< shared with the thread
};

}  // namespace dalia::internal
