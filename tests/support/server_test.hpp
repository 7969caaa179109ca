/// ServerTest: the fixture of the tests that talk to one real server and to no other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/dalia.hpp"
#include "support/backends.hpp"
#include "support/errors.hpp"
#include "support/within_time.hpp"

namespace dalia::test {

/// Has an empty database, or schema, of its own; is skipped, or fails, where there is no server.
class ServerTest : public testing::Test {
 protected:
  explicit ServerTest(std::string_view backend) : backend_(backend_named(backend)) {}
  void SetUp() override;

  [[nodiscard]] DatabaseConfig config() const { return database_->config(); }
  [[nodiscard]] static std::unique_ptr<ConnectionManager> open(const DatabaseConfig& config) {
    return DatabaseFactory::create_database(config);
  }
  [[nodiscard]] ConnectionManager& manager() { return *manager_; }
  [[nodiscard]] SyncConnection& conn() { return **connection_; }
  [[nodiscard]] SyncConnectionHandle connect() { return manager_->sync_connection(); }
  /// The first value of the first row.
  [[nodiscard]] Value one(std::string_view sql, const Params& values = Params());
  /// 42, as a new connection with this configuration is told by the server.
  [[nodiscard]] static int answer_of(const DatabaseConfig& config);

  /// The error of a connection with this configuration, in time and without the password.
  template <class E>
  std::optional<E> refusal(const DatabaseConfig& config) const {
    const WithinTime limit(std::chrono::seconds(5));
    const auto error = expect_error<E>([&] { static_cast<void>(open(config)->sync_connection()); });
    if (error) {
      EXPECT_EQ(error->backend(), backend_.name);
      EXPECT_EQ(error->statement(), "");
      EXPECT_FALSE(error->outcome_unknown());
      if (!config.password.empty()) {
        EXPECT_THAT(error->what(), testing::Not(testing::HasSubstr(config.password)));
      }
    }
    return error;
  }

  /// The error of `sql`, which must be of that type.
  template <class E>
  std::optional<E> error_in(std::string_view sql, const Params& values) {
    std::optional<E> error = expect_error<E>([&] { conn().execute(sql, values); });
    if (error) {
      EXPECT_EQ(error->backend(), backend_.name);
      EXPECT_EQ(error->statement(), sql);
    }
    return error;
  }

 private:
  const Backend& backend_;
  std::unique_ptr<PrivateDatabase> database_;
  std::unique_ptr<ConnectionManager> manager_;
  std::optional<SyncConnectionHandle> connection_;
};

}  // namespace dalia::test
