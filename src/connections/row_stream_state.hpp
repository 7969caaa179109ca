/// The inside of a RowStream.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "connections/session_executor.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/core/soon.hpp"

namespace dalia {

struct RowStream::State final : internal::OpenStream {
 public:
  State(internal::SessionExecutor& executor, std::string_view sql, Params params, std::chrono::nanoseconds limit);
  ~State();

  /// To be done first. The caller holds executor.use().
  task<void> start(Deadline deadline);
  /// Whether there is one more row, in row() then. @throws what execute throws.
  [[nodiscard]] Soon<bool> advance();
  [[nodiscard]] const Row& row() const noexcept { return row_; }
  /// Up to `most` rows; fewer only at the end.
  [[nodiscard]] task<ResultSet> read(std::size_t most);
  /// Gives the statement back where that has not happened yet.
  [[nodiscard]] task<void> close() noexcept;
  void abandon() noexcept override;

 private:
  enum class Phase { New, Open, Ended, Abandoned };

  task<bool> advance_waiting(internal::SessionExecutor::Use in_use);
  /// Gives the statement back and tells the failure, or that there is no more row.
  task<bool> end_after(internal::SessionExecutor::Use in_use, std::exception_ptr failure);
  /// Gives the statement back.
  task<void> end(Phase phase) noexcept;

  internal::SessionExecutor* executor_;
  std::string sql_;
  Params params_;
  std::vector<ValueRef> parameters_;  ///< views of params_, which the engine reads until the end
  std::chrono::nanoseconds limit_;
  internal::StatementCache::Lease lease_;
  SharedFieldNames columns_;
  std::vector<ValueRef> cells_;
  Row row_;
  Phase phase_ = Phase::New;
};

}  // namespace dalia
