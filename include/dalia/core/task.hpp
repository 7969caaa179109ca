/// task<T>: the coroutine type of all library flows. Lazy, awaited once, and as cheap as a call where nothing suspends.
///
/// On a blocking connection no await ever suspends: run_sync() resumes the frame and takes the result. On an
/// asynchronous connection the same object code suspends and may be completed by another thread.
///
/// The awaiting side starts the child inside await_suspend and goes on at once if it finished (`bool await_suspend`, no
/// symmetric transfer: g++ without optimisation, and sanitizers, do not turn the latter into a tail call, and a loop of
/// children that finish at once would overflow the stack).
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include "dalia/core/error.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/frame_cache.hpp"

namespace dalia {

template <class T>
class task;

namespace internal {

[[noreturn]] DALIA_EXPORT void throw_suspended();

class TaskPromiseBase {
 public:
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      TaskPromiseBase& promise = self.promise();
      const std::coroutine_handle<> parent = promise.parent_;
      // Whoever comes second goes on: the parent that still runs await_suspend, or we for a parent that already waits.
      if (promise.met_.exchange(true, std::memory_order_acq_rel)) {
        parent.resume();
      }
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure_ = std::current_exception(); }

  void set_parent(std::coroutine_handle<> parent) noexcept { parent_ = parent; }
  /// True for the second caller.
  bool meet() noexcept { return met_.exchange(true, std::memory_order_acq_rel); }
  void rethrow_failure() {
    if (failure_) {
      std::rethrow_exception(std::move(failure_));
    }
  }

 private:
  std::coroutine_handle<> parent_;
  std::exception_ptr failure_;
  std::atomic<bool> met_{false};
};

template <class T>
class TaskPromise final : public TaskPromiseBase {
 public:
  task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    result_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow_failure();
    return std::move(*result_);
  }

 private:
  std::optional<T> result_;
};

template <>
class TaskPromise<void> final : public TaskPromiseBase {
 public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() { rethrow_failure(); }
};

}  // namespace internal

/// Move-only. Destroying a task that never ran, or that waits, destroys its frame.
template <class T>
class [[nodiscard]] task {
 public:
  using value_type = T;
  using promise_type = internal::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit task(Handle handle) noexcept : handle_(handle) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (handle_) {
      handle_.destroy();
    }
  }

  struct Awaiter {
    Handle child;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> parent) const {
      child.promise().set_parent(parent);
      child.resume();
      return !child.promise().meet();
    }
    T await_resume() const { return child.promise().take(); }
  };
  Awaiter operator co_await() const& noexcept { return Awaiter{handle_}; }
  Awaiter operator co_await() const&& noexcept { return Awaiter{handle_}; }

  /// Runs to the end on this thread. @throws what the task throws; UsageError if it had to wait.
  T run_sync() && {
    handle_.resume();
    if (!handle_.done()) {
      internal::throw_suspended();
    }
    return handle_.promise().take();
  }

 private:
  Handle handle_;
};

template <class T>
[[nodiscard]] T run_sync(task<T> work) {
  return std::move(work).run_sync();
}

namespace internal {
template <class T>
task<T> TaskPromise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline task<void> TaskPromise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}
}  // namespace internal

}  // namespace dalia
