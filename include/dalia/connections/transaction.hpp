/// Options of a transaction and of transact().
#pragma once

#include <chrono>
#include <optional>

namespace dalia {

enum class AccessMode { ReadWrite, ReadOnly };

/// transaction_options().read_only().timeout(2s)
class TransactionOptions {
 public:
  TransactionOptions() noexcept {}

  /// The work only reads: no write lock is taken. A write in it is refused.
  TransactionOptions& read_only() noexcept {
    access_ = AccessMode::ReadOnly;
    return *this;
  }
  /// Of the BEGIN; for transact() also the time in which it may be run again. Default: query_timeout.
  TransactionOptions& timeout(std::chrono::nanoseconds timeout) noexcept {
    timeout_ = timeout;
    return *this;
  }
  /// How often transact() runs the work again after a transient conflict. Default 3.
  TransactionOptions& max_retries(int retries) noexcept {
    max_retries_ = retries;
    return *this;
  }

  [[nodiscard]] AccessMode access() const noexcept { return access_; }
  [[nodiscard]] const std::optional<std::chrono::nanoseconds>& timeout() const noexcept { return timeout_; }
  [[nodiscard]] int max_retries() const noexcept { return max_retries_; }

 private:
  AccessMode access_ = AccessMode::ReadWrite;
  std::optional<std::chrono::nanoseconds> timeout_;
  int max_retries_ = 3;
};

[[nodiscard]] inline TransactionOptions transaction_options() noexcept {
  return TransactionOptions();
}

}  // namespace dalia
