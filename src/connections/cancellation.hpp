/// Cancellation: the wish that the call that runs on a connection ends.
#pragma once

#include <atomic>
#include <mutex>

namespace dalia::internal {

/// Heard once, by the statement that runs or by the next one that begins. Thread-safe.
class Cancellation {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_release); }
  [[nodiscard]] bool is_requested() const noexcept { return requested_.load(std::memory_order_acquire); }
  /// Whether it was requested; it is not from then on.
  [[nodiscard]] bool take() noexcept {
    if (!is_requested()) {
      return false;
    }
    const std::lock_guard lock(mutex_);
    return requested_.exchange(false, std::memory_order_acq_rel);
  }
  void clear() noexcept { static_cast<void>(take()); }
  /// Runs `stop` where it was requested and nobody has heard it; nobody does meanwhile.
  template <class Stop>
  void while_requested(Stop stop) noexcept {
    const std::lock_guard lock(mutex_);
    if (is_requested()) {
      stop();
    }
  }

 private:
  std::mutex mutex_;  ///< held while it is heard: what stops a statement must not hit what undoes it
  std::atomic<bool> requested_{false};
};

}  // namespace dalia::internal
