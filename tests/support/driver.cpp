#include "support/driver.hpp"

#include <atomic>
#include <thread>
#include <utility>

#include "dalia/asio.hpp"
#include "support/test_executors.hpp"

namespace dalia::test {
namespace {

/// Calls block.
class SyncAccess {
 public:
  explicit SyncAccess(ConnectionManager& manager) : handle_(manager.sync_connection()) {}

  /// @param operation  (connection, token...) -> what that call of the connection returns.
  template <class Operation>
  auto call(Operation operation) {
    return operation(*handle_);
  }
  [[nodiscard]] SyncConnection& connection() const { return *handle_; }

  void stream_query(std::string_view sql, const Params& params, const std::function<bool(const Row&)>& visit,
                    const ExecuteOptions& options) {
    for (const Row& row : handle_->stream_query(sql, params, options)) {
      if (!visit(row)) {
        return;
      }
    }
  }
  void transact(const std::function<void()>& work, const TransactionOptions& options) {
    handle_->transact([&](SyncConnection&) { work(); }, options);
  }
  void auto_transaction(const std::function<void()>& work) {
    dalia::auto_transaction(*handle_, [&](SyncConnection&) { work(); });
  }

 private:
  SyncConnectionHandle handle_;
};

/// The work of a test blocks, which a coroutine of the loop must not.
auto on_a_thread(const std::function<void()>& work) {
  return [&work](AsyncConnection&) -> net::awaitable<void> {
    auto blocking = [&work]() -> net::awaitable<void> {
      work();
      co_return;
    };
    co_await net::co_spawn(blocking_test_executor(), blocking, net::use_awaitable);
  };
}

/// Calls give futures. Every other connection waits on a loop with one thread, the rest on one with several.
class AsyncAccess {
 public:
  explicit AsyncAccess(ConnectionManager& manager)
      : handle_(manager.async_connection(next_test_executor(), net::use_future).get()) {}

  template <class Operation>
  auto call(Operation operation) {
    return operation(*handle_, net::use_future).get();
  }
  [[nodiscard]] AsyncConnection& connection() const { return *handle_; }

  void stream_query(std::string_view sql, const Params& params, const std::function<bool(const Row&)>& visit,
                    const ExecuteOptions& options) {
    constexpr std::size_t part_size = 3;
    AsyncRowStream stream = handle_->stream_query(sql, params, options, net::use_future).get();
    for (ResultSet part = stream.read(part_size, net::use_future).get(); !part.empty();
         part = stream.read(part_size, net::use_future).get()) {
      for (const Row row : part) {
        if (!visit(row)) {
          return;
        }
      }
    }
  }
  void transact(const std::function<void()>& work, const TransactionOptions& options) {
    handle_->transact(on_a_thread(work), options, net::use_future).get();
  }
  void auto_transaction(const std::function<void()>& work) {
    dalia::auto_transaction(*handle_, on_a_thread(work), net::use_future).get();
  }

 private:
  AsyncConnectionHandle handle_;
};

template <class Access>
class TestConnectionOver final : public TestConnection {
 public:
  explicit TestConnectionOver(ConnectionManager& manager) : access_(manager) {}

