/// BlockingDriver: a BlockingSession, whose operations are done when they return.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "connections/session_driver.hpp"
#include "dalia/connections/blocking_session.hpp"

namespace dalia::internal {

class BlockingDriver final : public SessionDriver {
 public:
  explicit BlockingDriver(std::unique_ptr<BlockingSession> session) noexcept : session_(std::move(session)) {}

  [[nodiscard]] Soon<std::unique_ptr<PreparedStatement>> prepare(const std::string& native,
                                                                 Deadline deadline) override {
    return session_->prepare(native, deadline);
  }
  Soon<void> start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                   Deadline deadline) override {
    session_->start(statement, parameters, delivery, deadline);
    return Soon<void>();
  }
  [[nodiscard]] Fetched fetch(PreparedStatement& statement, std::span<ValueRef> cells) override {
    return session_->fetch(statement, cells) ? Fetched::Row : Fetched::End;
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

  [[nodiscard]] bool is_usable() const noexcept override { return session_->is_usable(); }
  [[nodiscard]] Session& session() noexcept override { return *session_; }
  [[nodiscard]] const Session& session() const noexcept override { return *session_; }

 private:
  std::unique_ptr<BlockingSession> session_;
};

}  // namespace dalia::internal
