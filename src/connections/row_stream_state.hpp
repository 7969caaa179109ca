/// The inside of a RowStream on a BlockingSession.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "connections/blocking_executor.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/params.hpp"

namespace dalia {

struct RowStream::State final : internal::OpenStream {
 public:
  /// Starts the statement. The caller holds executor.use().
  State(internal::BlockingExecutor& executor, std::string_view sql, Params params, Deadline deadline,
        std::chrono::nanoseconds limit);
  ~State();

  [[nodiscard]] const Row* next();
  void abandon() noexcept override;

 private:
  enum class Phase { Open, Ended, Abandoned };

  /// Gives the statement back.
  void end(Phase phase) noexcept;

  internal::BlockingExecutor* executor_;
  std::string sql_;
  Params params_;
  std::vector<ValueRef> parameters_;  ///< views of params_, which the engine reads until the end
  std::chrono::nanoseconds limit_;
  internal::StatementCache::Lease lease_;
  SharedFieldNames columns_;
  std::vector<ValueRef> cells_;
  Row row_;
  Phase phase_ = Phase::Open;
};

}  // namespace dalia
