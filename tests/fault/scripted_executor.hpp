/// ScriptedExecutor: runs statements on a real executor and fails one of them.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dalia/core/error.hpp"
#include "dalia/core/executor.hpp"

namespace dalia::test {

class ScriptedExecutor final : public Executor {
 public:
  enum class When { Instead, Afterwards };

  explicit ScriptedExecutor(Executor& real) noexcept : real_(real) {}

  /// Fails the statement with that number, counted from 1 and from now on. 0: none.
  void fail(std::size_t number, When when, std::exception_ptr failure) {
    seen_.clear();
    fails_at_ = number;
    when_ = when;
    failure_ = std::move(failure);
  }
  void fail_nothing() { fail(0, When::Instead, nullptr); }

  /// The statements since the last call of fail().
  [[nodiscard]] const std::vector<std::string>& seen() const noexcept { return seen_; }

  [[nodiscard]] bool in_transaction() const noexcept override { return real_.in_transaction(); }
  [[nodiscard]] std::uint64_t transaction_serial() const noexcept override { return real_.transaction_serial(); }

  Soon<void> execute(const StatementText& statement, std::span<const ValueRef> parameters, Deadline deadline,
                     ResultSet& result) override {
    return run(statement, [this, &statement, parameters, deadline, &result] {
      return real_.execute(statement, parameters, deadline, result);
    });
  }
  Soon<void> execute_with_next(const StatementText& begin, Deadline deadline, ResultSet& ignored) override {
    return run(begin, [this, &begin, deadline, &ignored] { return real_.execute_with_next(begin, deadline, ignored); });
  }

 private:
  task<void> run(const StatementText& statement, std::function<Soon<void>()> execute) {
    seen_.push_back(statement.text());
    const bool fails = seen_.size() == fails_at_;
    if (!fails || when_ == When::Afterwards) {
      co_await execute();
    }
    if (fails) {
      std::rethrow_exception(failure_);
    }
  }

  Executor& real_;
  std::vector<std::string> seen_;
  std::size_t fails_at_ = 0;
  When when_ = When::Instead;
  std::exception_ptr failure_;
};

}  // namespace dalia::test
