/// LinkWaiter: how a PollDriver waits for its link: by blocking, or by leaving the thread to others.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "dalia/connections/pollable_session.hpp"
#include "dalia/core/deadline.hpp"

namespace dalia::internal {

class LinkWaiter {
 public:
  class Awaiter;

  LinkWaiter() = default;
  LinkWaiter(const LinkWaiter&) = delete;
  LinkWaiter& operator=(const LinkWaiter&) = delete;
  virtual ~LinkWaiter() = default;

  /// co_await gives what is ready, or None once `until` has passed. A link that is broken is ready.
  [[nodiscard]] Awaiter wait(int descriptor, Readiness wanted, Deadline until) noexcept;

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

  /// True: finished, with `ready` or `failure` set. False: the continuation will be resumed.
  virtual bool start(Wait& wait) noexcept = 0;
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

inline LinkWaiter::Awaiter LinkWaiter::wait(int descriptor, Readiness wanted, Deadline until) noexcept {
  return Awaiter(*this, descriptor, wanted, until);
}

}  // namespace dalia::internal
