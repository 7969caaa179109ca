#include "dalia/connections/row_stream.hpp"

#include <utility>

#include "connections/rethrow.hpp"
#include "connections/row_stream_state.hpp"
#include "dalia/core/error.hpp"

namespace dalia {

RowStream::RowStream(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RowStream::RowStream(RowStream&&) noexcept = default;
RowStream& RowStream::operator=(RowStream&&) noexcept = default;
RowStream::~RowStream() = default;

const Row* RowStream::next() {
  return state_ == nullptr ? nullptr : state_->next();
}

RowStream::State::State(internal::SessionExecutor& executor, std::string_view sql, Params params,
                        std::chrono::nanoseconds limit)
    : executor_(&executor), sql_(sql), params_(std::move(params)), limit_(limit) {
  parameters_.assign(params_.values().begin(), params_.values().end());
}

RowStream::State::~State() {
  if (phase_ == Phase::Open) {
    run_sync(end(Phase::Ended));
  }
}

task<void> RowStream::State::start(Deadline deadline) {
  lease_ = co_await executor_->portable(sql_, deadline);
  executor_->add(*this);
  phase_ = Phase::Open;
  std::exception_ptr failure;
  try {
    co_await executor_->driver()->start(lease_.statement(), parameters_, RowDelivery::Streamed, deadline);
    columns_ = lease_.statement().columns();
    cells_.resize(columns_->size());
    row_ = Row(*columns_, cells_);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await end(Phase::Ended);
    std::rethrow_exception(failure);
  }
}

const Row* RowStream::State::next() {
  if (phase_ != Phase::Open) {
    if (phase_ == Phase::Abandoned) {
      throw UsageError("the connection of this stream was closed before its last row was read");
    }
    return nullptr;
  }
  try {
    const internal::SessionExecutor::Use use = executor_->use();
    if (fetch_row() == internal::SessionDriver::Fetched::Row) {
      return &row_;
    }
  } catch (const UsageError&) {
    throw;  // another operation runs on the connection: nothing happened to the stream
  } catch (const Error& error) {
    run_sync(end(Phase::Ended));
    internal::rethrow_for_caller(error, sql_, limit_);
  }
  run_sync(end(Phase::Ended));
  return nullptr;
}

internal::SessionDriver::Fetched RowStream::State::fetch_row() {
  using Fetched = internal::SessionDriver::Fetched;
  internal::SessionDriver& driver = *executor_->driver();
  Fetched fetched = driver.fetch(lease_.statement(), cells_);
  while (fetched == Fetched::Waiting) {
    run_sync(driver.await_row(lease_.statement()));
    fetched = driver.fetch(lease_.statement(), cells_);
  }
  return fetched;
}

void RowStream::State::abandon() noexcept {
  run_sync(end(Phase::Abandoned));
}

task<void> RowStream::State::end(Phase phase) noexcept {
  phase_ = phase;
  static_cast<void>(co_await executor_->driver()->finish(lease_.statement()));
  executor_->note_transaction();
  executor_->remove(*this);
  lease_ = internal::StatementCache::Lease();
}

}  // namespace dalia
