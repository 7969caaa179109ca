/// The inside of a RowStream.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "connections/session_executor.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/params.hpp"

namespace dalia {

struct RowStream::State final : internal::OpenStream {
 public:
  State(internal::SessionExecutor& executor, std::string_view sql, Params params, std::chrono::nanoseconds limit);
  ~State();

  /// To be done first. The caller holds executor.use().
  task<void> start(Deadline deadline);
  [[nodiscard]] const Row* next();
  void abandon() noexcept override;

 private:
  enum class Phase { New, Open, Ended, Abandoned };

  /// Waits for the row that fetch() has none of yet.
  [[nodiscard]] internal::SessionDriver::Fetched fetch_row();
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
