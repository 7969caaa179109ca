/// TestConnection: the calls of a connection as contract tests make them, whatever the mode. A test is written once; a
/// mode forwards to its own kind of connection and waits for the result.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/dalia.hpp"

namespace dalia::test {

/// How a program calls the library.
enum class Mode { Sync, Async };

[[nodiscard]] std::span<const Mode> modes();
[[nodiscard]] std::string_view name_of(Mode mode);

class TestConnection {
 public:
  TestConnection() = default;
  TestConnection(const TestConnection&) = delete;
  TestConnection& operator=(const TestConnection&) = delete;
  virtual ~TestConnection() = default;

  virtual ResultSet execute(std::string_view sql, const Params& params = Params(),
                            const ExecuteOptions& options = ExecuteOptions()) = 0;
  virtual ResultSet executemany(std::string_view sql, const std::vector<Params>& rows,
                                const ExecuteOptions& options = ExecuteOptions()) = 0;
  virtual std::vector<ResultSet> pipeline(const Pipeline& statements,
                                          const ExecuteOptions& options = ExecuteOptions()) = 0;
  /// Calls `visit` for each row until it returns false.
  virtual void stream_query(std::string_view sql, const Params& params, const std::function<bool(const Row&)>& visit,
                            const ExecuteOptions& options = ExecuteOptions()) = 0;

  virtual void begin_transaction(const TransactionOptions& options = TransactionOptions()) = 0;
  virtual void commit_transaction() = 0;
  virtual void rollback_transaction() = 0;
  [[nodiscard]] virtual bool in_transaction() const = 0;
  virtual void transact(const std::function<void(TestConnection&)>& work,
                        const TransactionOptions& options = TransactionOptions()) = 0;
  virtual void auto_transaction(const std::function<void(TestConnection&)>& work) = 0;

  virtual Entity save_entity(std::string_view name, Entity entity, const SaveOptions& options = SaveOptions()) = 0;
  virtual std::vector<Entity> save_entities(std::string_view name, std::vector<Entity> entities,
                                            const SaveOptions& options = SaveOptions()) = 0;
  virtual std::optional<Entity> get_entity(std::string_view name, EntityId id,
                                           const GetOptions& options = GetOptions()) = 0;
  virtual std::vector<Entity> find_entities(std::string_view name, const EntityQuery& query = EntityQuery()) = 0;
  virtual std::int64_t count_entities(std::string_view name, const EntityQuery& query = EntityQuery()) = 0;
  virtual bool delete_entity(std::string_view name, EntityId id, const DeleteOptions& options = DeleteOptions()) = 0;
  virtual bool restore_entity(std::string_view name, EntityId id, const RestoreOptions& options = RestoreOptions()) = 0;
  virtual bool erase_entity(std::string_view name, EntityId id, const RestoreOptions& options = RestoreOptions()) = 0;
  virtual std::vector<Entity> get_entity_history(std::string_view name, EntityId id,
                                                 const GetOptions& options = GetOptions()) = 0;
  virtual std::optional<Entity> get_entity_by_version(std::string_view name, EntityId id, std::int64_t version,
                                                      const GetOptions& options = GetOptions()) = 0;
  virtual std::vector<std::string> plan_entity_schema(std::string_view name, Entity sample) = 0;
  virtual std::vector<EntityField> ensure_entity_schema(std::string_view name, Entity sample) = 0;
  virtual std::vector<EntityField> get_entity_fields(std::string_view name) = 0;
  virtual std::vector<std::string> get_entity_names() = 0;

  [[nodiscard]] virtual bool is_usable() const = 0;
  virtual void close() = 0;
};

/// Opens a connection of that mode.
[[nodiscard]] std::unique_ptr<TestConnection> connect(ConnectionManager& manager, Mode mode);

}  // namespace dalia::test
