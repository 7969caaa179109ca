/// SessionDriver: the operations of a session as something to await, whether its client library blocks or can be
/// polled.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "dalia/connections/pollable_session.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/soon.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal {

/// One operation at a time; all but interrupt() belong to one thread at a time. A statement goes start, fetch until End
/// (or stop early), then finish, always. References live until what was returned has been awaited.
class SessionDriver {
 public:
  using Fetched = PollableSession::Fetched;

  SessionDriver() = default;
  SessionDriver(const SessionDriver&) = delete;
  SessionDriver& operator=(const SessionDriver&) = delete;
  virtual ~SessionDriver() = default;

  [[nodiscard]] virtual Soon<std::unique_ptr<PreparedStatement>> prepare(const std::string& native,
                                                                         Deadline deadline) = 0;
  /// `parameters` and what they view stay valid until finish() is done.
  virtual Soon<void> start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                           Deadline deadline) = 0;
  /// Where it is Waiting: await_row(), then again.
  [[nodiscard]] virtual Fetched fetch(PreparedStatement& statement, std::span<ValueRef> cells) = 0;
  virtual Soon<void> await_row(PreparedStatement& statement) = 0;
  /// Never fails; what goes wrong makes the session unusable.
  [[nodiscard]] virtual Soon<StatementCounts> finish(PreparedStatement& statement) noexcept = 0;
  /// @throws UsageError where the engine needs none.
  [[nodiscard]] virtual Soon<std::unique_ptr<SessionDriver>> open_another(Deadline deadline) = 0;
  /// As BlockingSession::restrict_to_reads.
  virtual void restrict_to_reads() noexcept = 0;
  /// Stops what runs, from any thread.
  virtual void interrupt() noexcept = 0;

  [[nodiscard]] virtual bool is_usable() const noexcept = 0;
  [[nodiscard]] virtual Session& session() noexcept = 0;
  [[nodiscard]] virtual const Session& session() const noexcept = 0;
};

}  // namespace dalia::internal
