#include "support/server_test.hpp"

namespace dalia::test {

void ServerTest::SetUp() {
  require_server(backend_);
  if (IsSkipped() || HasFatalFailure()) {
    return;
  }
  database_ = std::make_unique<PrivateDatabase>(backend_);
  manager_ = open(config());
  connection_.emplace(manager_->sync_connection());
}

Value ServerTest::one(std::string_view sql, const Params& values) {
  return Value(conn().execute(sql, values).front()[std::size_t{0}]);
}

int ServerTest::answer_of(const DatabaseConfig& config) {
  return open(config)->sync_connection()->execute("SELECT 42").front().get<int>(0);
}

}  // namespace dalia::test
