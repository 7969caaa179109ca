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
  return state_ != nullptr && run_sync(state_->advance()) ? &state_->row() : nullptr;
}

RowStream::State::State(internal::SessionExecutor& executor, std::string_view sql, Params params,
                        std::chrono::nanoseconds limit)
    : executor_(&executor), sql_(sql), params_(std::move(params)), limit_(limit) {
  parameters_.assign(params_.values().begin(), params_.values().end());
}

RowStream::State::~State() {
  run_sync(close());
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

// Needs no coroutine where the row is there.
Soon<bool> RowStream::State::advance() {
  using Fetched = internal::SessionDriver::Fetched;
  if (phase_ == Phase::Ended) {
    return false;
  }
  if (phase_ == Phase::Abandoned) {
    throw UsageError("the connection of this stream was closed before its last row was read");
  }
  internal::SessionExecutor::Use use = executor_->use();
  try {
    switch (executor_->driver()->fetch(lease_.statement(), cells_)) {
      case Fetched::Row:
        return true;
      case Fetched::Waiting:
        return advance_waiting(std::move(use));
      case Fetched::End:
        return end_after(std::move(use), nullptr);
    }
  } catch (const Error&) {
    return end_after(std::move(use), std::current_exception());
  }
  return false;
}

task<bool> RowStream::State::advance_waiting(internal::SessionExecutor::Use in_use) {
  using Fetched = internal::SessionDriver::Fetched;
  internal::SessionDriver& driver = *executor_->driver();
  Fetched fetched = Fetched::Waiting;
  std::exception_ptr failure;
  try {
    while (fetched == Fetched::Waiting) {
      co_await driver.await_row(lease_.statement());
      fetched = driver.fetch(lease_.statement(), cells_);
    }
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (fetched == Fetched::Row) {
    co_return true;
  }
  auto ending = end_after(std::move(in_use), failure);
  const bool has_row = co_await ending;
  co_return has_row;
}

task<bool> RowStream::State::end_after(internal::SessionExecutor::Use in_use, std::exception_ptr failure) {
  const internal::SessionExecutor::Use until_done = std::move(in_use);
  co_await end(Phase::Ended);
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const Error& error) {
      internal::rethrow_for_caller(error, sql_, limit_);
    }
  }
  co_return false;
}

task<ResultSet> RowStream::State::read(std::size_t most) {
  ResultSet rows;
  rows.restart(columns_);
  while (rows.size() < most) {
    const bool has_row = co_await advance();
    if (!has_row) {
      break;
    }
    rows.add_row(cells_);
  }
  rows.set_counts(static_cast<std::int64_t>(rows.size()), 0);
  co_return rows;
}

task<void> RowStream::State::close() noexcept {
  if (phase_ == Phase::Open) {
    co_await end(Phase::Ended);
  }
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
