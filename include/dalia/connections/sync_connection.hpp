/// SyncConnection: one connection with blocking calls. The asynchronous one has the same names.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dalia/connections/execute_options.hpp"
#include "dalia/connections/pipeline.hpp"
#include "dalia/connections/row_source.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/connections/transaction.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/entity/entity_mixin.hpp"
#include "dalia/generators/sql_generator.hpp"

namespace dalia {

class DatabaseContext;
namespace internal {
class ConnectionCore;
class SessionDriver;
}  // namespace internal

/// Belongs to one thread at a time; so does all it yields, ResultSets and Entities apart, which stand alone.
/// Made by a ConnectionManager, which it may outlive.
class DALIA_EXPORT SyncConnection final : public EntityMixin<Sync> {
 public:
  SyncConnection(std::unique_ptr<internal::SessionDriver> driver, std::shared_ptr<DatabaseContext> context);
  SyncConnection(const SyncConnection&) = delete;
  SyncConnection& operator=(const SyncConnection&) = delete;
  /// Rolls back a transaction that is still open.
  ~SyncConnection();

  /// Runs one statement of portable SQL ([name], ?). Values are bound, never spliced into the text.
  /// @throws TranslationError, QueryError, ConstraintViolation, TransientError, TimeoutError, UsageError (wrong number
  /// of parameters, several statements in one text). A failed statement leaves nothing behind.
  ResultSet execute(std::string_view sql, const Params& params = Params(),
                    const ExecuteOptions& options = ExecuteOptions());

  /// Runs one statement for many rows of parameters, all or nothing, and returns the total of affected rows.
  /// A plain INSERT ... VALUES (?, ...) is sent with many rows to a statement. An error names the index of its row.
  ResultSet executemany(std::string_view sql, std::initializer_list<Params> rows,
                        const ExecuteOptions& options = ExecuteOptions());
  ResultSet executemany(std::string_view sql, std::span<const Params> rows,
                        const ExecuteOptions& options = ExecuteOptions());
  ResultSet executemany(std::string_view sql, RowSource& rows, const ExecuteOptions& options = ExecuteOptions());
  /// Rows as tuples, which are bound in place: executemany(sql, std::vector<std::tuple<int, std::string>>{...}).
  template <std::ranges::input_range Range>
  requires(requires { std::tuple_size<std::ranges::range_value_t<Range>>::value; }) ResultSet
      executemany(std::string_view sql, Range&& rows, const ExecuteOptions& options = ExecuteOptions()) {
    TupleSource<std::remove_reference_t<Range>> source(rows);
    return executemany(sql, static_cast<RowSource&>(source), options);
  }

  /// Runs the statements in their order, all or nothing, in one round trip where the engine's protocol can
  /// (PostgreSQL): inside the transaction that is open, or in one of their own. Returns one result for each. An error
  /// names the index of its statement; those behind it did not run. A text that cannot be translated, a wrong number of
  /// parameters, and statements that begin or end transactions are refused before anything is sent.
  std::vector<ResultSet> pipeline(const Pipeline& statements, const ExecuteOptions& options = ExecuteOptions());

  /// Reads the rows one at a time. Without a timeout in the options there is none.
  RowStream stream_query(std::string_view sql, const Params& params = Params(),
                         const ExecuteOptions& options = ExecuteOptions());

  /// Begins a transaction; on SQLite one that may write takes its lock at once (BEGIN IMMEDIATE).
  /// @throws UsageError where one is open already.
  void begin_transaction(const TransactionOptions& options = TransactionOptions());
  /// A commit that fails is rolled back.
  /// @throws UsageError where none is open, for example because the engine had to roll it back.
  void commit_transaction();
  void rollback_transaction();
  /// The engine's own answer.
  [[nodiscard]] bool in_transaction() const noexcept;

  /// Runs work(connection) in a transaction and commits; an exception rolls back. After a TransientError all of it is
  /// run again, with growing random waits, as often as the options allow: `work` must not keep effects outside the
  /// database. Inside an open transaction it joins that one and is not run again.
  template <class Work>
  auto transact(Work&& work, const TransactionOptions& options = TransactionOptions()) {
    using Result = std::invoke_result_t<Work&, SyncConnection&>;
    if constexpr (std::is_void_v<Result>) {
      run_transaction([&] { work(*this); }, options);
    } else {
      std::optional<Result> result;
      run_transaction([&] { result.emplace(work(*this)); }, options);
      return std::move(*result);
    }
  }

  [[nodiscard]] VersionDetails get_version_details();
  [[nodiscard]] const SqlGenerator& sql_generator() const noexcept;
  /// False once the session is gone or close() was called.
  [[nodiscard]] bool is_usable() const noexcept;
  /// Rolls back what is open and closes; every later call throws ConnectionError.
  void close() noexcept;
  /// The client library's own handle; null once closed. What is done through it is the caller's responsibility.
  [[nodiscard]] void* native_handle() noexcept;
  /// Stops the running call from another thread; that call throws. The only member that other threads may call.
  void interrupt() noexcept;

 private:
  explicit SyncConnection(std::unique_ptr<internal::ConnectionCore> core);
  void run_transaction(const std::function<void()>& work, const TransactionOptions& options);

  std::unique_ptr<internal::ConnectionCore> core_;
};

/// Joins the transaction that is open, or runs work in one of its own, once.
template <class Work>
auto auto_transaction(SyncConnection& connection, Work&& work) {
  return connection.transact(std::forward<Work>(work), transaction_options().max_retries(0));
}

}  // namespace dalia
