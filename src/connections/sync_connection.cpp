#include "dalia/connections/sync_connection.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "connections/database_context.hpp"
#include "connections/execute_many.hpp"
#include "connections/rethrow.hpp"
#include "connections/row_stream_state.hpp"
#include "connections/session_executor.hpp"
#include "dalia/core/error.hpp"
#include "dalia/entity/entity_flow.hpp"

namespace dalia {
namespace {

using internal::SessionExecutor;
using std::chrono::nanoseconds;

// A lock is free again within milliseconds.
constexpr nanoseconds first_retry_wait = std::chrono::milliseconds(5);
constexpr nanoseconds longest_retry_wait = std::chrono::seconds(1);

/// Random between nothing and a bound that doubles ("full jitter"), so that rivals part.
nanoseconds retry_wait(int attempt) {
  thread_local std::minstd_rand random{std::random_device()()};
  const nanoseconds bound = std::min(first_retry_wait * (1 << std::min(attempt, 10)), longest_retry_wait);
  return nanoseconds(std::uniform_int_distribution<nanoseconds::rep>(0, bound.count())(random));
}

/// @throws TimeoutError where there is no time at all.
nanoseconds checked_limit(nanoseconds limit) {
  if (limit <= nanoseconds::zero()) {
    throw TimeoutError("the time limit of the call had passed before it began", TimeoutPhase::Query);
  }
  return limit;
}

}  // namespace

struct SyncConnection::State {
  State(std::unique_ptr<internal::SessionDriver> driver, std::shared_ptr<DatabaseContext> shared)
      : context(std::move(shared)),
        executor(std::move(driver), context->translations(), context->config().statement_cache_size),
        flow(executor, context->entities()) {}

  [[nodiscard]] nanoseconds limit_of(const ExecuteOptions& options) const {
    return checked_limit(options.timeout().value_or(context->config().query_timeout));
  }
  [[nodiscard]] nanoseconds limit_of(const TransactionOptions& options) const {
    return checked_limit(options.timeout().value_or(context->config().query_timeout));
  }
  void view(const Params& params) {
    const std::span<const Value> values = params.values();
    parameters.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      parameters[i] = values[i].ref();
    }
  }
  void run_transaction_sql(const StatementText& sql, nanoseconds limit) {
    try {
      run_sync(executor.run(sql, Deadline::in(limit)));
    } catch (const Error& error) {
      internal::rethrow_for_caller(error, sql.text(), limit);
    }
  }
  void roll_back() noexcept {
    try {
      const SessionExecutor::Use use = executor.use();
      roll_back_in_use();
    } catch (const std::exception&) {
      // The error that led here is the one to tell.
    }
  }
  /// The caller holds executor.use().
  void roll_back_in_use() noexcept {
    try {
      if (executor.in_transaction()) {
        run_sync(executor.run(context->transactions().rollback, Deadline()));
      }
    } catch (const std::exception&) {
      // As above.
    }
  }

  std::shared_ptr<DatabaseContext> context;
  SessionExecutor executor;
  EntityFlow flow;
  std::vector<ValueRef> parameters;  ///< of the statement that runs; kept for its memory
};

SyncConnection::SyncConnection(std::unique_ptr<internal::SessionDriver> driver,
                               std::shared_ptr<DatabaseContext> context)
    : SyncConnection(std::make_unique<State>(std::move(driver), std::move(context))) {}

// The base refers to the flow, which therefore must exist first.
SyncConnection::SyncConnection(std::unique_ptr<State> state)
    : EntityMixin<Sync>(state->flow), state_(std::move(state)) {}

SyncConnection::~SyncConnection() {
  close();
}

ResultSet SyncConnection::execute(std::string_view sql, const Params& params, const ExecuteOptions& options) {
  State& state = *state_;
  const nanoseconds limit = state.limit_of(options);
  ResultSet result;
  try {
    SessionExecutor::Use use = state.executor.use();
    state.view(params);
    run_sync(state.executor.execute_portable(std::move(use), sql, state.parameters, Deadline::in(limit), result));
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    internal::rethrow_for_caller(error, sql, limit);
  }
  return result;
}

ResultSet SyncConnection::executemany(std::string_view sql, std::initializer_list<Params> rows,
                                      const ExecuteOptions& options) {
  return executemany(sql, std::span<const Params>(rows.begin(), rows.size()), options);
}

ResultSet SyncConnection::executemany(std::string_view sql, std::span<const Params> rows,
                                      const ExecuteOptions& options) {
  ParamsSource source(rows);
  return executemany(sql, static_cast<RowSource&>(source), options);
}

