/// The session of MariaDB and MySQL.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connections/mysql/call.hpp"
#include "connections/mysql/error_map.hpp"
#include "connections/mysql/handles.hpp"
#include "connections/mysql/settings.hpp"
#include "connections/mysql/statement.hpp"
#include "dalia/connections/pollable_session.hpp"

namespace dalia::internal::mysql {

/// Connector/C in its non-blocking form: every operation is a chain of calls, and advance() starts the next one.
class MySqlSession final : public PollableSession {
 public:
  explicit MySqlSession(Settings settings);
  ~MySqlSession() override;

  void begin_connect() override;
  [[nodiscard]] std::unique_ptr<PreparedStatement> begin_prepare(const std::string& native) override;
  void begin_execute(PreparedStatement& prepared, std::span<const ValueRef> parameters, RowDelivery delivery) override;
  [[nodiscard]] Fetched fetch(PreparedStatement& prepared, std::span<ValueRef> cells) override;
  void begin_finish(PreparedStatement& prepared) override;
  [[nodiscard]] StatementCounts counts() const noexcept override { return counts_; }
  [[nodiscard]] Readiness step(Readiness ready) override;
  [[nodiscard]] int descriptor() const noexcept override;
  [[nodiscard]] Deadline wakes_at() const noexcept override { return wakes_at_; }
  void cancel(Deadline deadline) noexcept override;
  /// A killed SLEEP() returns as if it had woken up, and so does what waits in the same way.
  [[nodiscard]] bool ends_well_when_cancelled() const noexcept override { return true; }
  [[nodiscard]] std::unique_ptr<PollableSession> make_another() const override;

  [[nodiscard]] std::string_view backend() const noexcept override { return "mysql"; }
  [[nodiscard]] bool in_transaction() const noexcept override { return in_transaction_; }
  [[nodiscard]] bool is_usable() const noexcept override { return is_connected_; }
  [[nodiscard]] VersionDetails version_details() override;
  [[nodiscard]] void* native_handle() noexcept override { return connection_.get(); }

 private:
  enum class Operation {
    None,
    Connect,
    MakeSettings,
    AskLimits,   ///< max_allowed_packet
    ReadLimits,  ///< its answer
    CloseOld,    ///< a statement nobody wants any more; a Prepare follows
    Prepare,
    Execute,
    Store,  ///< all rows
    RunText,
    StoreText,
    Fetch,       ///< one more row of a stream
    NextResult,  ///< what a procedure gives besides its first rows
    Free,        ///< what is left of the rows
    AskStatus    ///< after an error, whose answer does not say whether a transaction is open
  };

  void advance();
  void open_address();
  void connected();
  void limits_read();
  void start_prepare();
  void prepared();
  void start_execute();
  void executed();
  void ran_text();
  void next_result_read();
  void take_columns();
  void renew_and_run();
  void end();
  [[nodiscard]] Fetched end_of_rows();
  [[nodiscard]] StatementHandle new_handle();
  [[nodiscard]] NativeError statement_error() const;
  [[nodiscard]] NativeError connection_error() const;
  /// Once the server has told the state of the transaction, throws what the error means.
  void fail(const NativeError& error);
  void fail_in_rows();
  void fail(std::exception_ptr failure);
  void status_told();
  void lost() noexcept;
  [[nodiscard]] Readiness wanted();

  Settings settings_;
  std::size_t address_ = 0;  ///< the one in use
  ConnectionHandle connection_;
  std::shared_ptr<ClosedStatements> closed_ = std::make_shared<ClosedStatements>();
  unsigned long thread_id_ = 0;     ///< on the server
  std::size_t longest_packet_ = 0;  ///< in bytes, that the server takes
  bool has_arrays_ = false;         ///< the server takes parameters for several rows at once
  bool is_connected_ = false;
  bool in_transaction_ = false;

  Operation operation_ = Operation::None;
  Call call_;
  Deadline wakes_at_;
  std::string settings_sql_;        ///< lives while its query runs
  Statement* statement_ = nullptr;  ///< of the operation
  std::span<const ValueRef> parameters_;
  RowDelivery delivery_ = RowDelivery::Whole;
  bool runs_after_prepare_ = false;  ///< it was prepared again to be run
  bool has_rows_ = false;            ///< of the statement that runs, not all read yet
  bool is_stored_ = false;           ///< its rows are all in memory
  bool row_is_fetched_ = false;      ///< by the operation Fetch; the call holds its result
  bool is_status_known_ = true;
  std::exception_ptr failure_;  ///< to be thrown after AskStatus
  StatementCounts counts_;
};

}  // namespace dalia::internal::mysql
