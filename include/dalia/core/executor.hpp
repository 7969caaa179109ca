/// Executor: what library flows await. It runs one statement after the other on one connection; whether that blocks or
/// suspends is the executor's business.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "dalia/core/deadline.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/core/soon.hpp"
#include "dalia/core/task.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// Native SQL with its hash, made once for statements that run often. A statement cache looks it up by both.
class DALIA_EXPORT StatementText {
 public:
  StatementText() = default;
  explicit StatementText(std::string text) : text_(std::move(text)), hash_(hash_of(text_)) {}

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::size_t hash() const noexcept { return hash_; }
  [[nodiscard]] static std::size_t hash_of(std::string_view text) noexcept;

 private:
  std::string text_;
  std::size_t hash_ = 0;
};

class DALIA_EXPORT Executor {
 public:
  virtual ~Executor();

  /// The engine's own answer.
  [[nodiscard]] virtual bool in_transaction() const noexcept = 0;
  /// Differs for each transaction begun on this connection.
  [[nodiscard]] virtual std::uint64_t transaction_serial() const noexcept = 0;

  /// The tables changed: statements whose parameter types the engine fixed when it prepared them are prepared again.
  virtual void forget_statements() noexcept {}

  /// One more connection to the same database, for work that must not become part of the open transaction. It waits
  /// only briefly for locks, because that transaction may hold them.
  /// @throws ConnectionError, TimeoutError; UsageError on engines that need none.
  virtual task<std::unique_ptr<Executor>> open_another(Deadline deadline);

  /// Fills `result` by the time it has been awaited. All arguments must live until then.
  [[nodiscard]] virtual Soon<void> execute(const StatementText& statement, std::span<const ValueRef> parameters,
                                           Deadline deadline, ResultSet& result) = 0;
  /// As execute(), for what begins a transaction: an executor may send it with the next statement, in one round trip.
  /// From here on in_transaction() is true in any case.
  [[nodiscard]] virtual Soon<void> execute_with_next(const StatementText& begin, Deadline deadline,
                                                     ResultSet& ignored) {
    return execute(begin, std::span<const ValueRef>(), deadline, ignored);
  }
};

}  // namespace dalia
