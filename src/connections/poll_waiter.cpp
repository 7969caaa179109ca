#include "connections/poll_waiter.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;

/// For poll(), rounded up, so that it does not return just before the time and spin.
int poll_timeout(Deadline deadline) noexcept {
  if (deadline.is_never()) {
    return -1;
  }
  constexpr milliseconds longest{60'000};
  const auto left = std::chrono::ceil<milliseconds>(deadline.remaining());
  return static_cast<int>(std::min(left, longest).count());
}

}  // namespace

bool PollWaiter::start(Wait& wait) noexcept {
  pollfd descriptor{};
  descriptor.fd = wait.descriptor;
  descriptor.events = static_cast<short>((has(wait.wanted, Readiness::Read) ? POLLIN : 0) |
                                         (has(wait.wanted, Readiness::Write) ? POLLOUT : 0));
  for (;;) {
    const int count = ::poll(&descriptor, 1, poll_timeout(wait.until));
    if (count > 0) {
      const bool broken = (descriptor.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      const bool reads = (descriptor.revents & POLLIN) != 0 || (broken && has(wait.wanted, Readiness::Read));
      const bool writes = (descriptor.revents & POLLOUT) != 0 || (broken && has(wait.wanted, Readiness::Write));
      wait.ready = (reads ? Readiness::Read : Readiness::None) | (writes ? Readiness::Write : Readiness::None);
      return true;
    }
    if (count < 0 && errno != EINTR) {
      ErrorFacts facts;
      facts.backend = backend_;
      wait.failure = std::make_exception_ptr(ConnectionError("waiting for the server failed", std::move(facts)));
      return true;
    }
    if (wait.until.has_passed()) {
      return true;
    }
  }
}

}  // namespace dalia::internal
