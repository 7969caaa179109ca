#include "connections/session_executor.hpp"

#include <array>
#include <string>

#include "dalia/core/error.hpp"

namespace dalia::internal {

SessionExecutor::SessionExecutor(std::unique_ptr<SessionDriver> driver, TranslationCache& translations,
                                 std::size_t cache_size)
    : translations_(translations), driver_(std::move(driver)), cache_(cache_size) {}

SessionExecutor::~SessionExecutor() {
  close();
}

SessionExecutor::Use SessionExecutor::use() {
  if (in_use_.test_and_set(std::memory_order_acquire)) {
    throw UsageError(
        "the connection is already running an operation; give each thread, and each task, a connection of its own");
  }
  if (driver_ == nullptr) {
    in_use_.clear(std::memory_order_release);
    throw ConnectionError("the connection is closed");
  }
  return Use(*this);
}

StatementCache::Key SessionExecutor::portable_key(std::string_view sql) noexcept {
  return StatementCache::Key{Language::Portable, sql, StatementText::hash_of(sql)};
}

StatementCache::Key SessionExecutor::native_key(const StatementText& sql) noexcept {
  return StatementCache::Key{Language::Native, sql.text(), sql.hash()};
}

StatementCache::Lease SessionExecutor::find_portable(std::string_view sql) noexcept {
  if (StatementCache::Lease last = cache_.find_last(Language::Portable, sql)) {
    return last;
  }
  return cache_.find(portable_key(sql));
}

Soon<StatementCache::Lease> SessionExecutor::portable(std::string_view sql, Deadline deadline) {
  if (StatementCache::Lease cached = find_portable(sql)) {
    return cached;
  }
  return prepare(portable_key(sql), translations_.convert(sql)->text, deadline);
}

Soon<StatementCache::Lease> SessionExecutor::native(const StatementText& sql, Deadline deadline) {
  if (StatementCache::Lease cached = cache_.find(native_key(sql))) {
    return cached;
  }
  return prepare(native_key(sql), sql.text(), deadline);
}

/// @param key  its text is the caller's.
task<StatementCache::Lease> SessionExecutor::prepare(StatementCache::Key key, std::string native, Deadline deadline) {
  std::unique_ptr<PreparedStatement> statement = co_await driver_->prepare(native, deadline);
  co_return cache_.add(key, std::move(statement));
}

Soon<void> SessionExecutor::execute(const StatementText& statement, std::span<const ValueRef> parameters,
                                    Deadline deadline, ResultSet& result) {
  const StatementText* begin = std::exchange(begin_, nullptr);
  Use in_use = use();
  if (begin != nullptr) {
    return run_with_begin(std::move(in_use), *begin, statement, parameters, deadline, result);
  }
  if (StatementCache::Lease cached = cache_.find(native_key(statement))) {
    PreparedStatement& prepared = cached.statement();
    return run_holding(Held(std::move(in_use), std::move(cached)), prepared, parameters, deadline, result);
  }
  return run_once_leased(std::move(in_use), native(statement, deadline), parameters, deadline, result);
}

Soon<void> SessionExecutor::execute_with_next(const StatementText& begin, Deadline deadline, ResultSet& ignored) {
  {
    const Use unused_by_others = use();
    if (driver_->can_pipeline()) {
      begin_ = &begin;
      return Soon<void>();
    }
  }
  return execute(begin, std::span<const ValueRef>(), deadline, ignored);
}

Soon<void> SessionExecutor::execute_portable(Use in_use, std::string_view sql, std::span<const ValueRef> parameters,
                                             Deadline deadline, ResultSet& result) {
  if (StatementCache::Lease cached = find_portable(sql)) {
    PreparedStatement& prepared = cached.statement();
    return run_holding(Held(std::move(in_use), std::move(cached)), prepared, parameters, deadline, result);
  }
  return run_once_leased(std::move(in_use), portable(sql, deadline), parameters, deadline, result);
}

task<void> SessionExecutor::run(const StatementText& sql, Deadline deadline) {
  ResultSet unwanted;
  const StatementCache::Lease prepared = co_await native(sql, deadline);
  const std::span<const ValueRef> none;
  co_await run(prepared.statement(), none, deadline, unwanted);
}

task<void> SessionExecutor::run_once_leased(Use in_use, Soon<StatementCache::Lease> lease,
                                            std::span<const ValueRef> parameters, Deadline deadline,
                                            ResultSet& result) {
  const Use until_done = std::move(in_use);
  const StatementCache::Lease prepared = co_await lease;
  co_await run(prepared.statement(), parameters, deadline, result);
}

task<void> SessionExecutor::run_with_begin(Use in_use, const StatementText& begin, const StatementText& statement,
                                           std::span<const ValueRef> parameters, Deadline deadline, ResultSet& result) {
  const Use until_done = std::move(in_use);
  const StatementCache::Lease first = co_await native(begin, deadline);
  const StatementCache::Lease second = co_await native(statement, deadline);
  std::array<Execution, 2> executions;
  executions[0].statement = &first.statement();
  executions[1].statement = &second.statement();
  executions[1].parameters = parameters;
  bool has_begun = false;
  const std::function<void(ResultSet&)> take = [&](ResultSet& answer) {
    if (std::exchange(has_begun, true)) {
      result = std::move(answer);
    }
  };
  co_await run_pipeline(executions, deadline, take);
}

/// Needs no coroutine where the driver never waits. Finishes the statement whatever happens.
Soon<void> SessionExecutor::run_holding(Held held, PreparedStatement& statement, std::span<const ValueRef> parameters,
                                        Deadline deadline, ResultSet& result) {
  std::exception_ptr failure;
  try {
    Soon<void> started = driver_->start(statement, parameters, RowDelivery::Whole, deadline);
    if (!started.is_ready()) {
      return run_waiting(std::move(held), std::move(started), From::Start, statement, result);
    }
    take_columns(statement, result);
    if (!take_rows(statement, result)) {
      return run_waiting(std::move(held), driver_->await_row(statement), From::Rows, statement, result);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  Soon<StatementCounts> counts = driver_->finish(statement);
  if (!counts.is_ready()) {
    return end_waiting(std::move(held), std::move(counts), failure, statement, result);
  }
  end_run(counts.take(), failure, statement, result);
  return Soon<void>();
}

task<void> SessionExecutor::run_waiting(Held held, Soon<void> operation, From from, PreparedStatement& statement,
                                        ResultSet& result) {
  const Held until_done = std::move(held);
  std::exception_ptr failure;
  try {
    co_await operation;
    if (from == From::Start) {
      take_columns(statement, result);
    }
    while (!take_rows(statement, result)) {
      co_await driver_->await_row(statement);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  const StatementCounts counts = co_await driver_->finish(statement);
  end_run(counts, failure, statement, result);
}

task<void> SessionExecutor::end_waiting(Held held, Soon<StatementCounts> finishing, std::exception_ptr failure,
                                        PreparedStatement& statement, ResultSet& result) {
  const Held until_done = std::move(held);
  const StatementCounts counts = co_await finishing;
  end_run(counts, failure, statement, result);
}

void SessionExecutor::take_columns(const PreparedStatement& statement, ResultSet& result) {
  result.restart(statement.columns());
  const std::size_t width = statement.columns()->size();
  if (cells_.size() < width) {
    cells_.resize(width);
  }
}

/// @return false where one of them has to be waited for.
bool SessionExecutor::take_rows(PreparedStatement& statement, ResultSet& result) {
  const std::span<ValueRef> cells(cells_.data(), statement.columns()->size());
  while (!cells.empty()) {
    switch (driver_->fetch(statement, cells)) {
      case SessionDriver::Fetched::Row:
        result.add_row(cells);
        break;
      case SessionDriver::Fetched::Waiting:
        return false;
      case SessionDriver::Fetched::End:
        return true;
    }
  }
  return true;
}

void SessionExecutor::end_run(const StatementCounts& counts, const std::exception_ptr& failure,
                              const PreparedStatement& statement, ResultSet& result) {
  note_transaction();
  if (failure) {
    std::rethrow_exception(failure);
  }
  set_counts(counts, statement, result);
}

void SessionExecutor::set_counts(const StatementCounts& counts, const PreparedStatement& statement,
                                 ResultSet& result) noexcept {
  const bool has_rows = statement.columns()->size() > 0;
  result.set_counts(has_rows ? static_cast<std::int64_t>(result.size()) : counts.affected_rows, counts.last_insert_id);
}

task<void> SessionExecutor::run_pipeline(std::span<const Execution> executions, Deadline deadline,
                                         const std::function<void(ResultSet&)>& take) {
  ResultSet result;
  std::exception_ptr failure;
  bool is_reading = false;
  try {
    co_await driver_->start_pipeline(executions, deadline);
    for (const Execution& execution : executions) {
      is_reading = true;
      take_answer(*execution.statement, result);
      take(result);
      is_reading = false;
      co_await driver_->await_answer();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (is_reading) {
    driver_->leave_answers();
  }
  driver_->end_pipeline();
  note_transaction();
  if (failure) {
    std::rethrow_exception(failure);
  }
}

/// Answers come whole; none of their rows has to be waited for.
void SessionExecutor::take_answer(PreparedStatement& statement, ResultSet& result) {
  take_columns(statement, result);
  static_cast<void>(take_rows(statement, result));
  set_counts(driver_->counts(), statement, result);
}

task<std::unique_ptr<Executor>> SessionExecutor::open_another(Deadline deadline) {
  constexpr std::size_t no_cache = 0;
  const Use in_use = use();
  std::unique_ptr<SessionDriver> another = co_await driver_->open_another(deadline);
  co_return std::make_unique<SessionExecutor>(std::move(another), translations_, no_cache);
}

void SessionExecutor::close() noexcept {
  if (driver_ == nullptr) {
    return;
  }
  for (OpenStream* stream : std::exchange(streams_, {})) {
    stream->abandon();
  }
  cache_.clear();
  begin_ = nullptr;
  std::unique_ptr<SessionDriver> closing;
  {
    const std::lock_guard lock(driver_mutex_);
    closing = std::move(driver_);
  }
  was_in_transaction_ = false;
}

void SessionExecutor::interrupt() noexcept {
  const std::lock_guard lock(driver_mutex_);
  if (driver_ != nullptr) {
    driver_->interrupt();
  }
}

void SessionExecutor::stop_call() noexcept {
  const std::lock_guard lock(driver_mutex_);
  if (driver_ != nullptr) {
    driver_->stop_call();
  }
}

void SessionExecutor::cut() noexcept {
  if (driver_ != nullptr) {
    driver_->cut();
  }
}

}  // namespace dalia::internal
