/// WriterTurn: the writers of one process to one database file, in order of arrival. SQLite lets one connection write
/// at a time and makes the others poll; taking turns before the first write is fair and needs no polling.
#pragma once

#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "dalia/core/deadline.hpp"

namespace dalia::internal::sqlite {

/// Thread-safe.
class WriterTurn {
 public:
  enum class Outcome { Taken, TimedOut, Stopped };

  /// The one of this process for `key`, which names a database file.
  [[nodiscard]] static std::shared_ptr<WriterTurn> of(const std::string& key);

  /// Waits for its turn, until `stopped` (set it, then call wake) or the deadline.
  [[nodiscard]] Outcome take(Deadline deadline, const std::atomic<bool>& stopped);
  /// Hands over to the one who has waited longest.
  void give() noexcept;
  /// Makes all who wait look at their `stopped`.
  void wake() noexcept;

 private:
  struct Waiter {
    std::condition_variable ready;
    bool has_turn = false;
  };

  std::mutex mutex_;  ///< guards all below
  bool taken_ = false;
  std::list<Waiter*> waiters_;  ///< first come first; each lies on the stack of its thread
};

}  // namespace dalia::internal::sqlite
