#include "connections/session_driver.hpp"

#include "dalia/core/error.hpp"

namespace dalia::internal {

ErrorFacts facts_of(const Session& session) {
  ErrorFacts facts;
  facts.backend = session.backend();
  return facts;
}

task<std::optional<Notification>> SessionDriver::notification(Deadline) {
  throw UsageError("this engine sends no notifications");
  co_return std::nullopt;
}

void SessionDriver::throw_cancelled() const {
  throw CancelledError("the operation was cancelled", facts_of(session()));
}

}  // namespace dalia::internal
