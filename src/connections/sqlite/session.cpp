#include "connections/sqlite/session.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "connections/sqlite/error_map.hpp"
#include "connections/sqlite/open.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::sqlite {
namespace {

constexpr int steps_between_checks = 1000;  // of the virtual machine; about 10 us
constexpr int longest_kept_sleep_ms = 20;

Statement& own(PreparedStatement& statement) noexcept {
  return static_cast<Statement&>(statement);
}

/// The same for every path that leads to the file.
std::string turn_key(sqlite3* database, const Settings& settings) {
  if (settings.in_memory) {
    return settings.file;
  }
  const char* path = sqlite3_db_filename(database, "main");
  struct stat status {};
  if (path != nullptr && stat(path, &status) == 0) {
    return fmt::format("{}:{}", status.st_dev, status.st_ino);
  }
  return path == nullptr ? settings.file : path;
}

/// 0.1 ms at first, for the locks of readers are short, then longer.
std::chrono::microseconds busy_sleep(int count) noexcept {
  return std::min(std::chrono::microseconds(100) * (1 << std::min(count, 10)),
                  std::chrono::microseconds(longest_kept_sleep_ms * 1000));
}

}  // namespace

SqliteSession::SqliteSession(const Settings& settings, Deadline deadline)
    : name_(display_name(settings)), database_(open_database(settings)) {
  turn_ = WriterTurn::of(turn_key(database_.get(), settings));
  sqlite3_busy_handler(database_.get(), on_busy, this);
  begin_call(deadline);
  prepare_database(database_.get(), settings);
  running_.store(false, std::memory_order_relaxed);
  sqlite3_progress_handler(database_.get(), steps_between_checks, on_progress, this);
}

SqliteSession::~SqliteSession() {
  database_.reset();  // rolls back, and so ends what the turn was taken for
  give_turn();
}

std::unique_ptr<PreparedStatement> SqliteSession::prepare(const std::string& native, Deadline deadline) {
  begin_call(deadline);
  sqlite3_stmt* raw = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), native.c_str(), static_cast<int>(native.size()) + 1,
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  StatementHandle handle(raw);
  running_.store(false, std::memory_order_relaxed);
  if (result != SQLITE_OK) {
    fail(nullptr, native, result);
  }
  if (!handle) {
    ErrorFacts facts;
    facts.backend = "sqlite";
    facts.statement = native;
    throw UsageError("the statement is empty", std::move(facts));
  }
  return std::make_unique<Statement>(std::move(handle));
}

// Rows come one at a time, whichever way they are wanted.
void SqliteSession::start(PreparedStatement& prepared, std::span<const ValueRef> parameters, RowDelivery,
                          Deadline deadline) {
  Statement& statement = own(prepared);
  const int bound = statement.bind(parameters);
  if (bound != SQLITE_OK) {
    fail(&statement, statement.text(), bound);
  }
  statement.began_in_transaction = in_transaction();
  statement.deadline = deadline;
  begin_call(deadline);
  if (statement.writes()) {
    take_turn(statement);
  }
  step(statement);
  statement.refresh_columns();
  if (statement.phase == Statement::Phase::Reading) {
    statement.phase = Statement::Phase::FirstRow;
  }
}

bool SqliteSession::fetch(PreparedStatement& prepared, std::span<ValueRef> cells) {
  Statement& statement = own(prepared);
  if (statement.phase == Statement::Phase::FirstRow) {
    statement.phase = Statement::Phase::Reading;
  } else if (statement.phase == Statement::Phase::Reading) {
    deadline_ = statement.deadline;  // another stream may have run meanwhile
    if (!running_.load(std::memory_order_relaxed)) {
      begin_call(statement.deadline);  // or another statement
    }
    step(statement);
  }
  if (statement.phase != Statement::Phase::Reading) {
    return false;
  }
  statement.read_row(cells);
  return true;
}

StatementCounts SqliteSession::finish(PreparedStatement& prepared) noexcept {
  Statement& statement = own(prepared);
  sqlite3_reset(statement.get());  // its result repeats the error already thrown
  StatementCounts counts;
  if (statement.counts_rows() && statement.phase == Statement::Phase::Done) {
    counts.affected_rows = sqlite3_changes64(database_.get());
    if (statement.inserts() && counts.affected_rows > 0) {
      counts.last_insert_id = sqlite3_last_insert_rowid(database_.get());
    }
  }
  const bool has_failed = statement.phase == Statement::Phase::Idle;
  statement.phase = Statement::Phase::Idle;
  if (statement.holds_turn) {
    statement.holds_turn = false;
    --writing_;
  }
  if (!in_transaction()) {
    only_reads_ = false;
  }
  if (has_turn_ && writing_ == 0 && !may_still_write(has_failed)) {
    give_turn();
  }
  running_.store(false, std::memory_order_relaxed);
  return counts;
}

void SqliteSession::interrupt() noexcept {
  if (running_.load(std::memory_order_relaxed)) {
    stopped_.store(true, std::memory_order_relaxed);
    sqlite3_interrupt(database_.get());
    turn_->wake();
  }
}

VersionDetails SqliteSession::version_details() {
  const std::string version = sqlite3_libversion();
  return VersionDetails{version, "SQLite " + version};
}

