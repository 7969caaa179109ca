/// LinkWaiter: how a PollDriver waits for its link: by blocking, or by leaving the thread to others.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "dalia/core/deadline.hpp"
#include "dalia/core/readiness.hpp"

namespace dalia::internal {

/// One wait or errand at a time.
class LinkWaiter {
 public:
  class Awaiter;
  class ErrandAwaiter;

  LinkWaiter() = default;
  LinkWaiter(const LinkWaiter&) = delete;
  LinkWaiter& operator=(const LinkWaiter&) = delete;
  virtual ~LinkWaiter() = default;

  /// co_await gives what is ready, or None once `until` has passed or the wait was interrupted. A link that is broken
  /// is ready.
  [[nodiscard]] Awaiter wait(int descriptor, Readiness wanted, Deadline until) noexcept;
  /// Does what blocks; co_await returns once it is done. @throws what it throws.
  [[nodiscard]] ErrandAwaiter run_aside(std::function<void()> work) noexcept;
  /// One of the same kind, for another link of the same connection.
  [[nodiscard]] virtual std::unique_ptr<LinkWaiter> another() const = 0;

 protected:
  /// One wait, which lives in the awaiting frame.
  struct Wait {
    int descriptor = -1;
    Readiness wanted = Readiness::None;  ///< Read, Write or both
    Deadline until;
    Readiness ready = Readiness::None;
    std::exception_ptr failure;
    std::coroutine_handle<> continuation;  ///< resumed by a waiter that did not finish at once
  };
  /// Something that blocks, as above.
  struct Errand {
    std::function<void()> work;
    std::exception_ptr failure;
    std::coroutine_handle<> continuation;

    void run() noexcept {
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
    }
  };

  /// True: finished, with `ready` or `failure` set. False: the continuation will be resumed.
  virtual bool start(Wait& wait) noexcept = 0;
  /// As above.
  virtual bool start(Errand& errand) = 0;
};

class [[nodiscard]] LinkWaiter::Awaiter {
 public:
  Awaiter(LinkWaiter& waiter, int descriptor, Readiness wanted, Deadline until) noexcept : waiter_(&waiter) {
    wait_.descriptor = descriptor;
    wait_.wanted = wanted;
    wait_.until = until;
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> continuation) noexcept {
    wait_.continuation = continuation;
    return !waiter_->start(wait_);
  }
  Readiness await_resume() {
    if (wait_.failure) {
      std::rethrow_exception(std::move(wait_.failure));
    }
    return wait_.ready;
  }

 private:
  LinkWaiter* waiter_;
  Wait wait_;
};

class [[nodiscard]] LinkWaiter::ErrandAwaiter {
 public:
  ErrandAwaiter(LinkWaiter& waiter, std::function<void()> work) noexcept : waiter_(&waiter) {
    errand_.work = std::move(work);
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> continuation) {
    errand_.continuation = continuation;
    return !waiter_->start(errand_);
  }
  void await_resume() {
    if (errand_.failure) {
      std::rethrow_exception(std::move(errand_.failure));
    }
  }

 private:
  LinkWaiter* waiter_;
  Errand errand_;
};

inline LinkWaiter::Awaiter LinkWaiter::wait(int descriptor, Readiness wanted, Deadline until) noexcept {
  return Awaiter(*this, descriptor, wanted, until);
}

inline LinkWaiter::ErrandAwaiter LinkWaiter::run_aside(std::function<void()> work) noexcept {
  return ErrandAwaiter(*this, std::move(work));
}

}  // namespace dalia::internal
