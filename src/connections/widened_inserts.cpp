#include "connections/widened_inserts.hpp"

#include <algorithm>
#include <utility>

namespace dalia::internal {

std::size_t WidenedInserts::most_rows(std::size_t max_parameters) const noexcept {
  constexpr std::size_t most = 64;  // 5,000 gain nothing more, measured on SQLite
  return insert_ ? std::clamp<std::size_t>(max_parameters / insert_->width(), 1, most) : 1;
}

PreparedStatement* WidenedInserts::find(std::size_t rows) noexcept {
  const auto known =
      std::find_if(statements_.begin(), statements_.end(), [rows](const Statement& one) { return one.rows == rows; });
  return known == statements_.end() ? nullptr : &known->lease.statement();
}

task<PreparedStatement*> WidenedInserts::statement_for(std::size_t rows, Deadline deadline) {
  if (PreparedStatement* known = find(rows)) {
    co_return known;
  }
  const StatementText text(insert_->text(rows));
  Statement prepared;
  prepared.rows = rows;
  prepared.lease = co_await executor_.native(text, deadline);
  statements_.push_back(std::move(prepared));
  co_return &statements_.back().lease.statement();
}

}  // namespace dalia::internal
