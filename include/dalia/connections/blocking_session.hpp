/// BlockingSession: the border for client libraries that only block. The library runs it on the caller's thread for a
/// SyncConnection and on a worker thread for an AsyncConnection.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "dalia/connections/session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// One statement runs at a time: start, then fetch until it returns false (or stop early), then finish, always.
/// All but interrupt() belong to one thread at a time. Errors are those of dalia/core/error.hpp with statement, codes
/// and backend filled in, and never a bound value.
class DALIA_EXPORT BlockingSession : public Session {
 public:
  /// @param native  one statement in the engine's own SQL.
  [[nodiscard]] virtual std::unique_ptr<PreparedStatement> prepare(const std::string& native, Deadline deadline) = 0;

  /// Binds and begins; statement.columns() is right from then on, and a statement without columns has run. `parameters`
  /// and what they view stay valid until finish().
  /// @throws UsageError where their number is not statement.parameter_count().
  virtual void start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                     Deadline deadline) = 0;

  /// Writes the next row into `cells` (one for each column; views valid until the next call) or returns false at the
  /// end.
  [[nodiscard]] virtual bool fetch(PreparedStatement& statement, std::span<ValueRef> cells) = 0;

  /// Gives up what the statement holds (locks, cursors) and keeps it prepared. After an error too.
  virtual StatementCounts finish(PreparedStatement& statement) noexcept = 0;

  /// Refuses writes until the open transaction ends, where the engine's BEGIN cannot say so. Does nothing by default.
  virtual void restrict_to_reads() noexcept;

  /// As PollableSession::make_another, connected. @throws UsageError by default.
  [[nodiscard]] virtual std::unique_ptr<BlockingSession> open_another(Deadline deadline);

  /// Stops what runs, from any thread; that call then throws. Nothing happens where nothing runs.
  virtual void interrupt() noexcept = 0;
};

}  // namespace dalia
