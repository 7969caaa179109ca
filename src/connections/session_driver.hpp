/// SessionDriver: the operations of a session as something to await, whether its client library blocks or can be
/// polled.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "connections/cancellation.hpp"
#include "dalia/connections/notification.hpp"
#include "dalia/connections/pollable_session.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/soon.hpp"
#include "dalia/core/task.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal {

/// For errors that are dalia's own: which backend they are about.
[[nodiscard]] ErrorFacts facts_of(const Session& session);

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
  /// Whether several executions can share a round trip: start_pipeline(); for each of them fetch() until End, counts(),
  /// and await_answer(). As PollableSession::begin_pipeline.
  [[nodiscard]] virtual bool can_pipeline() const noexcept { return false; }
  virtual Soon<void> start_pipeline(std::span<const Execution>, Deadline) { return Soon<void>(); }
  virtual Soon<void> await_answer() { return Soon<void>(); }
  /// Of the execution answered last.
  [[nodiscard]] virtual StatementCounts counts() const noexcept { return StatementCounts(); }
  /// Always, after the last answer or an error.
  virtual void end_pipeline() noexcept {}
  /// Answers that are left will not be read: the session is unusable.
  virtual void leave_answers() noexcept {}
  /// Never fails; what goes wrong makes the session unusable.
  [[nodiscard]] virtual Soon<StatementCounts> finish(PreparedStatement& statement) noexcept = 0;
  /// The next notification, or nothing at the deadline. @throws UsageError where the engine sends none.
  [[nodiscard]] virtual task<std::optional<Notification>> notification(Deadline deadline);
  /// @throws UsageError where the engine needs none.
  [[nodiscard]] virtual Soon<std::unique_ptr<SessionDriver>> open_another(Deadline deadline) = 0;
  /// As BlockingSession::restrict_to_reads.
  virtual void restrict_to_reads() noexcept = 0;
  /// Stops what runs, from any thread.
  virtual void interrupt() noexcept = 0;
  /// Stops what runs where the cancellation of its call was requested and not heard yet, from any thread. For drivers
  /// that block; the others hear it where they wait.
  virtual void stop_call() noexcept {}
  /// Gives up what is half read: from here on nothing waits for the server, and the session is only good for being
  /// closed.
  virtual void cut() noexcept {}
  /// From now on a call ends with CancelledError where that is requested. What undoes a call does not hear it.
  void obey(std::shared_ptr<Cancellation> cancellation) noexcept { cancellation_ = std::move(cancellation); }

  [[nodiscard]] virtual bool is_usable() const noexcept = 0;
  [[nodiscard]] virtual Session& session() noexcept = 0;
  [[nodiscard]] virtual const Session& session() const noexcept = 0;

 protected:
  [[nodiscard]] const std::shared_ptr<Cancellation>& cancellation() const noexcept { return cancellation_; }
  [[nodiscard]] bool take_cancellation(Deadline deadline) noexcept {
    return cancellation_ != nullptr && !deadline.is_for_cleanup() && cancellation_->take();
  }
  /// To be called before anything of a statement is sent. @throws CancelledError.
  void heed_cancellation(Deadline deadline) {
    if (take_cancellation(deadline)) {
      throw_cancelled();
    }
  }

 private:
  [[noreturn]] void throw_cancelled() const;

  std::shared_ptr<Cancellation> cancellation_;  ///< null on blocking connections
};

}  // namespace dalia::internal
