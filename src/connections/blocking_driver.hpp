/// BlockingDriver: a BlockingSession, whose operations are done when they return.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "connections/session_driver.hpp"
#include "dalia/connections/blocking_session.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {

class BlockingDriver final : public SessionDriver {
 public:
  explicit BlockingDriver(std::unique_ptr<BlockingSession> session) noexcept : session_(std::move(session)) {}

  [[nodiscard]] Soon<std::unique_ptr<PreparedStatement>> prepare(const std::string& native,
                                                                 Deadline deadline) override {
    heed_cancellation(deadline);
    return stoppable(deadline, [&] { return session_->prepare(native, deadline); });
  }
  Soon<void> start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                   Deadline deadline) override {
    heed_cancellation(deadline);
    stoppable(deadline, [&] { session_->start(statement, parameters, delivery, deadline); });
    return Soon<void>();
  }
  [[nodiscard]] Fetched fetch(PreparedStatement& statement, std::span<ValueRef> cells) override {
    return stoppable(Deadline(), [&] { return session_->fetch(statement, cells); }) ? Fetched::Row : Fetched::End;
  }
  Soon<void> await_row(PreparedStatement&) override { return Soon<void>(); }
  [[nodiscard]] Soon<StatementCounts> finish(PreparedStatement& statement) noexcept override {
    return session_->finish(statement);
  }
  [[nodiscard]] Soon<std::unique_ptr<SessionDriver>> open_another(Deadline deadline) override {
    return std::unique_ptr<SessionDriver>(std::make_unique<BlockingDriver>(session_->open_another(deadline)));
  }
  void restrict_to_reads() noexcept override { session_->restrict_to_reads(); }
  void interrupt() noexcept override { session_->interrupt(); }
  void stop_call() noexcept override {
    cancellation()->while_requested([this] { session_->interrupt(); });
  }

  [[nodiscard]] bool is_usable() const noexcept override { return session_->is_usable(); }
  [[nodiscard]] Session& session() noexcept override { return *session_; }
  [[nodiscard]] const Session& session() const noexcept override { return *session_; }

 private:
  template <class Action>
  auto stoppable(Deadline deadline, Action action) -> decltype(action()) {
    try {
      return action();
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error& error) {
      if (!take_cancellation(deadline)) {
        throw;
      }
      throw CancelledError("the operation was cancelled and its statement stopped", error.facts());
    }
  }

  std::unique_ptr<BlockingSession> session_;
};

}  // namespace dalia::internal
