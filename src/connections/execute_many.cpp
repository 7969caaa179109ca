#include "connections/execute_many.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <string>
#include <vector>

#include "connections/all_or_nothing.hpp"
#include "connections/multi_row_insert.hpp"
#include "connections/pipelined_rows.hpp"
#include "connections/row_failure.hpp"
#include "connections/widened_inserts.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

constexpr std::size_t rows_in_an_array = 1000;  // for statements that take rows

/// Reads rows and runs them, several to a statement where the statement allows it.
class Batches {
 public:
  Batches(SessionExecutor& executor, const BatchTerms& terms, AllOrNothing& scope, PreparedStatement& single,
          const std::optional<MultiRowInsert>& insert, Deadline deadline)
      : executor_(executor),
        terms_(terms),
        scope_(scope),
        single_(single),
        insert_(insert),
        deadline_(deadline),
        widened_(executor, insert),
        failures_undo_all_(terms.errors_fail_transactions || single.takes_rows()),
        most_rows_(most_rows()) {}

  task<void> run(RowSource& rows) {
    std::size_t count = 0;
    do {
      if (!failures_undo_all_) {
        first_kept_ += kept_;
        kept_ = 0;
      }
      count = read(rows);
      co_await run_rows(kept_ - count, count);
    } while (count == most_rows_);
  }

  [[nodiscard]] const StatementCounts& total() const noexcept { return total_; }

 private:
  [[nodiscard]] std::size_t most_rows() const noexcept {
    if (single_.takes_rows()) {
      return rows_in_an_array;
    }
    return widened_.most_rows(terms_.max_parameters);
  }

  /// Up to a statement's rows, behind those that are kept.
  std::size_t read(RowSource& rows) {
    const std::size_t width = single_.parameter_count();
    cells_.resize((kept_ + most_rows_) * width);
    std::size_t count = 0;
    try {
      while (count < most_rows_ && rows.next(std::span(cells_).subspan(kept_ * width, width))) {
        ++kept_;
        ++count;
      }
    } catch (const UsageError& error) {
      rethrow_for_row(error, first_kept_ + kept_);
    }
    return count;
  }

  task<void> run_rows(std::size_t first, std::size_t count) {
    while (count > 0) {
      const std::size_t rows = single_.takes_rows() ? rows_alike(first, count) : rows_together(count);
      co_await run_together(first, rows);
      first += rows;
      count -= rows;
    }
  }

  /// What is left over goes in powers of two, so that few statements are ever prepared; where no link has to be crossed
  /// the rows go one by one.
  [[nodiscard]] std::size_t rows_together(std::size_t left) const noexcept {
    return left >= most_rows_ ? most_rows_ : terms_.is_remote && insert_ ? std::bit_floor(left) : 1;
  }

  /// How many rows have the kinds of the first one, besides null.
  [[nodiscard]] std::size_t rows_alike(std::size_t first, std::size_t count) {
    const std::size_t width = single_.parameter_count();
    kinds_.assign(width, Kind::Null);
    std::span<const ValueRef> row = std::span<const ValueRef>(cells_).subspan(first * width);
    for (std::size_t rows = 0; rows < count; ++rows, row = row.subspan(width)) {
      for (std::size_t i = 0; i < width; ++i) {
        const Kind kind = row[i].kind();
        if (kind == kinds_[i] || kind == Kind::Null) {
          continue;
        }
        if (kinds_[i] != Kind::Null) {
          return rows;
        }
        kinds_[i] = kind;
      }
    }
    return count;
  }

  task<void> run_together(std::size_t first, std::size_t count) {
    const std::size_t width = single_.parameter_count();
    const std::span<const ValueRef> cells = std::span<const ValueRef>(cells_).subspan(first * width, count * width);
    try {
      PreparedStatement* statement = &single_;
      if (count > 1 && !single_.takes_rows()) {
        statement = co_await widened_.statement_for(count, deadline_);
      }
      co_await executor_.run(*statement, cells, deadline_, result_);
      add(result_);
      co_return;
    } catch (const Error& error) {
      if (!is_about_row(error)) {
        throw;
      }
      if (count == 1) {
        rethrow_for_row(error, first_kept_ + first);
      }
      if (!scope_.is_open()) {
        throw;
      }
    }
    if (failures_undo_all_) {
      co_await scope_.restart(deadline_);
      total_ = StatementCounts();
      co_await run_rows(0, first);
    }
    for (std::size_t i = 0; i < count; ++i) {
      co_await run_together(first + i, 1);  // finds the row to blame; what failed before left nothing behind
    }
  }

  void add(const ResultSet& result) noexcept {
    total_.affected_rows += result.affected_rows();
    if (result.last_insert_id() != 0) {
      total_.last_insert_id = result.last_insert_id();
    }
  }

  SessionExecutor& executor_;
  const BatchTerms& terms_;
  AllOrNothing& scope_;
  PreparedStatement& single_;
  const std::optional<MultiRowInsert>& insert_;
  Deadline deadline_;
  WidenedInserts widened_;
  bool failures_undo_all_;  ///< a statement that fails takes those before along
  std::size_t most_rows_;   ///< in one statement
  /// Rows read. All of them where a failure undoes what was done before, to find the row to blame; else those of one
  /// statement.
  std::vector<ValueRef> cells_;
  std::size_t kept_ = 0;        ///< rows in cells_
  std::size_t first_kept_ = 0;  ///< counted over the whole call
  std::vector<Kind> kinds_;
  ResultSet result_;  ///< of the statement that ran last
  StatementCounts total_;
};

}  // namespace

task<ResultSet> execute_many(SessionExecutor& executor, BatchTerms terms, std::string_view sql, RowSource& rows,
                             Deadline deadline) {
  const StatementCache::Lease single = co_await executor.portable(sql, deadline);
  const std::optional<MultiRowInsert> insert = MultiRowInsert::from(executor.native_text(sql)->text);
  AllOrNothing scope(executor, terms.transactions);
  StatementCounts total;
  std::exception_ptr failure;
  try {
    if (executor.driver()->can_pipeline()) {
      PipelinedRows pipelined(executor, scope, single.statement(), insert, terms.max_parameters, deadline);
      co_await pipelined.run(rows);
      total = pipelined.total();
    } else {
      Batches batches(executor, terms, scope, single.statement(), insert, deadline);
      co_await scope.begin(deadline);
      co_await batches.run(rows);
      co_await scope.commit(deadline);
      total = batches.total();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await scope.undo();
    std::rethrow_exception(failure);
  }
  ResultSet result;
  result.set_counts(total.affected_rows, total.last_insert_id);
  co_return result;
}

}  // namespace dalia::internal
