#include "connections/pipelined_rows.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "connections/row_failure.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

constexpr std::size_t rows_in_a_round_trip = 1000;

}  // namespace

PipelinedRows::PipelinedRows(SessionExecutor& executor, AllOrNothing& scope, PreparedStatement& single,
                             const std::optional<MultiRowInsert>& insert, std::size_t max_parameters, Deadline deadline)
    : executor_(executor),
      scope_(scope),
      single_(single),
      widened_(executor, insert),
      deadline_(deadline),
      most_rows_(widened_.most_rows(max_parameters)) {}

task<void> PipelinedRows::run(RowSource& rows) {
  opening_ = co_await executor_.native(scope_.opening(), deadline_);
  closing_ = co_await executor_.native(scope_.closing(), deadline_);
  for (bool is_done = false; !is_done;) {
    forget_sent();
    read(rows);
    const std::size_t count = std::min(kept_ - sent_, rows_in_a_round_trip);
    is_done = is_last(count);
    const std::size_t before = sent_;
    if (count > 0 || scope_.has_begun()) {
      co_await send(count);
      is_done = is_done && sent_ == before + count;
    }
  }
  if (read_failure_) {
    try {
      std::rethrow_exception(read_failure_);
    } catch (const UsageError& error) {
      rethrow_for_row(error, first_kept_ + kept_);
    }
  }
}

void PipelinedRows::forget_sent() {
  if (most_rows_ > 1) {
    return;
  }
  const std::size_t width = single_.parameter_count();
  std::copy_n(cells_.begin() + static_cast<std::ptrdiff_t>(sent_ * width), (kept_ - sent_) * width, cells_.begin());
  first_kept_ += sent_;
  kept_ -= sent_;
  sent_ = 0;
}

/// Those of a round trip and one more, which tells whether they are the last.
void PipelinedRows::read(RowSource& rows) {
  const std::size_t width = single_.parameter_count();
  const std::size_t wanted = sent_ + rows_in_a_round_trip + 1;
  if (cells_.size() < wanted * width) {
    cells_.resize(wanted * width);
  }
  try {
    while (!has_ended_ && kept_ < wanted) {
      if (rows.next(std::span(cells_).subspan(kept_ * width, width))) {
        ++kept_;
      } else {
        has_ended_ = true;
      }
    }
  } catch (const UsageError&) {
    read_failure_ = std::current_exception();  // told in its turn, once the rows before it have run
    has_ended_ = true;
  }
}

/// Either the rows are sent, or the scope has begun again and no row is.
task<void> PipelinedRows::send(std::size_t count) {
  std::exception_ptr failure;
  answered_ = 0;
  try {
    co_await plan(count);
    const std::span<const Execution> unsent = std::span<const Execution>(executions_).subspan(answered_);
    const std::function<void(ResultSet&)> take_one = [this](ResultSet& result) { take(result); };
    co_await executor_.run_pipeline(unsent, deadline_, take_one);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await judge(std::move(failure));
  } else {
    sent_ += count;
  }
}

task<void> PipelinedRows::plan(std::size_t count) {
  executions_.clear();
  groups_.clear();
  groups_.emplace_back();
  add(groups_.back(), opening_.statement());
  Group group;
  group.first = sent_;
  for (std::size_t left = count; left > 0; left -= group.count, group.first += group.count) {
    group.count = rows_together(group.first, left);
    answered_ = groups_.size();  // where its statement cannot be prepared, this one has failed
    groups_.push_back(group);
    PreparedStatement* statement = group.count == 1 ? &single_ : widened_.find(group.count);
    if (statement == nullptr) {
      statement = co_await prepare(group.count);
    }
    add(group, *statement);
  }
  if (is_last(count) && !read_failure_) {
    groups_.emplace_back();
    add(groups_.back(), closing_.statement());
  }
  answered_ = scope_.has_begun() ? 1 : 0;
  scope_.sends_opening();
}

task<PreparedStatement*> PipelinedRows::prepare(std::size_t rows) {
  if (!scope_.has_begun()) {
    co_await scope_.begin(deadline_);  // so that the caller's transaction survives where it cannot be prepared
  }
  PreparedStatement* prepared = co_await widened_.statement_for(rows, deadline_);
  co_return prepared;
}

/// What is left over goes in powers of two, so that few statements are ever prepared.
std::size_t PipelinedRows::rows_together(std::size_t first, std::size_t left) const noexcept {
  const bool is_suspect = std::any_of(suspects_.begin(), suspects_.end(), [first](const Group& group) {
    return first >= group.first && first < group.first + group.count;
  });
  return is_suspect ? 1 : left >= most_rows_ ? most_rows_ : std::bit_floor(left);
}

void PipelinedRows::add(const Group& group, PreparedStatement& statement) {
  const std::size_t width = single_.parameter_count();
  Execution execution;
  execution.statement = &statement;
  execution.parameters = std::span<const ValueRef>(cells_).subspan(group.first * width, group.count * width);
  executions_.push_back(execution);
}

void PipelinedRows::take(const ResultSet& result) {
  const Group& group = groups_[answered_++];
  if (group.count == 0) {
    return;
  }
  total_.affected_rows += result.affected_rows();
  if (result.last_insert_id() != 0) {
    total_.last_insert_id = result.last_insert_id();
  }
}

/// @throws the failure, unless it is of several rows in one statement: then all is undone, to be run again with these
/// rows one by one.
task<void> PipelinedRows::judge(std::exception_ptr failure) {
  const Group group = answered_ < groups_.size() ? groups_[answered_] : Group();
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (group.count == 1 && is_about_row(error)) {
      rethrow_for_row(error, first_kept_ + group.first);
    }
    if (group.count <= 1 || !is_about_row(error) || !scope_.is_open()) {
      throw;
    }
  }
  suspects_.push_back(group);
  co_await scope_.restart(deadline_);
  total_ = StatementCounts();
  sent_ = 0;
}

}  // namespace dalia::internal
