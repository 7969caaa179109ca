// The texts for PostgreSQL, prepared on a real server; those of not_on_postgres.txt to see that it refuses them.
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "connections/poll_driver.hpp"
#include "connections/postgres/session.hpp"
#include "connections/postgres/settings.hpp"
#include "dalia/core/error.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "golden/golden_files.hpp"
#include "support/backends.hpp"

namespace dalia::golden {
namespace {

class GoldenPostgres : public testing::Test {
 protected:
  void SetUp() override {
    const test::Backend& backend = test::backend_named("postgres");
    test::require_server(backend);
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    database_ = std::make_unique<test::PrivateDatabase>(backend);
    session_ = internal::PollDriver::open(
        std::make_unique<internal::postgres::PostgresSession>(internal::postgres::settings_from(database_->config())),
        Deadline());
    make_tables();
  }

  /// Number of parameters of the statement, or nothing if the server refuses it.
  std::optional<std::size_t> parameter_count(const std::string& sql) {
    try {
      return run_sync(session_->prepare(sql, Deadline()))->parameter_count();
    } catch (const QueryError& error) {
      message_ = error.what();
      return std::nullopt;
    }
  }

  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  void make_tables() {
    std::string schema = content_of(directory() / "schema.postgres.sql");
    for (std::size_t end = schema.find(";\n"); end != std::string::npos; end = schema.find(";\n")) {
      const std::string text = schema.substr(0, end);
      const auto statement = run_sync(session_->prepare(text, Deadline()));
      run_sync(session_->start(*statement, {}, RowDelivery::Whole, Deadline()));
      static_cast<void>(run_sync(session_->finish(*statement)));
      schema.erase(0, end + 2);
    }
  }

  std::unique_ptr<test::PrivateDatabase> database_;
  std::unique_ptr<internal::PollDriver> session_;
  std::string message_;
};

TEST_F(GoldenPostgres, PreparesItsTexts) {
  std::map<std::string, std::string> refused = refused_by("postgres");
  const auto generator = make_sql_generator("postgres");
  std::size_t prepared = 0;
  for (const std::string& name : statement_names()) {
    if (!std::filesystem::exists(file_of(name, ".postgres.sql"))) {
      EXPECT_FALSE(refused.contains(name)) << name << " is already refused by translation";
      continue;
    }
    SCOPED_TRACE(name);
    const std::string native = content_of(file_of(name, ".postgres.sql"));
    const std::optional<std::size_t> count = parameter_count(native);
    if (refused.erase(name) > 0) {
      EXPECT_FALSE(count) << "PostgreSQL prepares it; remove it from not_on_postgres.txt";
      continue;
    }
    EXPECT_TRUE(count) << message() << ": " << native;
    if (count) {
      EXPECT_EQ(*count, generator->convert_query_to_native(content_of(file_of(name, ".sql"))).parameter_count);
      ++prepared;
    }
  }
  EXPECT_GE(prepared, 60U);
  EXPECT_TRUE(refused.empty()) << "not_on_postgres.txt names " << refused.begin()->first << ", which does not exist";
}

}  // namespace
}  // namespace dalia::golden
