/// PollDriver: drives a PollableSession. It waits through a LinkWaiter, keeps deadlines, and stops on the server what
/// overruns.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "connections/link_waiter.hpp"
#include "connections/session_driver.hpp"
#include "dalia/connections/pollable_session.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/row_buffer.hpp"

namespace dalia::internal {

class PollDriver final : public SessionDriver {
 public:
  PollDriver(std::unique_ptr<PollableSession> session, std::unique_ptr<LinkWaiter> waiter) noexcept;
  ~PollDriver() override;

  /// A connected driver that blocks. @throws as connect.
  [[nodiscard]] static std::unique_ptr<PollDriver> open(std::unique_ptr<PollableSession> session, Deadline deadline);
  /// To be done first. @throws ConnectionError, AuthenticationError, TimeoutError.
  task<void> connect(Deadline deadline);
  /// From now on it waits through this one. Not while an operation runs.
  void wait_through(std::unique_ptr<LinkWaiter> waiter) noexcept { waiter_ = std::move(waiter); }

  [[nodiscard]] Soon<std::unique_ptr<PreparedStatement>> prepare(const std::string& native, Deadline deadline) override;
  Soon<void> start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                   Deadline deadline) override;
  [[nodiscard]] Fetched fetch(PreparedStatement& statement, std::span<ValueRef> cells) override;
  Soon<void> await_row(PreparedStatement& statement) override;
  [[nodiscard]] bool can_pipeline() const noexcept override { return session_->can_pipeline(); }
  Soon<void> start_pipeline(std::span<const Execution> executions, Deadline deadline) override;
  Soon<void> await_answer() override;
  [[nodiscard]] StatementCounts counts() const noexcept override { return session_->counts(); }
  void end_pipeline() noexcept override;
  void leave_answers() noexcept override { is_usable_ = false; }
  [[nodiscard]] Soon<StatementCounts> finish(PreparedStatement& statement) noexcept override;
  [[nodiscard]] task<std::optional<Notification>> notification(Deadline deadline) override;
  [[nodiscard]] Soon<std::unique_ptr<SessionDriver>> open_another(Deadline deadline) override;
  void restrict_to_reads() noexcept override {}
  void interrupt() noexcept override;
  void cut() noexcept override;

  [[nodiscard]] bool is_usable() const noexcept override { return is_usable_ && session_->is_usable(); }
  [[nodiscard]] Session& session() noexcept override { return *session_; }
  [[nodiscard]] const Session& session() const noexcept override { return *session_; }

 private:
  /// The rest of a stream that made way for another statement.
  struct Kept {
    PreparedStatement* statement = nullptr;
    std::size_t width = 0;
    RowBuffer rows;
    std::size_t next = 0;  ///< cell
    StatementCounts counts;
    std::exception_ptr failure;
  };

  enum class Stop { None, TimeLimit, Cancellation };

  [[nodiscard]] task<std::unique_ptr<PreparedStatement>> prepare_later(const std::string& native, Deadline deadline);
  Soon<void> start_now(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                       Deadline deadline);
  task<void> start_later(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                         Deadline deadline);
  Soon<void> start_pipeline_now(std::span<const Execution> executions, Deadline deadline);
  task<void> start_pipeline_later(std::span<const Execution> executions, Deadline deadline);
  task<StatementCounts> finish_later(Soon<void> rest);
  Soon<void> begin_end(PreparedStatement& statement);
  task<void> make_way();

  Soon<void> complete(Deadline deadline, const PreparedStatement* running);
  task<void> wait_until_complete(Readiness wanted, Deadline limit, const PreparedStatement* running);
  [[noreturn]] void rethrow_link_failure(const ConnectionError& error, const PreparedStatement* running) const;
  [[nodiscard]] task<std::unique_ptr<SessionDriver>> open_aside(std::unique_ptr<PollableSession> session,
                                                                Deadline deadline);
  [[nodiscard]] bool is_to_stop(Deadline deadline, Deadline limit) noexcept;
  [[noreturn]] void throw_stopped(ErrorFacts facts, const PreparedStatement* running) const;
  [[noreturn]] void give_up();
  [[nodiscard]] LinkWaiter::Awaiter wait(Readiness wanted, Deadline deadline) noexcept;
  [[nodiscard]] Readiness with_timer(Readiness ready, Readiness wanted, Deadline deadline) const noexcept;

  [[nodiscard]] std::vector<Kept>::iterator kept(const PreparedStatement& statement) noexcept;
  [[nodiscard]] static Fetched fetch_kept(Kept& kept, std::span<ValueRef> cells);

  std::unique_ptr<PollableSession> session_;
  std::unique_ptr<LinkWaiter> waiter_;
  PreparedStatement* open_ = nullptr;  ///< whose rows still come from the server
  Deadline open_deadline_;
  bool was_in_transaction_ = false;  ///< when the statement began
  /// Those that share a round trip, from the one whose answer is there or next.
  std::span<const Execution> pipeline_;
  bool is_pipeline_ = false;
  const PreparedStatement* pipeline_end_ = nullptr;  ///< decides what the death of the link means for all of them
  std::vector<Kept> kept_;
  bool is_usable_ = true;
  Stop stop_ = Stop::None;  ///< why the operation that runs was cancelled on the server
  std::atomic<bool> running_{false};
};

}  // namespace dalia::internal
