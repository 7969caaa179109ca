#include "support/driver.hpp"

#include <utility>

namespace dalia::test {
namespace {

class SyncTestConnection final : public TestConnection {
 public:
  explicit SyncTestConnection(SyncConnectionHandle handle) : handle_(std::move(handle)) {}

  ResultSet execute(std::string_view sql, const Params& params, const ExecuteOptions& options) override {
    return handle_->execute(sql, params, options);
  }
  ResultSet executemany(std::string_view sql, const std::vector<Params>& rows, const ExecuteOptions& options) override {
    return handle_->executemany(sql, std::span<const Params>(rows), options);
  }
  void stream_query(std::string_view sql, const Params& params, const std::function<bool(const Row&)>& visit,
                    const ExecuteOptions& options) override {
    for (const Row& row : handle_->stream_query(sql, params, options)) {
      if (!visit(row)) {
        return;
      }
    }
  }

  void begin_transaction(const TransactionOptions& options) override { handle_->begin_transaction(options); }
  void commit_transaction() override { handle_->commit_transaction(); }
  void rollback_transaction() override { handle_->rollback_transaction(); }
  bool in_transaction() const override { return handle_->in_transaction(); }
  void transact(const std::function<void(TestConnection&)>& work, const TransactionOptions& options) override {
    handle_->transact([&](SyncConnection&) { work(*this); }, options);
  }
  void auto_transaction(const std::function<void(TestConnection&)>& work) override {
    dalia::auto_transaction(*handle_, [&](SyncConnection&) { work(*this); });
  }

  Entity save_entity(std::string_view name, Entity entity, const SaveOptions& options) override {
    return handle_->save_entity(name, std::move(entity), options);
  }
  std::vector<Entity> save_entities(std::string_view name, std::vector<Entity> entities,
                                    const SaveOptions& options) override {
    return handle_->save_entities(name, std::move(entities), options);
  }
  std::optional<Entity> get_entity(std::string_view name, EntityId id, const GetOptions& options) override {
    return handle_->get_entity(name, std::move(id), options);
  }
  std::vector<Entity> find_entities(std::string_view name, const EntityQuery& query) override {
    return handle_->find_entities(name, query);
  }
  std::int64_t count_entities(std::string_view name, const EntityQuery& query) override {
    return handle_->count_entities(name, query);
  }
  bool delete_entity(std::string_view name, EntityId id, const DeleteOptions& options) override {
    return handle_->delete_entity(name, std::move(id), options);
  }
  bool restore_entity(std::string_view name, EntityId id, const RestoreOptions& options) override {
    return handle_->restore_entity(name, std::move(id), options);
  }
  bool erase_entity(std::string_view name, EntityId id, const RestoreOptions& options) override {
    return handle_->erase_entity(name, std::move(id), options);
  }
  std::vector<Entity> get_entity_history(std::string_view name, EntityId id, const GetOptions& options) override {
    return handle_->get_entity_history(name, std::move(id), options);
  }
  std::optional<Entity> get_entity_by_version(std::string_view name, EntityId id, std::int64_t version,
                                              const GetOptions& options) override {
    return handle_->get_entity_by_version(name, std::move(id), version, options);
  }
  std::vector<std::string> plan_entity_schema(std::string_view name, Entity sample) override {
    return handle_->plan_entity_schema(name, std::move(sample));
  }
  std::vector<EntityField> ensure_entity_schema(std::string_view name, Entity sample) override {
    return handle_->ensure_entity_schema(name, std::move(sample));
  }
  std::vector<EntityField> get_entity_fields(std::string_view name) override {
    return handle_->get_entity_fields(name);
  }
  std::vector<std::string> get_entity_names() override { return handle_->get_entity_names(); }

  bool is_usable() const override { return handle_->is_usable(); }
  void close() override { handle_->close(); }

 private:
  SyncConnectionHandle handle_;
};

constexpr Mode all_modes[] = {Mode::Sync};

}  // namespace

std::span<const Mode> modes() {
  return all_modes;
}

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::Sync:
      return "sync";
  }
  return "unknown";
}

std::unique_ptr<TestConnection> connect(ConnectionManager& manager, Mode mode) {
  switch (mode) {
    case Mode::Sync:
      return std::make_unique<SyncTestConnection>(manager.sync_connection());
  }
  return nullptr;
}

}  // namespace dalia::test
