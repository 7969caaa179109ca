/// The session of PostgreSQL.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connections/postgres/handles.hpp"
#include "connections/postgres/settings.hpp"
#include "connections/postgres/statement.hpp"
#include "connections/postgres/type_catalogue.hpp"
#include "dalia/connections/pollable_session.hpp"

namespace dalia::internal::postgres {

/// libpq in its non-blocking mode. Statements are prepared and described in one round trip, in pipeline mode; single
/// ones run outside of it.
class PostgresSession final : public PollableSession {
 public:
  explicit PostgresSession(Settings settings);
  ~PostgresSession() override;

  void begin_connect() override;
  [[nodiscard]] std::unique_ptr<PreparedStatement> begin_prepare(const std::string& native) override;
  void begin_execute(PreparedStatement& prepared, std::span<const ValueRef> parameters, RowDelivery delivery) override;
  [[nodiscard]] Fetched fetch(PreparedStatement& prepared, std::span<ValueRef> cells) override;
  void begin_finish(PreparedStatement& prepared) override;
  [[nodiscard]] StatementCounts counts() const noexcept override { return counts_; }
  [[nodiscard]] bool can_pipeline() const noexcept override { return true; }
  void begin_pipeline(std::span<const Execution> executions) override;
  void begin_answer() override;
  [[nodiscard]] Readiness step(Readiness ready) override;
  [[nodiscard]] Deadline wakes_at() const noexcept override { return host_deadline_; }
  [[nodiscard]] int descriptor() const noexcept override { return PQsocket(connection_.get()); }
  void cancel(Deadline deadline) noexcept override;
  [[nodiscard]] bool take_notification(Notification& notification) override;

  [[nodiscard]] std::string_view backend() const noexcept override { return "postgres"; }
  [[nodiscard]] bool in_transaction() const noexcept override { return in_transaction_; }
  [[nodiscard]] bool is_usable() const noexcept override {
    return PQstatus(connection_.get()) == CONNECTION_OK && !cancel_is_late_;
  }
  [[nodiscard]] VersionDetails version_details() override;
  [[nodiscard]] bool fixes_parameter_types() const noexcept override { return true; }
  [[nodiscard]] void* native_handle() noexcept override { return connection_.get(); }

 private:
  enum class Operation {
    None,
    Connect,
    Prepare,   ///< the answers to Parse and Describe
    AskTypes,  ///< the catalogue's answer
    Execute,
    Fetch,    ///< one more row of a stream
    Finish,   ///< what is left of a stream
    Pipeline  ///< one more answer of a pipeline
  };
  /// How far the executions of a pipeline have come.
  struct Pipeline {
    std::size_t sent = 0;
    std::size_t answered = 0;  ///< with success
    std::size_t awaited = 0;   ///< answers, with and without success
    std::size_t unflushed_bytes = 0;
    bool is_open = false;      ///< the link is in pipeline mode
    bool is_synced = false;    ///< nothing more is sent before the link has left it
    bool is_prepared = false;  ///< the next statement was prepared again for it
    std::exception_ptr failure;
  };

  void start_connecting();
  [[nodiscard]] Readiness step_connect(Readiness ready);
  [[nodiscard]] std::size_t hosts_left() const noexcept;
  [[nodiscard]] Readiness watch_host() noexcept;
  void leave_host();
  void connected();
  [[nodiscard]] Readiness step_exchange(Readiness ready);
  /// @return whether the operation is done.
  [[nodiscard]] bool take(ResultHandle result);
  [[nodiscard]] bool take_prepared(ResultHandle result);
  [[nodiscard]] bool take_types(ResultHandle result);
  [[nodiscard]] bool take_executed(ResultHandle result);
  [[nodiscard]] bool end_execute();
  void keep(ResultHandle result);
  void check_commit();
  void end_copy(const PGresult* result);
  void check_pipeline_mode_is_off();
  void send_prepare();
  void send_closings();
  [[nodiscard]] std::string next_name();
  void send_execute();
  [[nodiscard]] Readiness step_pipeline(Readiness ready);
  [[nodiscard]] bool open_pipeline();
  [[nodiscard]] bool send_pipeline();
  [[nodiscard]] bool send_next();
  [[nodiscard]] bool needs_preparing(const Execution& execution) const;
  [[nodiscard]] bool take_answer(ResultHandle result);
  [[nodiscard]] bool close_pipeline();
  [[nodiscard]] bool flush();
  [[nodiscard]] bool is_broken() const noexcept;
  void sent(int success);
  [[noreturn]] void lost();
  void end() noexcept;

  Settings settings_;
  ConnectionHandle connection_;
  std::shared_ptr<PGcancel> cancel_;         ///< never changes once connected
  std::atomic<bool> cancel_is_late_{false};  ///< one is still on its way, and would hit whatever runs then
  Deadline host_deadline_;                   ///< while connecting to one of several hosts
  std::size_t watched_host_ = 0;             ///< by how many come after it
  TypeCatalogue types_;
  std::shared_ptr<ClosedStatements> closed_ = std::make_shared<ClosedStatements>();
  unsigned long last_name_ = 0;

  Operation operation_ = Operation::None;
  Statement* statement_ = nullptr;  ///< of the operation
  std::span<const ValueRef> parameters_;
  std::span<const Execution> executions_;
  Pipeline pipeline_;
  RowDelivery delivery_ = RowDelivery::Whole;
  bool flushed_ = true;
  bool runs_after_prepare_ = false;  ///< it was prepared again to be run
  bool closes_ = false;              ///< answers to closings come before those of a Prepare
  std::vector<Oid> asked_types_;
  ResultHandle failure_;
  bool was_copy_ = false;
  bool rolled_back_instead_ = false;  ///< a COMMIT
  bool in_transaction_ = false;
  bool stream_ended_ = true;
  StatementCounts counts_;
};

}  // namespace dalia::internal::postgres
