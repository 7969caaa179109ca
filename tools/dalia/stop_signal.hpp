/// SIGINT and SIGTERM: the work in hand is stopped and rolled back, then the program ends.
#pragma once

#include <atomic>
#include <thread>

namespace dalia {
class SyncConnection;
}

namespace dalia::program {

[[nodiscard]] bool stop_requested() noexcept;
/// @throws Stopped.
void throw_if_stopped();

/// While it lives a first signal interrupts what the connection runs and makes throw_if_stopped() throw; a second ends
/// the process at once. Before and after it a signal ends the process as ever: there is nothing to roll back.
class StopOnSignal {
 public:
  /// One at a time; the connection must outlive it.
  explicit StopOnSignal(SyncConnection& connection);
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  ~StopOnSignal();

 private:
  void watch() noexcept;

  SyncConnection& connection_;
  std::atomic<bool> is_over_{false};
  std::thread watcher_;
};

}  // namespace dalia::program
