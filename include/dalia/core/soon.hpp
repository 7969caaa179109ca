/// Soon<T>: a result that is there already, or the task that brings it. For operations that mostly finish at once;
/// those cost no coroutine frame.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "dalia/core/task.hpp"

namespace dalia {

/// Awaited once, or taken where it is ready. Move-only. What fails at once is thrown by the function that returns it.
template <class T>
class [[nodiscard]] Soon {
 public:
  Soon(T result) : result_(std::move(result)) {}
  Soon(task<T> work) : work_(std::move(work)) {}

  [[nodiscard]] bool is_ready() const noexcept { return !work_.has_value(); }
  /// Where it is ready.
  [[nodiscard]] T take() { return std::move(*result_); }
  /// Runs it to the end on this thread. @throws what it throws; UsageError if it had to wait.
  T run_sync() && { return work_ ? std::move(*work_).run_sync() : take(); }

  bool await_ready() const noexcept { return is_ready(); }
  bool await_suspend(std::coroutine_handle<> parent) const { return work_->operator co_await().await_suspend(parent); }
  T await_resume() { return work_ ? work_->operator co_await().await_resume() : take(); }

 private:
  std::optional<T> result_;
  std::optional<task<T>> work_;
};

template <>
class [[nodiscard]] Soon<void> {
 public:
  Soon() = default;
  Soon(task<void> work) : work_(std::move(work)) {}

  [[nodiscard]] bool is_ready() const noexcept { return !work_.has_value(); }
  void run_sync() && {
    if (work_) {
      std::move(*work_).run_sync();
    }
  }

  bool await_ready() const noexcept { return is_ready(); }
  bool await_suspend(std::coroutine_handle<> parent) const { return work_->operator co_await().await_suspend(parent); }
  void await_resume() const {
    if (work_) {
      work_->operator co_await().await_resume();
    }
  }

 private:
  std::optional<task<void>> work_;
};

template <class T>
T run_sync(Soon<T> soon) {
  return std::move(soon).run_sync();
}

}  // namespace dalia
