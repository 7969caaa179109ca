/// WidenedInserts: the statements of one executemany that insert several rows each.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "connections/multi_row_insert.hpp"
#include "connections/session_executor.hpp"
#include "dalia/core/deadline.hpp"

namespace dalia::internal {

/// Prepares each once and holds it for as long as it lives.
class WidenedInserts {
 public:
  /// @param insert  nothing for other statements, which take one row. Outlives this object.
  WidenedInserts(SessionExecutor& executor, const std::optional<MultiRowInsert>& insert) noexcept
      : executor_(executor), insert_(insert) {}

  /// In one statement. @param max_parameters  of the engine.
  [[nodiscard]] std::size_t most_rows(std::size_t max_parameters) const noexcept;
  /// @param rows  more than one.
  task<PreparedStatement*> statement_for(std::size_t rows, Deadline deadline);
  /// Null where it is not prepared yet.
  [[nodiscard]] PreparedStatement* find(std::size_t rows) noexcept;

 private:
  struct Statement {
    std::size_t rows = 0;
    StatementCache::Lease lease;
  };

  SessionExecutor& executor_;
  const std::optional<MultiRowInsert>& insert_;
  std::vector<Statement> statements_;
};

}  // namespace dalia::internal