  ResultSet execute(std::string_view sql, const Params& params, const ExecuteOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.execute(sql, params, options, token...); });
  }
  ResultSet executemany(std::string_view sql, const std::vector<Params>& rows, const ExecuteOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.executemany(sql, rows, options, token...); });
  }
  std::vector<ResultSet> pipeline(const Pipeline& statements, const ExecuteOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.pipeline(statements, options, token...); });
  }
  void stream_query(std::string_view sql, const Params& params, const std::function<bool(const Row&)>& visit,
                    const ExecuteOptions& options) override {
    access_.stream_query(sql, params, visit, options);
  }

  void begin_transaction(const TransactionOptions& options) override {
    access_.call([&](auto& conn, auto... token) { return conn.begin_transaction(options, token...); });
  }
  void commit_transaction() override {
    access_.call([](auto& conn, auto... token) { return conn.commit_transaction(token...); });
  }
  void rollback_transaction() override {
    access_.call([](auto& conn, auto... token) { return conn.rollback_transaction(token...); });
  }
  bool in_transaction() const override { return access_.connection().in_transaction(); }
  void transact(const std::function<void(TestConnection&)>& work, const TransactionOptions& options) override {
    access_.transact([&] { work(*this); }, options);
  }
  void auto_transaction(const std::function<void(TestConnection&)>& work) override {
    access_.auto_transaction([&] { work(*this); });
  }

  Entity save_entity(std::string_view name, Entity entity, const SaveOptions& options) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.save_entity(name, std::move(entity), options, token...); });
  }
  std::vector<Entity> save_entities(std::string_view name, std::vector<Entity> entities,
                                    const SaveOptions& options) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.save_entities(name, std::move(entities), options, token...); });
  }
  std::optional<Entity> get_entity(std::string_view name, EntityId id, const GetOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.get_entity(name, id, options, token...); });
  }
  std::vector<Entity> find_entities(std::string_view name, const EntityQuery& query) override {
    return access_.call([&](auto& conn, auto... token) { return conn.find_entities(name, query, token...); });
  }
  std::int64_t count_entities(std::string_view name, const EntityQuery& query) override {
    return access_.call([&](auto& conn, auto... token) { return conn.count_entities(name, query, token...); });
  }
  bool delete_entity(std::string_view name, EntityId id, const DeleteOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.delete_entity(name, id, options, token...); });
  }
  bool restore_entity(std::string_view name, EntityId id, const RestoreOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.restore_entity(name, id, options, token...); });
  }
  bool erase_entity(std::string_view name, EntityId id, const RestoreOptions& options) override {
    return access_.call([&](auto& conn, auto... token) { return conn.erase_entity(name, id, options, token...); });
  }
  std::vector<Entity> get_entity_history(std::string_view name, EntityId id, const GetOptions& options) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.get_entity_history(name, id, options, token...); });
  }
  std::optional<Entity> get_entity_by_version(std::string_view name, EntityId id, std::int64_t version,
                                              const GetOptions& options) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.get_entity_by_version(name, id, version, options, token...); });
  }
  std::vector<std::string> plan_entity_schema(std::string_view name, Entity sample) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.plan_entity_schema(name, std::move(sample), token...); });
  }
  std::vector<EntityField> ensure_entity_schema(std::string_view name, Entity sample) override {
    return access_.call(
        [&](auto& conn, auto... token) { return conn.ensure_entity_schema(name, std::move(sample), token...); });
  }
  std::vector<EntityField> get_entity_fields(std::string_view name) override {
    return access_.call([&](auto& conn, auto... token) { return conn.get_entity_fields(name, token...); });
  }
  std::vector<std::string> get_entity_names() override {
    return access_.call([](auto& conn, auto... token) { return conn.get_entity_names(token...); });
  }

  bool is_usable() const override { return access_.connection().is_usable(); }
  void close() override {
    access_.call([](auto& conn, auto... token) { return conn.close(token...); });
  }

 private:
  Access access_;
};

constexpr Mode all_modes[] = {Mode::Sync, Mode::Async};

}  // namespace

std::span<const Mode> modes() {
  return all_modes;
}

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::Sync:
      return "sync";
    case Mode::Async:
      return "async";
  }
  return "unknown";
}

std::unique_ptr<TestConnection> connect(ConnectionManager& manager, Mode mode) {
  switch (mode) {
    case Mode::Sync:
      return std::make_unique<TestConnectionOver<SyncAccess>>(manager);
    case Mode::Async:
      return std::make_unique<TestConnectionOver<AsyncAccess>>(manager);
  }
  return nullptr;
}

}  // namespace dalia::test
