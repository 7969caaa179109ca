#include "dalia/connections/transaction_attempts.hpp"

#include <algorithm>
#include <random>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::nanoseconds;

// A lock is free again within milliseconds.
constexpr nanoseconds first_bound = std::chrono::milliseconds(5);
constexpr nanoseconds longest_bound = std::chrono::seconds(1);

nanoseconds random_wait(int failed) {
  thread_local std::minstd_rand random{std::random_device()()};
  const nanoseconds bound = std::min(first_bound * (1 << std::min(failed, 10)), longest_bound);
  return nanoseconds(std::uniform_int_distribution<nanoseconds::rep>(0, bound.count())(random));
}

}  // namespace

nanoseconds TransactionAttempts::wait_after(const std::exception_ptr& failure) {
  const nanoseconds wait = random_wait(failed_);
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (!error.is_retryable() || failed_ >= options_.max_retries() || deadline_.remaining() <= wait) {
      throw;
    }
  }
  ++failed_;
  return wait;
}

}  // namespace dalia::internal
