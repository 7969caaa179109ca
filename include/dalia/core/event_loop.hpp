/// EventLoop: what an asynchronous connection needs of the event loop that its program runs. dalia/asio.hpp implements
/// it over Asio; the compiled library knows no other loop than this border.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "dalia/core/deadline.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/readiness.hpp"

namespace dalia {

/// One for each connection. Calls of watch(), release() and rest() come one after the other; the others from any
/// thread.
class DALIA_EXPORT EventLoop {
 public:
  /// Who waits. A loop that ends before something happens lets go of it and calls nothing.
  class DALIA_EXPORT Watcher {
   public:
    Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher();
    /// On a thread of the loop. @param happened  None where the time was over or the wait was interrupted.
    virtual void on_ready(Readiness happened) = 0;
  };

  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  virtual ~EventLoop();

  /// Calls watcher->on_ready() once, later, and never from within this call. One wait at a time.
  /// @param wanted  Read, Write or both.
  virtual void watch(int descriptor, Readiness wanted, Deadline until, std::shared_ptr<Watcher> watcher) = 0;
  /// Ends the wait that runs, or else the next one.
  virtual void interrupt_wait() = 0;
  /// The descriptor is about to be closed or changed by others. Nobody waits for it.
  virtual void release(int descriptor) noexcept = 0;
  /// No operation runs: nothing of this loop keeps its thread from ending.
  virtual void rest() noexcept = 0;
  /// Calls watcher->on_ready(None), soon.
  virtual void post(std::shared_ptr<Watcher> watcher) = 0;
  /// Whether the calling thread is one of the loop's.
  [[nodiscard]] virtual bool runs_here() const noexcept = 0;

  /// Runs what blocks on a thread of its own, and then calls then->on_ready(None) on the loop. The loop does not end
  /// meanwhile; where it is destroyed, it waits for the thread.
  virtual void run_aside(std::function<void()> work, std::shared_ptr<Watcher> then) = 0;

  /// Work for this loop begins on another thread. @return false where the loop has gone; else end_outside() follows.
  [[nodiscard]] bool begin_outside();
  void end_outside() noexcept;
  /// Called, with nothing locked, where the loop is destroyed while such work runs: it should end soon.
  void set_stopper(std::function<void()> stopper);

 protected:
  /// The loop goes: from here on nothing begins outside. Returns once what has begun is over.
  void end() noexcept;

 private:
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable outside_ended_;
  std::size_t outside_ = 0;
  bool has_gone_ = false;
  std::function<void()> stopper_;
};

}  // namespace dalia
