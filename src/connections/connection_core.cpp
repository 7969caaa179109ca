#include "connections/connection_core.hpp"

#include <utility>

#include "connections/execute_many.hpp"
#include "connections/rethrow.hpp"
#include "connections/row_stream_state.hpp"
#include "connections/run_pipeline.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::nanoseconds;

nanoseconds checked_limit(nanoseconds limit) {
  if (limit <= nanoseconds::zero()) {
    throw TimeoutError("the time limit of the call had passed before it began", TimeoutPhase::Query);
  }
  return limit;
}

}  // namespace

ConnectionCore::ConnectionCore(std::unique_ptr<SessionDriver> driver, std::shared_ptr<DatabaseContext> context)
    : context_(std::move(context)),
      executor_(std::move(driver), context_->translations(), context_->config().statement_cache_size),
      flow_(executor_, context_->entities()) {}

nanoseconds ConnectionCore::limit_of(const ExecuteOptions& options) const {
  return checked_limit(options.timeout().value_or(context_->config().query_timeout));
}

nanoseconds ConnectionCore::limit_of(const TransactionOptions& options) const {
  return checked_limit(options.timeout().value_or(context_->config().query_timeout));
}

Soon<void> ConnectionCore::execute_raw(std::string_view sql, const Params& params, nanoseconds limit,
                                       ResultSet& result) {
  SessionExecutor::Use use = executor_.use();
  const std::span<const Value> values = params.values();
  parameters_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    parameters_[i] = values[i].ref();
  }
  return executor_.execute_portable(std::move(use), sql, parameters_, Deadline::in(limit), result);
}

task<ResultSet> ConnectionCore::execute(std::string sql, Params params, ExecuteOptions options) {
  const nanoseconds limit = limit_of(options);
  ResultSet result;
  try {
    co_await execute_raw(sql, params, limit, result);
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    rethrow_for_caller(error, sql, limit);
  }
  co_return result;
}

task<ResultSet> ConnectionCore::execute_many(std::string_view sql, RowSource& rows, const ExecuteOptions& options) {
  const nanoseconds limit = limit_of(options);
  try {
    const SessionExecutor::Use use = executor_.use();
    const Capabilities& capabilities = context_->generator().capabilities();
    const BatchTerms terms{context_->transactions(), capabilities.max_parameters, capabilities.is_remote,
                           capabilities.errors_fail_transactions};
    ResultSet result = co_await internal::execute_many(executor_, terms, sql, rows, Deadline::in(limit));
    co_return result;
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    rethrow_for_caller(error, sql, limit);
  }
}

task<std::vector<ResultSet>> ConnectionCore::pipeline(const Pipeline& statements, const ExecuteOptions& options) {
  const nanoseconds limit = limit_of(options);
  const SessionExecutor::Use use = executor_.use();
  std::vector<ResultSet> results = co_await run_pipeline(executor_, context_->transactions(), statements, limit);
  co_return results;
}

task<std::unique_ptr<RowStream::State>> ConnectionCore::stream(std::string sql, Params params, ExecuteOptions options) {
  const nanoseconds limit = checked_limit(options.timeout().value_or(nanoseconds::max()));
  try {
    const SessionExecutor::Use use = executor_.use();
    auto stream = std::make_unique<RowStream::State>(executor_, sql, std::move(params), limit);
    co_await stream->start(Deadline::in(limit));
    co_return stream;
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    rethrow_for_caller(error, sql, limit);
  }
}

task<std::optional<Notification>> ConnectionCore::notification(nanoseconds limit) {
  const SessionExecutor::Use use = executor_.use();
  auto waiting = executor_.driver()->notification(Deadline::in(limit));
  std::optional<Notification> notification = co_await waiting;
  co_return notification;
}

task<void> ConnectionCore::begin(TransactionOptions options) {
  const SessionExecutor::Use use = executor_.use();
  if (executor_.in_transaction()) {
    throw UsageError("a transaction is open on this connection already; commit or roll back first");
  }
  const TransactionSql& sql = context_->transactions();
  const bool is_read_only = options.access() == AccessMode::ReadOnly;
  std::exception_ptr failure;
  try {
    co_await run_transaction_sql(is_read_only ? sql.begin_read_only : sql.begin, limit_of(options));
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await undo_in_use();  // it may have taken effect and failed, when its time limit crossed the answer
    std::rethrow_exception(failure);
  }
  if (is_read_only) {
    executor_.driver()->restrict_to_reads();
  }
}

void ConnectionCore::require_transaction() const {
  if (!executor_.in_transaction()) {
    throw UsageError("no transaction is open: none was begun, it has ended, or an error made the engine roll it back");
  }
}

task<void> ConnectionCore::commit() {
  const SessionExecutor::Use use = executor_.use();
  require_transaction();
  std::exception_ptr failure;
  try {
    co_await run_transaction_sql(context_->transactions().commit, context_->config().query_timeout);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await undo_in_use();
    std::rethrow_exception(failure);
  }
}

task<void> ConnectionCore::roll_back() {
  const SessionExecutor::Use use = executor_.use();
  require_transaction();
  co_await run_transaction_sql(context_->transactions().rollback, context_->config().query_timeout);
}

task<void> ConnectionCore::run_transaction_sql(const StatementText& sql, nanoseconds limit) {
  try {
    co_await executor_.run(sql, Deadline::in(limit));
  } catch (const Error& error) {
    rethrow_for_caller(error, sql.text(), limit);
  }
}

task<void> ConnectionCore::undo() noexcept {
  try {
    const SessionExecutor::Use use = executor_.use();
    co_await undo_in_use();
  } catch (const std::exception&) {
    // The connection is closed or used by another thread; the error that led here is the one to tell.
  }
}

task<void> ConnectionCore::undo_in_use() noexcept {
  try {
    if (executor_.in_transaction()) {
      co_await executor_.run(context_->transactions().rollback, Deadline::for_cleanup());
    }
  } catch (const std::exception&) {
    // As above; a transaction that cannot be rolled back ends with its connection.
  }
}

VersionDetails ConnectionCore::version_details() {
  const SessionExecutor::Use use = executor_.use();
  return executor_.driver()->session().version_details();
}

bool ConnectionCore::is_usable() const noexcept {
  const SessionDriver* driver = executor_.driver();
  return driver != nullptr && driver->is_usable();
}

void* ConnectionCore::native_handle() noexcept {
  SessionDriver* driver = executor_.driver();
  return driver == nullptr ? nullptr : driver->session().native_handle();
}

}  // namespace dalia::internal
