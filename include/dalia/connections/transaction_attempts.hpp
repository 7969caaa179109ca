/// TransactionAttempts: whether the work of transact() is run again, and when.
#pragma once

#include <chrono>
#include <exception>

#include "dalia/connections/transaction.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/export.hpp"

namespace dalia::internal {

class DALIA_EXPORT TransactionAttempts {
 public:
  /// @param limit  of all attempts together.
  TransactionAttempts(TransactionOptions options, std::chrono::nanoseconds limit) noexcept
      : options_(options), deadline_(Deadline::in(limit)) {}

  /// For the BEGIN of the next attempt.
  [[nodiscard]] TransactionOptions options() const noexcept {
    return TransactionOptions(options_).timeout(deadline_.remaining());
  }
  /// @return how long to wait before the work is run again: random between nothing and a bound that doubles ("full
  /// jitter"), so that rivals part.
  /// @throws `failure`, where that is no conflict, or there were attempts or was time enough.
  [[nodiscard]] std::chrono::nanoseconds wait_after(const std::exception_ptr& failure);

 private:
  TransactionOptions options_;
  Deadline deadline_;
  int failed_ = 0;
};

}  // namespace dalia::internal
