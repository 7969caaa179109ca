#include "dalia/connections/sync_connection.hpp"

#include <chrono>
#include <exception>
#include <thread>

#include "connections/connection_core.hpp"
#include "connections/rethrow.hpp"
#include "connections/row_stream_state.hpp"
#include "dalia/connections/transaction_attempts.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using std::chrono::nanoseconds;

}  // namespace

SyncConnection::SyncConnection(std::unique_ptr<internal::SessionDriver> driver,
                               std::shared_ptr<DatabaseContext> context)
    : SyncConnection(std::make_unique<internal::ConnectionCore>(std::move(driver), std::move(context))) {}

// The base refers to the flow, which therefore must exist first.
SyncConnection::SyncConnection(std::unique_ptr<internal::ConnectionCore> core)
    : EntityMixin<Sync>(core->flow()), core_(std::move(core)) {}

SyncConnection::~SyncConnection() {
  close();
}

// Without a coroutine of its own: most statements of most programs come this way.
ResultSet SyncConnection::execute(std::string_view sql, const Params& params, const ExecuteOptions& options) {
  const nanoseconds limit = core_->limit_of(options);
  ResultSet result;
  try {
    run_sync(core_->execute_raw(sql, params, limit, result));
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
  return run_sync(core_->execute_many(sql, rows, options));
}

std::vector<ResultSet> SyncConnection::pipeline(const Pipeline& statements, const ExecuteOptions& options) {
  return run_sync(core_->pipeline(statements, options));
}

RowStream SyncConnection::stream_query(std::string_view sql, const Params& params, const ExecuteOptions& options) {
  return RowStream(run_sync(core_->stream(std::string(sql), params, options)));
}

void SyncConnection::begin_transaction(const TransactionOptions& options) {
  run_sync(core_->begin(options));
}

void SyncConnection::commit_transaction() {
  run_sync(core_->commit());
}

void SyncConnection::rollback_transaction() {
  run_sync(core_->roll_back());
}

bool SyncConnection::in_transaction() const noexcept {
  return core_->executor().in_transaction();
}

void SyncConnection::run_transaction(const std::function<void()>& work, const TransactionOptions& options) {
  if (in_transaction()) {
    work();
    return;
  }
  internal::TransactionAttempts attempts(options, core_->limit_of(options));
  for (;;) {
    std::exception_ptr failure;
    try {
      begin_transaction(attempts.options());
      work();
      commit_transaction();
      return;
    } catch (...) {
      failure = std::current_exception();
    }
    run_sync(core_->undo());
    std::this_thread::sleep_for(attempts.wait_after(failure));
  }
}

VersionDetails SyncConnection::get_version_details() {
  return core_->version_details();
}

const SqlGenerator& SyncConnection::sql_generator() const noexcept {
  return core_->context().generator();
}

bool SyncConnection::is_usable() const noexcept {
  return core_->is_usable();
}

void SyncConnection::close() noexcept {
  core_->executor().close();
}

void* SyncConnection::native_handle() noexcept {
  return core_->native_handle();
}

void SyncConnection::interrupt() noexcept {
  core_->executor().interrupt();
}

}  // namespace dalia
