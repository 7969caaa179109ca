#include "dalia/connections/session.hpp"

#include "dalia/connections/blocking_session.hpp"
#include "dalia/connections/pollable_session.hpp"
#include "dalia/core/error.hpp"

namespace dalia {

PreparedStatement::~PreparedStatement() = default;

Session::~Session() = default;

void BlockingSession::restrict_to_reads() noexcept {}

std::unique_ptr<BlockingSession> BlockingSession::open_another(Deadline) {
  throw UsageError("sessions of this engine open no other one");
}

std::unique_ptr<PollableSession> PollableSession::make_another() const {
  return nullptr;
}

bool PollableSession::take_notification(Notification&) {
  throw UsageError("this engine sends no notifications");
}

void PollableSession::begin_pipeline(std::span<const Execution>) {
  throw UsageError("sessions of this engine send one statement at a time");
}

void PollableSession::begin_answer() {}

}  // namespace dalia
