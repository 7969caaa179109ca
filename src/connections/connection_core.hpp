/// ConnectionCore: what a connection does, written once for the blocking and the asynchronous one.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connections/database_context.hpp"
#include "connections/session_executor.hpp"
#include "dalia/connections/execute_options.hpp"
#include "dalia/connections/pipeline.hpp"
#include "dalia/connections/row_source.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/connections/transaction.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_flow.hpp"

namespace dalia::internal {

/// One operation at a time. What views and references point to lives until the task is done.
class ConnectionCore {
 public:
  ConnectionCore(std::unique_ptr<SessionDriver> driver, std::shared_ptr<DatabaseContext> context);

  /// @param limit  of limit_of(). Errors are as the driver has them: rethrow_for_caller() completes them.
  Soon<void> execute_raw(std::string_view sql, const Params& params, std::chrono::nanoseconds limit, ResultSet& result);
  task<ResultSet> execute(std::string sql, Params params, ExecuteOptions options);
  task<ResultSet> execute_many(std::string_view sql, RowSource& rows, const ExecuteOptions& options);
  task<std::vector<ResultSet>> pipeline(const Pipeline& statements, const ExecuteOptions& options);
  task<std::unique_ptr<RowStream::State>> stream(std::string sql, Params params, ExecuteOptions options);

  /// The next notification, or nothing within this time.
  task<std::optional<Notification>> notification(std::chrono::nanoseconds limit);

  task<void> begin(TransactionOptions options);
  task<void> commit();
  task<void> roll_back();
  /// After a failure, whose error is the one to tell: it has none of its own. Does nothing where no transaction is
  /// open.
  task<void> undo() noexcept;

  /// @throws UsageError, ConnectionError as SessionExecutor::use.
  [[nodiscard]] VersionDetails version_details();
  /// Of the call, or query_timeout. @throws TimeoutError where there is no time at all.
  [[nodiscard]] std::chrono::nanoseconds limit_of(const ExecuteOptions& options) const;
  [[nodiscard]] std::chrono::nanoseconds limit_of(const TransactionOptions& options) const;

  [[nodiscard]] bool is_usable() const noexcept;
  /// Null once closed.
  [[nodiscard]] void* native_handle() noexcept;

  [[nodiscard]] DatabaseContext& context() noexcept { return *context_; }
  [[nodiscard]] const DatabaseContext& context() const noexcept { return *context_; }
  [[nodiscard]] SessionExecutor& executor() noexcept { return executor_; }
  [[nodiscard]] const SessionExecutor& executor() const noexcept { return executor_; }
  [[nodiscard]] EntityFlow& flow() noexcept { return flow_; }

 private:
  task<void> run_transaction_sql(const StatementText& sql, std::chrono::nanoseconds limit);
  /// The caller holds executor().use().
  task<void> undo_in_use() noexcept;
  /// @throws UsageError.
  void require_transaction() const;

  std::shared_ptr<DatabaseContext> context_;
  SessionExecutor executor_;
  EntityFlow flow_;
  std::vector<ValueRef> parameters_;  ///< of the statement that runs; kept for its memory
};

}  // namespace dalia::internal
