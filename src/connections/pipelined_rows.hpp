/// PipelinedRows: the rows of an executemany where several executions can share a round trip.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <vector>

#include "connections/all_or_nothing.hpp"
#include "connections/multi_row_insert.hpp"
#include "connections/session_executor.hpp"
#include "connections/widened_inserts.hpp"
#include "dalia/connections/row_source.hpp"
#include "dalia/core/deadline.hpp"

namespace dalia::internal {

class PipelinedRows {
 public:
  /// All references outlive this object.
  PipelinedRows(SessionExecutor& executor, AllOrNothing& scope, PreparedStatement& single,
                const std::optional<MultiRowInsert>& insert, std::size_t max_parameters, Deadline deadline);

  /// Opens the scope, runs the rows and closes it; after an error the caller undoes it. A thousand rows or less are one
  /// round trip. @throws what the statement throws, with the index of its row in front.
  task<void> run(RowSource& rows);

  [[nodiscard]] const StatementCounts& total() const noexcept { return total_; }

 private:
  /// Rows that one execution takes; none in those that open and close the scope.
  struct Group {
    std::size_t first = 0;  ///< among those kept
    std::size_t count = 0;
  };

  void forget_sent();
  void read(RowSource& rows);
  [[nodiscard]] bool is_last(std::size_t count) const noexcept { return has_ended_ && sent_ + count == kept_; }
  task<void> send(std::size_t count);
  task<void> plan(std::size_t count);
  task<PreparedStatement*> prepare(std::size_t rows);
  [[nodiscard]] std::size_t rows_together(std::size_t first, std::size_t left) const noexcept;
  void add(const Group& group, PreparedStatement& statement);
  void take(const ResultSet& result);
  task<void> judge(std::exception_ptr failure);

  SessionExecutor& executor_;
  AllOrNothing& scope_;
  PreparedStatement& single_;
  WidenedInserts widened_;
  Deadline deadline_;
  std::size_t most_rows_;  ///< in one statement
  StatementCache::Lease opening_;
  StatementCache::Lease closing_;

  /// Rows read. All of them where several go in one statement: to find the one to blame they are run again.
  std::vector<ValueRef> cells_;
  std::size_t kept_ = 0;        ///< rows in cells_
  std::size_t first_kept_ = 0;  ///< counted over the whole call
  std::size_t sent_ = 0;        ///< of those kept
  bool has_ended_ = false;      ///< there are no more rows
  std::exception_ptr read_failure_;

  std::vector<Execution> executions_;
  std::vector<Group> groups_;  ///< of the executions, of which the first opens the scope
  std::size_t answered_ = 0;
  std::vector<Group> suspects_;  ///< one of their rows has failed: they go one by one
  StatementCounts total_;
};

}  // namespace dalia::internal
