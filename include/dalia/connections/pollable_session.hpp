/// PollableSession: the border for client libraries that can be polled. It never blocks: an operation says what it
/// waits for, and the library waits, in a poll() loop for a SyncConnection and in an event loop for an AsyncConnection.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "dalia/connections/notification.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/readiness.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// One of several executions that share a round trip.
struct Execution {
  PreparedStatement* statement = nullptr;
  std::span<const ValueRef> parameters;
};

/// One operation at a time: begin_... starts it, then step() moves it on until it returns None or throws; either ends
/// it. A statement goes begin_execute, fetch until End (or stop early), begin_finish, always. All but cancel() belong
/// to one thread at a time. Errors are those of dalia/core/error.hpp with statement, codes and backend filled in, and
/// never a bound value.
class DALIA_EXPORT PollableSession : public Session {
 public:
  enum class Fetched {
    Row,
    Waiting,  ///< step() until None, then fetch again
    End
  };

  /// Opens the link and makes the engine's settings. @throws ConnectionError, AuthenticationError from step().
  virtual void begin_connect() = 0;

  /// @param native  one statement in the engine's own SQL.
  /// @return the statement, not to be used before the operation is done.
  [[nodiscard]] virtual std::unique_ptr<PreparedStatement> begin_prepare(const std::string& native) = 0;

  /// Binds and sends; statement.columns() is right once done. `parameters` and what they view stay valid until the
  /// operation is done.
  /// @throws UsageError where their number is not statement.parameter_count(), and for values the engine cannot hold.
  virtual void begin_execute(PreparedStatement& statement, std::span<const ValueRef> parameters,
                             RowDelivery delivery) = 0;

  /// Writes the next row into `cells`, one for each column; views valid until the next call.
  [[nodiscard]] virtual Fetched fetch(PreparedStatement& statement, std::span<ValueRef> cells) = 0;

  /// Reads what is left of the answer and gives up what the statement holds. After an error too.
  virtual void begin_finish(PreparedStatement& statement) = 0;
  /// Of the statement finished last.
  [[nodiscard]] virtual StatementCounts counts() const noexcept = 0;

  /// Whether several executions can share a round trip: the next two members.
  [[nodiscard]] virtual bool can_pipeline() const noexcept { return false; }
  /// Sends all of them without waiting for answers, and is done with the first answer: its statement's columns() are
  /// right then, and fetch() and counts() are about it. begin_answer() goes on to the next one, and after the last to
  /// the end. Whatever fails in between ends it all: the executions behind it do not run, and step() throws once the
  /// link is free again. The session's caller sees to a transaction around them, which the first may begin and the last
  /// end. What they view stays valid until the end.
  /// @param executions  at least one; a statement may come several times.
  virtual void begin_pipeline(std::span<const Execution> executions);
  virtual void begin_answer();

  /// Moves the operation on as far as it goes without waiting.
  /// @param ready  what has happened since; None at first.   @return what it waits for now, or None once done.
  [[nodiscard]] virtual Readiness step(Readiness ready) = 0;
  /// What Read and Write are about; -1 for none. May change while connecting.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;
  /// When Timer is due.
  [[nodiscard]] virtual Deadline wakes_at() const noexcept { return Deadline(); }

  /// Asks the server to stop what runs, over a link of its own; the running operation then ends with its own answer.
  /// Blocks up to the deadline; from any thread. Does nothing where nothing runs or the server cannot be reached.
  virtual void cancel(Deadline deadline) noexcept = 0;
  /// A session to the same database, not connected yet, for work beside the open transaction of this one: it waits only
  /// briefly for locks. Null on engines whose DDL is part of a transaction, which need none.
  [[nodiscard]] virtual std::unique_ptr<PollableSession> make_another() const;
  /// Reads what has arrived and gives the next notification of it, or returns false. Never waits; between operations.
  /// @throws ConnectionError where the link is gone; UsageError where the engine sends none.
  [[nodiscard]] virtual bool take_notification(Notification& notification);
  /// Whether a statement that was cancelled may end without an error and with less than its whole answer.
  [[nodiscard]] virtual bool ends_well_when_cancelled() const noexcept { return false; }
};

}  // namespace dalia
