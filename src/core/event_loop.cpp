#include "dalia/core/event_loop.hpp"

#include <utility>

namespace dalia {

EventLoop::Watcher::~Watcher() = default;

EventLoop::~EventLoop() = default;

bool EventLoop::begin_outside() {
  const std::lock_guard lock(mutex_);
  outside_ += has_gone_ ? 0 : 1;
  return !has_gone_;
}

void EventLoop::end_outside() noexcept {
  const std::lock_guard lock(mutex_);
  --outside_;
  outside_ended_.notify_all();  // under the lock: who waits may destroy the loop at once
}

void EventLoop::set_stopper(std::function<void()> stopper) {
  const std::lock_guard lock(mutex_);
  stopper_ = std::move(stopper);
}

void EventLoop::end() noexcept {
  std::function<void()> stop;
  {
    const std::lock_guard lock(mutex_);
    has_gone_ = true;
    stop.swap(stopper_);
    if (outside_ == 0) {
      return;
    }
  }
  if (stop) {
    stop();
  }
  std::unique_lock lock(mutex_);
  outside_ended_.wait(lock, [this] { return outside_ == 0; });
}

}  // namespace dalia
