/// Deadline: the one moment by which a call and all its parts must be done.
#pragma once

#include <algorithm>
#include <chrono>

namespace dalia {

/// A point of the steady clock, passed by value from the public call down to the driver.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// Never passes.
  constexpr Deadline() noexcept = default;
  explicit constexpr Deadline(Clock::time_point at) noexcept : at_(at) {}
  /// A duration too long for the clock never passes; a negative one has passed.
  [[nodiscard]] static Deadline in(std::chrono::nanoseconds timeout) noexcept {
    const Clock::time_point now = Clock::now();
    return timeout >= Clock::time_point::max() - now ? Deadline() : Deadline(now + timeout);
  }
  /// For what undoes a call that failed or was cancelled: it has time of its own, and no cancellation stops it.
  [[nodiscard]] static Deadline for_cleanup() noexcept { return in(std::chrono::seconds(30)).as_for_cleanup(); }
  [[nodiscard]] constexpr Deadline as_for_cleanup() const noexcept {
    Deadline deadline(*this);
    deadline.is_for_cleanup_ = true;
    return deadline;
  }

  [[nodiscard]] constexpr Clock::time_point at() const noexcept { return at_; }
  [[nodiscard]] constexpr bool is_never() const noexcept { return at_ == Clock::time_point::max(); }
  [[nodiscard]] bool has_passed() const noexcept { return !is_never() && Clock::now() >= at_; }
  [[nodiscard]] constexpr bool is_for_cleanup() const noexcept { return is_for_cleanup_; }
  /// Zero once it has passed.
  [[nodiscard]] std::chrono::nanoseconds remaining() const noexcept {
    if (is_never()) {
      return std::chrono::nanoseconds::max();
    }
    return std::max<std::chrono::nanoseconds>(at_ - Clock::now(), std::chrono::nanoseconds::zero());
  }

  friend constexpr auto operator<=>(const Deadline& left, const Deadline& right) { return left.at_ <=> right.at_; }
  friend constexpr bool operator==(const Deadline& left, const Deadline& right) { return left.at_ == right.at_; }

 private:
  Clock::time_point at_ = Clock::time_point::max();
  bool is_for_cleanup_ = false;
};

}  // namespace dalia
