/// PostgresTest: the fixture of the tests that talk to a real PostgreSQL and to no other.
#pragma once

#include <optional>
#include <string>

#include "support/server_test.hpp"

namespace dalia::test {

class PostgresTest : public ServerTest {
 protected:
  PostgresTest() : ServerTest("postgres") {}

  [[nodiscard]] static int process_id(SyncConnection& connection) {
    return connection.execute("SELECT pg_backend_pid()").front().get<int>(0);
  }
  [[nodiscard]] std::string setting(const std::string& name) {
    return one("SELECT current_setting(?)", params(name)).get<std::string>();
  }

  /// The error of `sql`, which must be of that type and have this code.
  template <class E>
  std::optional<E> error_of(const std::string& sqlstate, std::string_view sql, const Params& values = Params()) {
    std::optional<E> error = error_in<E>(sql, values);
    if (error) {
      EXPECT_EQ(error->sqlstate(), sqlstate) << error->what();
    }
    return error;
  }
};

}  // namespace dalia::test
