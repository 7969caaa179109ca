// The part of SchemaStore that saves ask to make tables ready: where that is done, and what becomes of fields whose
// columns have to wait.
#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/schema_store.hpp"
#include "entity/transaction_scope.hpp"

namespace dalia::internal {
namespace {

[[noreturn]] void refuse_change(const SqlEntityGenerator& generator, const std::string& entity, const Schema* schema,
                                const SchemaChange& change, SchemaMode mode) {
  if (mode == SchemaMode::Plan) {
    throw SchemaChangeNeeded(entity, change_statements(generator, entity, change, next_epoch(schema)));
  }
  if (change.creates) {
    throw EntityError(fmt::format("entity '{}' does not exist, and the schema is frozen", entity), entity);
  }
  if (!change.added.empty()) {
    throw UnknownField(entity, change.added.front().name, "the schema is frozen");
  }
  const EntityField& field = change.widened.front();
  throw TypeConflict(entity, field.name, std::string(kind_name(Kind::Int64)), std::string(kind_name(*field.kind)),
                     "the schema is frozen");
}

/// @param obstacle  what came of trying; null where the open transaction stands in the way for certain.
[[noreturn]] void refuse_blocked(const std::string& entity, const std::exception_ptr& obstacle) {
  constexpr std::string_view advice = "call ensure_entity_schema before the transaction begins";
  try {
    if (obstacle) {
      std::rethrow_exception(obstacle);
    }
  } catch (const ConnectionError& error) {
    throw EntityError(fmt::format("'{}' needs other columns, which a second connection has to make, and that cannot be "
                                  "had: {}; {}",
                                  entity, error.what(), advice),
                      entity, error.facts());
  } catch (const TransientError& error) {
    throw EntityError(fmt::format("'{}' needs other columns, and another transaction uses its tables ({}); {}, or save "
                                  "this first",
                                  entity, error.what(), advice),
                      entity, error.facts());
  }
  throw EntityError(fmt::format("'{}' needs other columns, and the open transaction has used its tables; {}, or save "
                                "this first",
                                entity, advice),
                    entity);
}

}  // namespace

/// @throws as prepare(), where the mode forbids the change.
SchemaChange SchemaStore::allowed_change(const Schema* schema, const std::string& entity,
                                         std::span<const Entity> entities, SchemaMode mode) const {
  SchemaChange needed = required_change(schema, entity, entities, capabilities());
  if (!needed.is_empty() && mode != SchemaMode::Evolve) {
    refuse_change(context_.generator(), entity, schema, needed, mode);
  }
  return needed;
}

task<KnownSchema*> SchemaStore::prepare(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                        Deadline deadline) {
  bool is_here = has_transactional_ddl();
  // A transaction that reads the metadata would keep it from changing as well.
  if (!is_here && !on_.in_transaction()) {
    auto reloading = reload(entity, deadline);
    KnownSchema* found = co_await reloading;
    if (found != nullptr && allowed_change(found->schema.get(), entity, entities, mode).is_empty()) {
      co_return found;
    }
    is_here = found == nullptr;  // nobody uses tables that are new
  }
  auto preparing = is_here ? prepare_here(std::move(entity), entities, mode, deadline)
                           : prepare_aside(std::move(entity), entities, mode, deadline);
  KnownSchema* prepared = co_await preparing;
  co_return prepared;
}

task<KnownSchema*> SchemaStore::prepare_here(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                             Deadline deadline) {
  auto reloading = reload(entity, deadline);
  KnownSchema* found = co_await reloading;
  const Schema* const schema = found == nullptr ? nullptr : found->schema.get();
  if (allowed_change(schema, entity, entities, mode).is_empty()) {
    co_return found;
  }
  std::shared_ptr<const Schema> changed;
  if (has_transactional_ddl()) {
    auto body = [&] { return change(entity, entities, deadline); };
    auto changing = within_transaction(on_, context_.generator().transactions(), deadline, body);
    changed = co_await changing;
  } else {
    auto changing = change_under_locks(entity, entities, deadline);
    changed = co_await changing;
  }
  co_return keep(std::move(changed));
}

/// Where a change of tables ends the open transaction, and waits for those of others that have used them: on a
/// connection of its own, which waits only briefly, because everybody else waits behind it. What cannot be done so goes
/// into _extra.
task<KnownSchema*> SchemaStore::prepare_aside(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                              Deadline deadline) {
  std::exception_ptr obstacle;
  bool may_spill = capabilities().extra_column;
  if (!used_.contains(entity)) {
    std::shared_ptr<const Schema> made;
    try {
      auto opening = on_.open_another(deadline);
      const std::unique_ptr<Executor> another = co_await opening;
      SchemaStore aside(*another, context_);
      auto preparing = aside.prepare_here(entity, entities, mode, deadline);
      made = (co_await preparing)->schema;
    } catch (const TransientError&) {
      obstacle = std::current_exception();
    } catch (const ConnectionError&) {
      obstacle = std::current_exception();
      may_spill = may_spill && on_.in_transaction();  // else fields would never get columns
    }
    if (made) {
      co_return keep(std::move(made));
    }
  }
  std::shared_ptr<const Schema> spilled;
  if (may_spill) {
    auto body = [&] { return spill(entity, entities, mode, deadline); };
    auto spilling = within_transaction(on_, context_.generator().transactions(), deadline, body);
    spilled = co_await spilling;
  }
  if (!spilled && on_.in_transaction()) {
    refuse_blocked(entity, obstacle);
  }
  if (!spilled) {  // nobody waits for this connection, so it may wait as long as it takes
    auto preparing = prepare_here(std::move(entity), entities, mode, deadline);
    KnownSchema* prepared = co_await preparing;
    co_return prepared;
  }
  if (on_.in_transaction()) {
    follow_transaction();
    used_.insert(entity);
    spilled_.insert(entity);
  }
  co_return keep(std::move(spilled));
}

/// Records the new fields as extra ones, which takes no DDL. In a transaction: others see them when it commits, and who
/// would change the metadata meanwhile waits, so that epochs are given in the order of commits.
/// @return null where the entities need more than new fields.
task<std::shared_ptr<const Schema>> SchemaStore::spill(std::string entity, std::span<const Entity> entities,
                                                       SchemaMode mode, Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  auto looking = find(entity, deadline);
  const KnownSchema* known = co_await looking;
  if (known == nullptr) {
    co_return nullptr;
  }
  auto locking = run(generator.get_lock_metadata_sql(entity), deadline);
  co_await locking;
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  SchemaChange needed = allowed_change(schema.get(), entity, entities, mode);
  if (needed.is_empty()) {
    co_return schema;
  }
  // Without fields there are no metadata rows to lock.
  if (needed.creates || !needed.widened.empty() || schema->fields().empty()) {
    co_return nullptr;
  }
  for (EntityField& field : needed.added) {
    field.is_extra = field.kind.has_value();
  }
  const std::int64_t epoch = next_epoch(schema.get());
  const std::vector<std::string> statements = metadata_statements(generator, entity, needed, epoch);
  auto recording = run_all(statements, deadline);
  co_await recording;
  std::vector<EntityField> fields = fields_after(schema.get(), needed, epoch);
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

bool SchemaStore::should_settle(const Schema& schema, SchemaMode mode) const {
  return schema.has_extra() && mode == SchemaMode::Evolve && !on_.in_transaction() &&
         context_.schemas().begin_settling(schema.entity());
}

/// The save that begins with this does not depend on it.
task<KnownSchema*> SchemaStore::settle(std::string entity, Deadline deadline) {
  std::shared_ptr<const Schema> settled;
  try {
    auto opening = on_.open_another(deadline);
    const std::unique_ptr<Executor> another = co_await opening;
    SchemaStore aside(*another, context_);
    auto changing = aside.change_under_locks(entity, std::span<const Entity>(), deadline);
    settled = co_await changing;
  } catch (const CancelledError&) {
    throw;
  } catch (const Error&) {
    settled = nullptr;
  }
  if (settled) {
    context_.schemas().end_settling(entity);
    co_return keep(std::move(settled));
  }
  auto finding = find(std::move(entity), deadline);
  KnownSchema* known = co_await finding;
  co_return known;
}

}  // namespace dalia::internal
