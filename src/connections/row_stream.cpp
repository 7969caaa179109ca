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

RowStream::State::State(internal::BlockingExecutor& executor, std::string_view sql, Params params, Deadline deadline,
                        std::chrono::nanoseconds limit)
    : executor_(&executor), sql_(sql), params_(std::move(params)), limit_(limit) {
  parameters_.assign(params_.values().begin(), params_.values().end());
  lease_ = executor.portable(sql, deadline);
  executor.add(*this);
  try {
    executor.session()->start(lease_.statement(), parameters_, RowDelivery::Streamed, deadline);
    columns_ = lease_.statement().columns();
    cells_.resize(columns_->size());
    row_ = Row(*columns_, cells_);
  } catch (...) {
    end(Phase::Ended);
    throw;
  }
}

RowStream::State::~State() {
  if (phase_ == Phase::Open) {
    end(Phase::Ended);
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
    const internal::BlockingExecutor::Use use = executor_->use();
    if (executor_->session()->fetch(lease_.statement(), cells_)) {
      return &row_;
    }
  } catch (const UsageError&) {
    throw;  // another operation runs on the connection: nothing happened to the stream
  } catch (const Error& error) {
    end(Phase::Ended);
    internal::rethrow_for_caller(error, sql_, limit_);
  }
  end(Phase::Ended);
  return nullptr;
}

void RowStream::State::abandon() noexcept {
  end(Phase::Abandoned);
}

void RowStream::State::end(Phase phase) noexcept {
  phase_ = phase;
  executor_->session()->finish(lease_.statement());
  executor_->note_transaction();
  executor_->remove(*this);
  lease_ = internal::StatementCache::Lease();
}

}  // namespace dalia