ResultSet SyncConnection::executemany(std::string_view sql, RowSource& rows, const ExecuteOptions& options) {
  State& state = *state_;
  const nanoseconds limit = state.limit_of(options);
  try {
    const SessionExecutor::Use use = state.executor.use();
    const Capabilities& capabilities = state.context->generator().capabilities();
    const internal::BatchTerms terms{state.context->transactions(), capabilities.max_parameters, capabilities.is_remote,
                                     capabilities.errors_fail_transactions};
    return run_sync(internal::execute_many(state.executor, terms, sql, rows, Deadline::in(limit)));
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    internal::rethrow_for_caller(error, sql, limit);
  }
}

RowStream SyncConnection::stream_query(std::string_view sql, const Params& params, const ExecuteOptions& options) {
  State& state = *state_;
  const nanoseconds limit = checked_limit(options.timeout().value_or(nanoseconds::max()));
  try {
    const SessionExecutor::Use use = state.executor.use();
    auto stream = std::make_unique<RowStream::State>(state.executor, sql, params, limit);
    run_sync(stream->start(Deadline::in(limit)));
    return RowStream(std::move(stream));
  } catch (const TranslationError&) {
    throw;
  } catch (const Error& error) {
    internal::rethrow_for_caller(error, sql, limit);
  }
}

void SyncConnection::begin_transaction(const TransactionOptions& options) {
  State& state = *state_;
  const SessionExecutor::Use use = state.executor.use();
  if (state.executor.in_transaction()) {
    throw UsageError("a transaction is open on this connection already; commit or roll back first");
  }
  const TransactionSql& sql = state.context->transactions();
  const bool is_read_only = options.access() == AccessMode::ReadOnly;
  try {
    state.run_transaction_sql(is_read_only ? sql.begin_read_only : sql.begin, state.limit_of(options));
  } catch (const Error&) {
    state.roll_back_in_use();  // it may have taken effect and failed, when its time limit crossed the answer
    throw;
  }
  if (is_read_only) {
    state.executor.driver()->restrict_to_reads();
  }
}

void SyncConnection::commit_transaction() {
  State& state = *state_;
  try {
    const SessionExecutor::Use use = state.executor.use();
    if (!state.executor.in_transaction()) {
      throw UsageError(
          "no transaction is open: none was begun, it has ended, or an error made the engine roll it back");
    }
    state.run_transaction_sql(state.context->transactions().commit, state.context->config().query_timeout);
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    state.roll_back();
    throw;
  }
}

void SyncConnection::rollback_transaction() {
  State& state = *state_;
  const SessionExecutor::Use use = state.executor.use();
  if (!state.executor.in_transaction()) {
    throw UsageError("no transaction is open: none was begun, it has ended, or an error made the engine roll it back");
  }
  state.run_transaction_sql(state.context->transactions().rollback, state.context->config().query_timeout);
}

bool SyncConnection::in_transaction() const noexcept {
  return state_->executor.in_transaction();
}

void SyncConnection::run_transaction(const std::function<void()>& work, const TransactionOptions& options) {
  State& state = *state_;
  if (in_transaction()) {
    work();
    return;
  }
  const Deadline deadline = Deadline::in(state.limit_of(options));
  for (int attempt = 0;; ++attempt) {
    try {
      begin_transaction(TransactionOptions(options).timeout(deadline.remaining()));
      work();
      commit_transaction();
      return;
    } catch (const Error& error) {
      state.roll_back();
      const nanoseconds wait = retry_wait(attempt);
      if (!error.is_retryable() || attempt >= options.max_retries() || deadline.remaining() <= wait) {
        throw;
      }
      std::this_thread::sleep_for(wait);
    } catch (...) {
      state.roll_back();
      throw;
    }
  }
}

VersionDetails SyncConnection::get_version_details() {
  const SessionExecutor::Use use = state_->executor.use();
  return state_->executor.driver()->session().version_details();
}

const SqlGenerator& SyncConnection::sql_generator() const noexcept {
  return state_->context->generator();
}

bool SyncConnection::is_usable() const noexcept {
  const internal::SessionDriver* driver = state_->executor.driver();
  return driver != nullptr && driver->is_usable();
}

void SyncConnection::close() noexcept {
  state_->executor.close();
}

void* SyncConnection::native_handle() noexcept {
  internal::SessionDriver* driver = state_->executor.driver();
  return driver == nullptr ? nullptr : driver->session().native_handle();
}

void SyncConnection::interrupt() noexcept {
  state_->executor.interrupt();
}

}  // namespace dalia
