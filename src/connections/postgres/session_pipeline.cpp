// Several executions in one round trip: the pipeline mode of libpq (PostgreSQL 15 manual, 34.5). One synchronisation
// ends it, so after an error the server skips what comes behind.
#include <utility>

#include "connections/postgres/error_map.hpp"
#include "connections/postgres/session.hpp"

namespace dalia::internal::postgres {
namespace {

/// libpq keeps what the link does not take. It is asked to send so often that this stays little, whatever is to come.
constexpr std::size_t most_unflushed_bytes = 65'536;
constexpr std::size_t bytes_around_parameters = 64;

Statement& own(const Execution& execution) noexcept {
  return static_cast<Statement&>(*execution.statement);
}

}  // namespace

void PostgresSession::begin_pipeline(std::span<const Execution> executions) {
  executions_ = executions;
  pipeline_ = Pipeline();
  delivery_ = RowDelivery::Whole;
  stream_ended_ = true;
  failure_.reset();
  begin_answer();
}

void PostgresSession::begin_answer() {
  Statement* const last = pipeline_.answered > 0 ? statement_ : nullptr;
  const bool is_end = pipeline_.answered == executions_.size();
  if (!is_end) {
    statement_ = &own(executions_[pipeline_.answered]);
  }
  if (last != nullptr && (is_end || last != statement_)) {
    last->release();
  }
  counts_ = StatementCounts();
  operation_ = Operation::Pipeline;
}

/// Takes answers while it still sends, or both sides could wait for each other with full buffers.
Readiness PostgresSession::step_pipeline(Readiness ready) {
  if (has(ready, Readiness::Read) && PQconsumeInput(connection_.get()) == 0) {
    lost();
  }
  for (;;) {
    if (!pipeline_.is_open && !open_pipeline()) {
      return Readiness::None;
    }
    const bool has_something_to_come = pipeline_.awaited > 0 || pipeline_.is_synced;
    if (has_something_to_come && PQisBusy(connection_.get()) == 0) {
      if (take_answer(ResultHandle(PQgetResult(connection_.get())))) {
        return Readiness::None;
      }
      continue;
    }
    if (pipeline_.is_synced && flushed_) {
      return Readiness::Read;
    }
    if (!send_pipeline()) {
      return Readiness::Read | Readiness::Write;
    }
  }
}

/// @return false where a statement is prepared again first.
bool PostgresSession::open_pipeline() {
  const Execution& next = executions_[pipeline_.sent];
  if (needs_preparing(next)) {
    Statement& statement = own(next);
    statement.rename(next_name());
    send_prepare();
    return false;
  }
  if (PQenterPipelineMode(connection_.get()) == 0) {
    lost();
  }
  pipeline_.is_open = true;
  return true;
}

/// A prepared statement keeps its name and its types for all executions that are on their way; so one that needs others
/// waits until those have been answered.
bool PostgresSession::needs_preparing(const Execution& execution) const {
  Statement& statement = own(execution);
  return !pipeline_.is_prepared &&
         (statement.is_stale || (statement.only_reads() && statement.widen_types(execution.parameters)));
}

/// @return whether the link took all of it.
bool PostgresSession::send_pipeline() {
  while (!pipeline_.is_synced) {
    if (pipeline_.unflushed_bytes > most_unflushed_bytes) {
      if (!flush()) {
        return false;
      }
      pipeline_.unflushed_bytes = 0;
    }
    const bool goes_on = failure_ == nullptr && pipeline_.failure == nullptr && pipeline_.sent < executions_.size();
    if (!goes_on || !send_next()) {
      sent(PQpipelineSync(connection_.get()));
      pipeline_.is_synced = true;
    }
  }
  return flush();
}

/// @return false where it cannot be sent, or not yet.
bool PostgresSession::send_next() {
  const Execution& next = executions_[pipeline_.sent];
  Statement& statement = own(next);
  if (needs_preparing(next)) {
    return false;
  }
  Parameters& parameters = statement.parameters;
  try {
    if (statement.is_copy()) {
      throw UsageError("COPY cannot run in a pipeline; use the calls for bulk loading and export",
                       facts_of(statement.text()));
    }
    parameters.bind(next.parameters, statement.parameter_types(), statement.text());
  } catch (const std::exception&) {
    pipeline_.failure = std::current_exception();  // told in its turn, once those before have been answered
    return false;
  }
  sent(PQsendQueryPrepared(connection_.get(), statement.name().c_str(), parameters.count(), parameters.values(),
                           parameters.lengths(), parameters.formats(), statement.cells.format()));
  pipeline_.unflushed_bytes += bytes_around_parameters + parameters.bytes();
  pipeline_.is_prepared = false;
  ++pipeline_.sent;
  ++pipeline_.awaited;
  return true;
}

/// @return whether an answer is there, or the end.
bool PostgresSession::take_answer(ResultHandle result) {
  if (result == nullptr) {  // the end of one answer
    if (PQstatus(connection_.get()) == CONNECTION_BAD) {
      lost();
    }
    --pipeline_.awaited;
    if (failure_ != nullptr) {
      return false;
    }
    ++pipeline_.answered;
    operation_ = Operation::None;
    return true;
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_PIPELINE_SYNC:
      return close_pipeline();
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      keep(std::move(result));
      return false;
    case PGRES_PIPELINE_ABORTED:
      return false;
    default:
      failure_ = failure_ == nullptr ? std::move(result) : std::move(failure_);
      if (is_broken()) {
        lost();
      }
      return false;
  }
}

/// @return whether nothing is left to do. @throws what failed.
bool PostgresSession::close_pipeline() {
  PQexitPipelineMode(connection_.get());
  pipeline_.is_open = pipeline_.is_synced = false;
  statement_->release();
  if (failure_ != nullptr) {
    const ResultHandle failure = std::move(failure_);
    statement_->is_stale = statement_->is_stale || is_stale_statement(failure.get());
    end();
    throw_error(failure.get(), statement_->text());
  }
  if (pipeline_.failure) {
    end();
    std::rethrow_exception(std::exchange(pipeline_.failure, nullptr));
  }
  if (pipeline_.answered < executions_.size()) {
    return false;
  }
  end();
  check_commit();
  return true;
}

}  // namespace dalia::internal::postgres
