#include "dalia/connections/session.hpp"

#include "dalia/connections/blocking_session.hpp"

namespace dalia {

PreparedStatement::~PreparedStatement() = default;

Session::~Session() = default;

void BlockingSession::restrict_to_reads() noexcept {}

}  // namespace dalia
