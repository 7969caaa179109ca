/// PollDriver: a PollableSession as a blocking one. It waits with poll(), keeps deadlines, and stops on the server what
/// overruns.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/connections/blocking_session.hpp"
#include "dalia/connections/pollable_session.hpp"
#include "dalia/core/row_buffer.hpp"

namespace dalia::internal {

class PollDriver final : public BlockingSession {
 public:
  /// Connects. @throws ConnectionError, AuthenticationError, TimeoutError.
  PollDriver(std::unique_ptr<PollableSession> session, Deadline deadline);
  ~PollDriver() override;

  [[nodiscard]] std::unique_ptr<PreparedStatement> prepare(const std::string& native, Deadline deadline) override;
  void start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
             Deadline deadline) override;
  [[nodiscard]] bool fetch(PreparedStatement& statement, std::span<ValueRef> cells) override;
  StatementCounts finish(PreparedStatement& statement) noexcept override;
  [[nodiscard]] std::unique_ptr<BlockingSession> open_another(Deadline deadline) override;
  void interrupt() noexcept override;

  [[nodiscard]] std::string_view backend() const noexcept override { return session_->backend(); }
  [[nodiscard]] bool in_transaction() const noexcept override { return session_->in_transaction(); }
  [[nodiscard]] bool is_usable() const noexcept override { return is_usable_ && session_->is_usable(); }
  [[nodiscard]] VersionDetails version_details() override { return session_->version_details(); }
  [[nodiscard]] bool fixes_parameter_types() const noexcept override { return session_->fixes_parameter_types(); }
  [[nodiscard]] void* native_handle() noexcept override { return session_->native_handle(); }

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

  void complete(Deadline deadline);
  [[nodiscard]] Readiness wait(Readiness wanted, Deadline deadline);
  void complete_run(const PreparedStatement& statement);
  void cancel(Deadline gives_up_at);
  void make_way();
  [[nodiscard]] std::vector<Kept>::iterator kept(const PreparedStatement& statement) noexcept;
  [[nodiscard]] bool fetch_kept(Kept& kept, std::span<ValueRef> cells);
  [[nodiscard]] StatementCounts end(PreparedStatement& statement);

  std::unique_ptr<PollableSession> session_;
  PreparedStatement* open_ = nullptr;  ///< whose rows still come from the server
  Deadline open_deadline_;
  bool was_in_transaction_ = false;  ///< when the statement began
  std::vector<Kept> kept_;
  bool is_usable_ = true;
  bool was_cancelled_ = false;  ///< the operation that runs, because its time was over
  std::atomic<bool> running_{false};
};

}  // namespace dalia::internal
