#include "connections/execute_many.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "connections/all_or_nothing.hpp"
#include "connections/multi_row_insert.hpp"
#include "connections/rethrow.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

constexpr std::size_t rows_in_a_statement = 50;  // 5,000 gain nothing more, measured on SQLite

/// 1,234
std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

[[noreturn]] void rethrow_for_row(const Error& error, std::size_t index) {
  rethrow_as(error, fmt::format("row {} (counting from 0): {}", grouped(index), error.what()), error.facts());
}

/// Whether the row may be to blame, not the time, a lock or the disk.
bool is_about_row(const Error& error) {
  return dynamic_cast<const QueryError*>(&error) != nullptr || dynamic_cast<const UsageError*>(&error) != nullptr;
}

class Batches {
 public:
  Batches(BlockingExecutor& executor, PreparedStatement& single, RowSource& rows, Deadline deadline)
      : executor_(executor), single_(single), rows_(rows), deadline_(deadline) {}

  /// One row after the other.
  void run_singly() {
    cells_.resize(single_.parameter_count());
    while (next_row(cells_)) {
      run_row(cells_, row_count_ - 1);
    }
  }

  /// `many` takes `rows_at_once` rows.
  void run_together(PreparedStatement& many, std::size_t rows_at_once) {
    const std::size_t width = single_.parameter_count();
    cells_.resize(width * rows_at_once);
    std::size_t filled = 0;
    while (next_row(std::span(cells_).subspan(filled * width, width))) {
      if (++filled == rows_at_once) {
        run_batch(many, filled);
        filled = 0;
      }
    }
    run_rows(filled);
  }

  [[nodiscard]] const StatementCounts& total() const noexcept { return total_; }

 private:
  bool next_row(std::span<ValueRef> cells) {
    try {
      const bool has_row = rows_.next(cells);
      row_count_ += has_row ? 1 : 0;
      return has_row;
    } catch (const UsageError& error) {
      rethrow_for_row(error, row_count_);
    }
  }

  void run_batch(PreparedStatement& many, std::size_t count) {
    try {
      add(executor_.run_for_counts(many, cells_, deadline_));
      return;
    } catch (const Error& error) {
      if (!is_about_row(error) || !executor_.in_transaction()) {
        throw;
      }
    }
    run_rows(count);  // finds the row to blame; the statement before left nothing behind
  }

  void run_rows(std::size_t count) {
    const std::size_t width = single_.parameter_count();
    for (std::size_t i = 0; i < count; ++i) {
      run_row(std::span<const ValueRef>(cells_).subspan(i * width, width), row_count_ - count + i);
    }
  }

  void run_row(std::span<const ValueRef> cells, std::size_t index) {
    try {
      add(executor_.run_for_counts(single_, cells, deadline_));
    } catch (const Error& error) {
      if (is_about_row(error)) {
        rethrow_for_row(error, index);
      }
      throw;
    }
  }

  void add(const StatementCounts& counts) noexcept {
    total_.affected_rows += counts.affected_rows;
    if (counts.last_insert_id != 0) {
      total_.last_insert_id = counts.last_insert_id;
    }
  }

  BlockingExecutor& executor_;
  PreparedStatement& single_;
  RowSource& rows_;
  Deadline deadline_;
  std::vector<ValueRef> cells_;
  std::size_t row_count_ = 0;
  StatementCounts total_;
};

}  // namespace

ResultSet execute_many(BlockingExecutor& executor, const BatchTerms& terms, std::string_view sql, RowSource& rows,
                       Deadline deadline) {
  const StatementCache::Lease single = executor.portable(sql, deadline);
  AllOrNothing scope(executor, terms.transactions, deadline);
  Batches batches(executor, single.statement(), rows, deadline);
  const std::optional<MultiRowInsert> insert = MultiRowInsert::from(executor.native_text(sql)->text);
  const std::size_t rows_at_once =
      insert ? std::min(rows_in_a_statement, terms.max_parameters / insert->width()) : std::size_t{1};
  if (rows_at_once > 1) {
    const StatementCache::Lease many = executor.native(StatementText(insert->text(rows_at_once)), deadline);
    batches.run_together(many.statement(), rows_at_once);
  } else {
    batches.run_singly();
  }
  scope.commit(deadline);
  ResultSet result;
  result.set_counts(batches.total().affected_rows, batches.total().last_insert_id);
  return result;
}

}  // namespace dalia::internal
