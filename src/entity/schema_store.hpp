/// SchemaStore: one connection's view of the entity schemas: finds, loads and changes them.
#pragma once

#include <cstdint>
#include <memory>
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

/// A schema with the statements that write the shapes this connection has saved.
struct KnownSchema {
  std::shared_ptr<const Schema> schema;
  std::unordered_map<std::string, StatementText> writes;  ///< by shape
};

/// Belongs to its connection. Pointers it gives out are valid until its next call.
class SchemaStore {
 public:
  SchemaStore(Executor& on, EntityContext& context) : on_(on), context_(context) {}

  /// What is known without asking the database; null where nothing is.
  [[nodiscard]] KnownSchema* known(const std::string& entity);
  /// Whether the transaction that is open may have changed the entity's tables, and may have undone that since.
  [[nodiscard]] bool is_in_doubt(const std::string& entity) const { return is_private() && private_.contains(entity); }
  /// Known, or loaded; null where the entity has no tables.
  task<KnownSchema*> find(std::string entity, Deadline deadline);
  /// Forgets what is known and loads; null where the entity has no tables.
  task<KnownSchema*> reload(std::string entity, Deadline deadline);
  /// Makes the tables ready for these entities, as far as the mode allows. `entities` lives in the awaiting frame.
  /// @throws UnknownField, TypeConflict, SchemaChangeNeeded, EntityError.
  task<KnownSchema*> prepare(std::string entity, std::span<const Entity> entities, SchemaMode mode, Deadline deadline);

 private:
  task<std::shared_ptr<const Schema>> load(std::string entity, Deadline deadline);
  task<std::shared_ptr<const Schema>> change(std::string entity, std::span<const Entity> entities, Deadline deadline);
  task<std::shared_ptr<const Schema>> change_under_locks(std::string entity, std::span<const Entity> entities,
                                                         Deadline deadline);
  task<KnownSchema*> prepare_aside(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                   Deadline deadline);
  /// Of the entity's tables against other changes of them.
  task<void> lock(std::string entity, Deadline deadline);
  task<void> unlock(std::string entity);
  /// `statements` live in the awaiting frame.
  task<bool> run_all(std::span<const std::string> statements, Deadline deadline);
  task<void> run(std::string statement, Deadline deadline);
  task<void> refuse_inexact(std::string entity, std::span<const EntityField> widened, Deadline deadline);
  KnownSchema* keep(std::shared_ptr<const Schema> schema);
  void end_transaction();
  /// Schemas seen inside a transaction that is still open; it may have changed them and may roll back.
  [[nodiscard]] bool is_private() const noexcept { return on_.in_transaction() && has_transactional_ddl(); }
  /// Without it every change is committed at once, and nobody has a schema of his own.
  [[nodiscard]] bool has_transactional_ddl() const noexcept {
    return context_.generator().generator().capabilities().transactional_ddl;
  }

  Executor& on_;
  EntityContext& context_;
  std::unordered_map<std::string, KnownSchema> shared_;   ///< copies of the cache at this generation
  std::unordered_map<std::string, KnownSchema> private_;  ///< of the transaction with this serial
  std::uint64_t generation_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace dalia::internal
