/// PostgresTest: the fixture of the tests that talk to a real PostgreSQL and to no other.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "dalia/dalia.hpp"
#include "support/backends.hpp"
#include "support/errors.hpp"

namespace dalia::test {

/// Has a schema of its own on the server of DALIA_TEST_POSTGRES_URL; is skipped, or fails, where there is none.
class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    const Backend& backend = backend_named("postgres");
    require_server(backend);
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    database_ = std::make_unique<PrivateDatabase>(backend);
    manager_ = open(config());
    connection_.emplace(manager_->sync_connection());
  }

  [[nodiscard]] DatabaseConfig config() const { return database_->config(); }
  [[nodiscard]] static std::unique_ptr<ConnectionManager> open(const DatabaseConfig& config) {
    return DatabaseFactory::create_database(config);
  }
  [[nodiscard]] ConnectionManager& manager() { return *manager_; }
  [[nodiscard]] SyncConnection& conn() { return **connection_; }
  [[nodiscard]] SyncConnectionHandle connect() { return manager_->sync_connection(); }
  [[nodiscard]] static int process_id(SyncConnection& connection) {
    return connection.execute("SELECT pg_backend_pid()").front().get<int>(0);
  }
  [[nodiscard]] std::string setting(const std::string& name) {
    return conn().execute("SELECT current_setting(?)", params(name)).front().get<std::string>(0);
  }

  /// The error of `sql`, which must be of that type and have this code.
  template <class E>
  std::optional<E> error_of(const std::string& sqlstate, std::string_view sql, const Params& values = Params()) {
    std::optional<E> error = expect_error<E>([&] { conn().execute(sql, values); });
    if (error) {
      EXPECT_EQ(error->sqlstate(), sqlstate) << error->what();
      EXPECT_EQ(error->backend(), "postgres");
      EXPECT_EQ(error->statement(), sql);
    }
    return error;
  }

 private:
  std::unique_ptr<PrivateDatabase> database_;
  std::unique_ptr<ConnectionManager> manager_;
  std::optional<SyncConnectionHandle> connection_;
};

/// Fails the test where the work takes longer.
class WithinTime {
 public:
  explicit WithinTime(std::chrono::milliseconds limit) : limit_(limit) {}
  WithinTime(const WithinTime&) = delete;
  WithinTime& operator=(const WithinTime&) = delete;
  ~WithinTime() { EXPECT_LT(std::chrono::steady_clock::now() - began_, limit_); }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::milliseconds limit_;
};

}  // namespace dalia::test
