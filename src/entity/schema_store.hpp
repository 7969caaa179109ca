/// SchemaStore: one connection's view of the entity schemas: finds, loads and changes them.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dalia/core/entity.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_context.hpp"
#include "entity/schema.hpp"
#include "entity/schema_cache.hpp"
#include "entity/schema_change.hpp"

namespace dalia::internal {

/// See SaveSql, which other statements are as well: those take their parameters as they are listed.
struct WriteStatement {
  StatementText sql;
  std::vector<std::size_t> places;
};

/// A schema with the statements that write the shapes this connection has saved.
struct KnownSchema {
  std::shared_ptr<const Schema> schema;
  std::unordered_map<std::string, WriteStatement> writes;  ///< by shape
  std::size_t updates_in_a_row = 0;                        ///< by saves with a given id, to the last one
};

/// Belongs to its connection. Pointers it gives out are valid until its next call.
class SchemaStore {
 public:
  SchemaStore(Executor& on, EntityContext& context) : on_(on), context_(context) {}

  /// What is known without asking the database; null where nothing is.
  [[nodiscard]] KnownSchema* known(const std::string& entity);
  /// Whether the transaction that is open may have changed the entity's tables, and may have undone that since.
  [[nodiscard]] bool is_in_doubt(const std::string& entity) const {
    return on_.in_transaction() && private_.contains(entity);
  }
  /// The transaction that is open, if any, is about to use the entity's tables.
  void note_use(const std::string& entity);
  /// Known, or loaded; null where the entity has no tables.
  task<KnownSchema*> find(std::string entity, Deadline deadline);
  /// Forgets what is known and loads; null where the entity has no tables.
  task<KnownSchema*> reload(std::string entity, Deadline deadline);
  /// Makes the tables ready for these entities, as far as the mode allows. `entities` lives in the awaiting frame.
  /// @throws UnknownField, TypeConflict, SchemaChangeNeeded, EntityError.
  task<KnownSchema*> prepare(std::string entity, std::span<const Entity> entities, SchemaMode mode, Deadline deadline);
  /// Whether a save should begin with settle(): the schema has extra fields, and it is time to try.
  [[nodiscard]] bool should_settle(const Schema& schema, SchemaMode mode) const;
  /// Gives the extra fields of the entity columns, unless that would have to wait for others; outside transactions.
  task<KnownSchema*> settle(std::string entity, Deadline deadline);

 private:
  task<std::shared_ptr<const Schema>> load(std::string entity, Deadline deadline);
  /// @param entities  none: to settle.
  task<std::shared_ptr<const Schema>> change(std::string entity, std::span<const Entity> entities, Deadline deadline);
  task<std::shared_ptr<const Schema>> change_under_locks(std::string entity, std::span<const Entity> entities,
                                                         Deadline deadline);
  [[nodiscard]] SchemaChange allowed_change(const Schema* schema, const std::string& entity,
                                            std::span<const Entity> entities, SchemaMode mode) const;
  task<std::shared_ptr<const Schema>> settle_locked(std::shared_ptr<const Schema> schema, Deadline deadline);
  task<KnownSchema*> prepare_here(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                  Deadline deadline);
  task<KnownSchema*> prepare_aside(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                   Deadline deadline);
  task<std::shared_ptr<const Schema>> spill(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                            Deadline deadline);
  /// Of the entity's tables against other changes of them.
  task<void> lock(std::string entity, Deadline deadline);
  task<void> unlock(std::string entity);
  /// `statements` live in the awaiting frame.
  task<bool> run_all(std::span<const std::string> statements, Deadline deadline);
  /// run_all with the metadata locked.  @throws StaleSchema where somebody else has changed it.
  task<bool> record(std::shared_ptr<const Schema> schema, std::span<const std::string> statements, Deadline deadline);
  task<void> require_unchanged(std::shared_ptr<const Schema> schema, Deadline deadline);
  task<void> run(std::string statement, Deadline deadline);
  task<void> refuse_inexact(std::string entity, std::span<const EntityField> widened, Deadline deadline);
  KnownSchema* keep(std::shared_ptr<const Schema> schema);
  void follow_transaction();
  void end_transaction();
  /// Whether the transaction that is open may have changed the schema and may roll that back.
  [[nodiscard]] bool is_private(const std::string& entity) const {
    return on_.in_transaction() && (has_transactional_ddl() || spilled_.contains(entity));
  }
  [[nodiscard]] const Capabilities& capabilities() const noexcept {
    return context_.generator().generator().capabilities();
  }
  /// Without it every change of tables is committed at once.
  [[nodiscard]] bool has_transactional_ddl() const noexcept { return capabilities().transactional_ddl; }

  Executor& on_;
  EntityContext& context_;
  std::unordered_map<std::string, KnownSchema> shared_;  ///< copies of the cache at this generation
  std::uint64_t generation_ = 0;
  // Of the transaction with this serial; 0: none is open.
  std::uint64_t serial_ = 0;
  std::unordered_map<std::string, KnownSchema> private_;
  std::set<std::string> used_;     ///< entities whose tables cannot change before it ends
  std::set<std::string> spilled_;  ///< entities to which it has added extra fields
};

}  // namespace dalia::internal