int SqliteSession::on_progress(void* session) noexcept {
  auto& self = *static_cast<SqliteSession*>(session);
  if (self.stopped_.load(std::memory_order_relaxed)) {
    return 1;
  }
  if (self.deadline_.has_passed()) {
    self.deadline_passed_ = true;
    return 1;
  }
  return 0;
}

int SqliteSession::on_busy(void* session, int count) noexcept {
  auto& self = *static_cast<SqliteSession*>(session);
  if (self.stopped_.load(std::memory_order_relaxed)) {
    self.lock_state_ = LockState::Stopped;
    return 0;
  }
  const std::chrono::nanoseconds left = self.deadline_.remaining();
  if (left == std::chrono::nanoseconds::zero()) {
    self.lock_state_ = LockState::TimedOut;
    return 0;
  }
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(busy_sleep(count), left));
  return 1;
}

void SqliteSession::begin_call(Deadline deadline) noexcept {
  deadline_ = deadline;
  deadline_passed_ = false;
  lock_state_ = LockState::None;
  if (!running_.load(std::memory_order_relaxed)) {
    stopped_.store(false, std::memory_order_relaxed);
    running_.store(true, std::memory_order_relaxed);
  }
}

void SqliteSession::take_turn(Statement& statement) {
  if (only_reads_) {
    ErrorFacts facts;
    facts.backend = "sqlite";
    facts.statement = statement.text();
    throw QueryError("the transaction was begun as read-only; a write in it is refused", std::move(facts));
  }
  if (!has_turn_) {
    switch (turn_->take(deadline_, stopped_)) {
      case WriterTurn::Outcome::Taken:
        has_turn_ = true;
        break;
      case WriterTurn::Outcome::TimedOut:
        fail_by_deadline(statement.text(),
                         fmt::format("{} is locked for writing by another connection of this process; the statement "
                                     "waited for it until its time limit. Commit or roll back there first",
                                     name_),
                         true);
      case WriterTurn::Outcome::Stopped:
        fail(&statement, statement.text(), SQLITE_INTERRUPT);
    }
  }
  statement.holds_turn = true;
  ++writing_;
}

void SqliteSession::give_turn() noexcept {
  if (has_turn_) {
    has_turn_ = false;
    turn_->give();
  }
}

/// A statement that failed may have left a transaction that only reads: its turn is given up.
bool SqliteSession::may_still_write(bool has_failed) const noexcept {
  return in_transaction() && (!has_failed || sqlite3_txn_state(database_.get(), nullptr) == SQLITE_TXN_WRITE);
}

void SqliteSession::step(Statement& statement) {
  const int result = sqlite3_step(statement.get());
  if (result == SQLITE_ROW) {
    statement.phase = Statement::Phase::Reading;
  } else if (result == SQLITE_DONE) {
    statement.phase = Statement::Phase::Done;
  } else {
    statement.phase = Statement::Phase::Idle;
    fail(&statement, statement.text(), result);
  }
}

void SqliteSession::fail(Statement* statement, const std::string& native, int code) {
  const bool was_stopped = stopped_.load(std::memory_order_relaxed);
  const bool lost_transaction = statement != nullptr && statement->began_in_transaction && !in_transaction();
  NativeError error;
  error.note = lost_transaction ? "SQLite rolled back the whole transaction" : "";
  if ((code & 0xff) == SQLITE_INTERRUPT && deadline_passed_) {
    fail_by_deadline(native,
                     fmt::format("the statement ran into its time limit and was stopped{}{}",
                                 lost_transaction ? "; " : "", error.note),
                     false);
  }
  if ((code & 0xff) == SQLITE_BUSY && lock_state_ == LockState::TimedOut) {
    fail_by_deadline(native,
                     fmt::format("{} is locked by another {}; the statement waited for it until its time limit", name_,
                                 name_.starts_with('\'') ? "process" : "connection of this process"),
                     true);
  }
  const bool stopped_waiting = (code & 0xff) == SQLITE_BUSY && lock_state_ == LockState::Stopped && was_stopped;
  error.code = stopped_waiting ? SQLITE_INTERRUPT : code;
  error.statement = native;
  error.file = name_;
  error.offset = sqlite3_error_offset(database_.get());
  const char* message = error.code == SQLITE_INTERRUPT ? "interrupted" : sqlite3_errmsg(database_.get());
  const bool may_quote_values =
      (code & 0xff) == SQLITE_ERROR && statement != nullptr && statement->parameter_count() > 0;
  error.message = may_quote_values ? without_quoted(message) : std::string(message);
  is_usable_ = is_usable_ && meaning_of(error.code).error_class != ErrorClass::Connection;
  throw_error(error);
}

void SqliteSession::fail_by_deadline(const std::string& native, std::string_view what, bool is_retryable) {
  ErrorFacts facts;
  facts.backend = "sqlite";
  facts.statement = native;
  facts.native_code = is_retryable ? SQLITE_BUSY : SQLITE_INTERRUPT;
  facts.retryable = is_retryable;
  throw TimeoutError(std::string(what), TimeoutPhase::Query, std::move(facts));
}

}  // namespace dalia::internal::sqlite
