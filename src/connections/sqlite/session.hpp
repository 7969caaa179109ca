/// The session of SQLite.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "connections/sqlite/handles.hpp"
#include "connections/sqlite/settings.hpp"
#include "connections/sqlite/statement.hpp"
#include "connections/sqlite/writer_turn.hpp"
#include "dalia/connections/blocking_session.hpp"

namespace dalia::internal::sqlite {

class SqliteSession final : public BlockingSession {
 public:
  /// Opens the database. @throws ConnectionError, TimeoutError.
  SqliteSession(const Settings& settings, Deadline deadline);
  ~SqliteSession() override;

  [[nodiscard]] std::unique_ptr<PreparedStatement> prepare(const std::string& native, Deadline deadline) override;
  void start(PreparedStatement& prepared, std::span<const ValueRef> parameters, RowDelivery delivery,
             Deadline deadline) override;
  [[nodiscard]] bool fetch(PreparedStatement& prepared, std::span<ValueRef> cells) override;
  StatementCounts finish(PreparedStatement& prepared) noexcept override;
  void interrupt() noexcept override;
  void restrict_to_reads() noexcept override { only_reads_ = true; }

  [[nodiscard]] std::string_view backend() const noexcept override { return "sqlite"; }
  [[nodiscard]] bool in_transaction() const noexcept override { return sqlite3_get_autocommit(database_.get()) == 0; }
  [[nodiscard]] bool is_usable() const noexcept override { return is_usable_; }
  [[nodiscard]] VersionDetails version_details() override;
  [[nodiscard]] void* native_handle() noexcept override { return database_.get(); }

 private:
  enum class LockState { None, TimedOut, Stopped };

  static int on_progress(void* session) noexcept;
  static int on_busy(void* session, int count) noexcept;

  void begin_call(Deadline deadline) noexcept;
  void take_turn(Statement& statement);
  void give_turn() noexcept;
  [[nodiscard]] bool may_still_write(bool has_failed) const noexcept;
  void step(Statement& statement);
  [[noreturn]] void fail(Statement* statement, const std::string& native, int code);
  [[noreturn]] void fail_by_deadline(const std::string& native, std::string_view what, bool is_retryable);

  std::string name_;  ///< of the database, for messages
  DatabaseHandle database_;
  std::shared_ptr<WriterTurn> turn_;
  int writing_ = 0;  ///< statements that run and may write
  bool has_turn_ = false;
  bool only_reads_ = false;  ///< until the open transaction ends
  bool is_usable_ = true;

  Deadline deadline_;             ///< of the call that runs
  bool deadline_passed_ = false;  ///< found by the progress handler
  LockState lock_state_ = LockState::None;
  std::atomic<bool> running_{false};
  std::atomic<bool> stopped_{false};  ///< set by interrupt()
};

}  // namespace dalia::internal::sqlite
