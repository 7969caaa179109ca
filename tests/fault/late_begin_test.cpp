// A BEGIN may take effect on the engine and fail for the caller all the same, when its time limit crosses the answer.
// Then nobody may be left with a transaction that nobody knows of.
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "connections/sqlite/session.hpp"
#include "connections/sqlite/settings.hpp"
#include "dalia/core/error.hpp"
#include "dalia/factory/connection_manager.hpp"
#include "generators/sqlite_entity_generator.hpp"
#include "generators/sqlite_generator.hpp"

namespace dalia {
namespace {

/// An SQLite session whose first statement of a kind takes effect and then reports a timeout.
class LateSession final : public BlockingSession {
 public:
  LateSession(const internal::sqlite::Settings& settings, Deadline deadline, std::string verb)
      : inner_(settings, deadline), verb_(std::move(verb)) {}

  std::unique_ptr<PreparedStatement> prepare(const std::string& native, Deadline deadline) override {
    std::unique_ptr<PreparedStatement> statement = inner_.prepare(native, deadline);
    if (native.starts_with(verb_)) {
      late_.insert(statement.get());
    }
    return statement;
  }
  void start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
             Deadline deadline) override {
    inner_.start(statement, parameters, delivery, deadline);
    if (late_.contains(&statement) && !std::exchange(has_failed_, true)) {
      throw TimeoutError("the answer came too late", TimeoutPhase::Query);
    }
  }
  bool fetch(PreparedStatement& statement, std::span<ValueRef> cells) override {
    return inner_.fetch(statement, cells);
  }
  StatementCounts finish(PreparedStatement& statement) noexcept override { return inner_.finish(statement); }
  void interrupt() noexcept override { inner_.interrupt(); }
  std::string_view backend() const noexcept override { return inner_.backend(); }
  bool in_transaction() const noexcept override { return inner_.in_transaction(); }
  bool is_usable() const noexcept override { return inner_.is_usable(); }
  VersionDetails version_details() override { return inner_.version_details(); }
  void* native_handle() noexcept override { return inner_.native_handle(); }

 private:
  internal::sqlite::SqliteSession inner_;
  std::string verb_;
  std::set<const PreparedStatement*> late_;
  bool has_failed_ = false;
};

class LateDatabase final : public ConnectionManager {
 public:
  explicit LateDatabase(std::string verb)
      : LateDatabase(std::make_unique<internal::SqliteGenerator>(), std::move(verb)) {}

 protected:
  std::unique_ptr<BlockingSession> create_session(Deadline deadline) override {
    return std::make_unique<LateSession>(internal::sqlite::settings_from(config()), deadline, verb_);
  }

 private:
  LateDatabase(std::unique_ptr<SqlGenerator> generator, std::string verb)
      : LateDatabase(generator, std::make_unique<internal::SqliteEntityGenerator>(*generator), std::move(verb)) {}
  LateDatabase(std::unique_ptr<SqlGenerator>& generator, std::unique_ptr<SqlEntityGenerator> entity_generator,
               std::string verb)
      : ConnectionManager(DatabaseConfig::from_url("sqlite::memory:"), std::move(generator),
                          std::move(entity_generator)),
        verb_(std::move(verb)) {}

  std::string verb_;
};

TEST(LateBegin, BeginTransactionLeavesNoneOpen) {
  LateDatabase database("BEGIN");
  const SyncConnectionHandle conn = database.sync_connection();
  EXPECT_THROW(conn->begin_transaction(), TimeoutError);
  EXPECT_FALSE(conn->in_transaction());
  conn->begin_transaction();
  conn->execute("CREATE TABLE [t] ([a] INTEGER)");
  conn->commit_transaction();
}

TEST(LateBegin, ExecutemanyLeavesNoneOpen) {
  LateDatabase database("BEGIN");
  const SyncConnectionHandle conn = database.sync_connection();
  conn->execute("CREATE TABLE [t] ([a] INTEGER)");
  EXPECT_THROW(conn->executemany("INSERT INTO [t] ([a]) VALUES (?)", {params(1), params(2)}), TimeoutError);
  EXPECT_FALSE(conn->in_transaction());
  EXPECT_EQ(conn->execute("SELECT COUNT(*) FROM [t]").front().get<int>(0), 0);
}

TEST(LateBegin, ExecutemanyLeavesTheCallersTransactionAsItWas) {
  LateDatabase database("SAVEPOINT");
  const SyncConnectionHandle conn = database.sync_connection();
  conn->execute("CREATE TABLE [t] ([a] INTEGER)");
  conn->begin_transaction();
  conn->execute("INSERT INTO [t] ([a]) VALUES (0)");
  EXPECT_THROW(conn->executemany("INSERT INTO [t] ([a]) VALUES (?)", {params(1), params(2)}), TimeoutError);
  EXPECT_TRUE(conn->in_transaction());
  conn->commit_transaction();
  EXPECT_EQ(conn->execute("SELECT COUNT(*) FROM [t]").front().get<int>(0), 1);
}

TEST(LateBegin, ASaveLeavesNoneOpen) {
  LateDatabase database("BEGIN");
  const SyncConnectionHandle conn = database.sync_connection();
  EXPECT_THROW(conn->save_entity("users", {{"id", "a"}, {"name", "A"}}), TimeoutError);
  EXPECT_FALSE(conn->in_transaction());
  EXPECT_EQ(conn->save_entity("users", {{"id", "a"}, {"name", "A"}}).version(), 1);
}

}  // namespace
}  // namespace dalia
