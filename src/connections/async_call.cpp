#include "dalia/connections/async_call.hpp"

#include "dalia/connections/async_core.hpp"

namespace dalia::internal {
namespace {

constinit thread_local bool* ends_here = nullptr;

}  // namespace

AsyncCall::AsyncCall(std::shared_ptr<AsyncCore> core) noexcept : core_(std::move(core)) {}

AsyncCall::~AsyncCall() = default;

bool AsyncCall::begin() {
  root_ = body();
  return resume(root_.frame_);
}

void AsyncCall::on_ready(Readiness happened) {
  if (readiness_ != nullptr) {
    *readiness_ = happened;
  }
  if (resume(continuation_)) {
    end(Delivery::Now);
  }
}

void AsyncCall::cancel() noexcept {
  core_->cancel(*this);
}

void AsyncCall::end(Delivery delivery) {
  const std::shared_ptr<AsyncCore> core = core_;  // the receiver may let go of everything else
  core->finish(*this, delivery);
}

// A coroutine that one thread resumed may be carried to its end by another one, which was about to wait for it. So it
// is not the call that knows whose stack is the last, but the thread.
bool AsyncCall::resume(std::coroutine_handle<> at) {
  bool has_ended = false;
  bool* const outer = std::exchange(ends_here, &has_ended);
  at.resume();
  ends_here = outer;
  return has_ended;
}

void AsyncCall::note_end() noexcept {
  *ends_here = true;
}

void AsyncCall::drop_work() noexcept {
  const bool was_running = root_.frame_ && !root_.frame_.done();
  { const Root dropped = std::move(root_); }
  if (was_running) {
    core_->abandon(*this);
  }
}

}  // namespace dalia::internal
