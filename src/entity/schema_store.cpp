#include "entity/schema_store.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/names.hpp"
#include "entity/transaction_scope.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

EntityField field_from(const Row& row) {
  EntityField field;
  field.name = row.get<std::string>(0);
  auto kind = row.get<std::string>(1);
  field.is_extra = kind.starts_with(extra_prefix);
  if (field.is_extra) {
    kind.erase(0, extra_prefix.size());
  }
  if (kind != unknown_kind) {
    field.kind = kind_from(kind);
    if (!field.kind) {
      throw EntityError(
          fmt::format("field '{}' has the kind '{}', which this version does not know; a newer version wrote it",
                      field.name, kind),
          std::string());
    }
  }
  field.serializer = row.get<std::optional<std::string>>(2).value_or(std::string());
  field.since_epoch = row.get<std::int64_t>(3);
  return field;
}

std::int64_t next_epoch(const Schema* schema) {
  return schema == nullptr ? first_epoch : schema->epoch() + 1;
}

/// How often a change starts again because another one came first.
constexpr int most_attempts = 10;

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

bool has_extra(const std::vector<EntityField>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const EntityField& field) { return field.is_extra; });
}

[[noreturn]] void refuse_foreign(const std::string& entity, std::string_view difference) {
  throw EntityError(
      fmt::format("'{}' is the name of a table that does not hold entities: those also have {} and {}, {}; "
                  "choose another name, or use execute",
                  entity, metadata_table(entity), history_table(entity), difference),
      entity);
}

}  // namespace

KnownSchema* SchemaStore::known(const std::string& entity) {
  follow_transaction();
  if (!private_.empty()) {
    if (const auto found = private_.find(entity); found != private_.end()) {
      return &found->second;
    }
  }
  SchemaCache& cache = context_.schemas();
  if (generation_ != cache.generation()) {
    generation_ = cache.generation();
    shared_.clear();
    on_.forget_statements();
  }
  if (const auto found = shared_.find(entity); found != shared_.end()) {
    return &found->second;
  }
  std::shared_ptr<const Schema> schema = cache.find(entity);
  if (!schema) {
    return nullptr;
  }
  KnownSchema& kept = shared_[entity];
  kept.schema = std::move(schema);
  return &kept;
}

void SchemaStore::follow_transaction() {
  const std::uint64_t serial = on_.in_transaction() ? on_.transaction_serial() : 0;
  if (serial_ != serial) {
    end_transaction();
    serial_ = serial;
  }
}

void SchemaStore::note_use(const std::string& entity) {
  if (!has_transactional_ddl() && on_.in_transaction()) {
    used_.insert(entity);
  }
}

/// Whether it committed is not known here, so what it looked at is read again.
void SchemaStore::end_transaction() {
  if (!private_.empty()) {
    on_.forget_statements();
  }
  for (const auto& [entity, schema] : private_) {
    shared_.erase(entity);
    context_.schemas().drop(entity);
  }
  private_.clear();
  used_.clear();
  spilled_.clear();
}

KnownSchema* SchemaStore::keep(std::shared_ptr<const Schema> schema) {
  const std::string entity = schema->entity();
  follow_transaction();
  if (is_private(entity)) {
    KnownSchema& kept = private_[entity];
    kept.schema = std::move(schema);
    kept.writes.clear();
    return &kept;
  }
  std::shared_ptr<const Schema> held = context_.schemas().put(std::move(schema));
  KnownSchema& kept = shared_[entity];
  if (kept.schema != held) {
    kept.schema = std::move(held);
    kept.writes.clear();
  }
  return &kept;
}

task<KnownSchema*> SchemaStore::find(std::string entity, Deadline deadline) {
  if (KnownSchema* schema = known(entity)) {
    co_return schema;
  }
  check_entity_name(entity);
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  co_return schema ? keep(std::move(schema)) : nullptr;
}

task<KnownSchema*> SchemaStore::reload(std::string entity, Deadline deadline) {
  check_entity_name(entity);
  private_.erase(entity);
  on_.forget_statements();
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  if (!schema && !is_private(entity)) {
    shared_.erase(entity);
    context_.schemas().drop(entity);
  }
  co_return schema ? keep(std::move(schema)) : nullptr;
}

task<std::shared_ptr<const Schema>> SchemaStore::load(std::string entity, Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  const std::array<std::string, 3> tables = {entity, metadata_table(entity), history_table(entity)};
  std::array<ValueRef, 3> names;
  std::transform(tables.begin(), tables.end(), names.begin(), [](const std::string& name) { return ValueRef(name); });
  const StatementText existing(generator.generator().convert_query_to_native(generator.get_existing_tables_sql()).text);
  ResultSet rows;
  co_await on_.execute(existing, std::span<const ValueRef>(names), deadline, rows);
  if (!rows.empty() && rows.size() != tables.size() && !has_transactional_ddl()) {
    // Perhaps somebody publishes them just now, under the lock.
    std::exception_ptr failure;
    try {
      auto locking = lock(entity, deadline);
      co_await locking;
      co_await on_.execute(existing, std::span<const ValueRef>(names), deadline, rows);
    } catch (...) {
      failure = std::current_exception();
    }
    auto unlocking = unlock(entity);
    co_await unlocking;
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
  if (rows.empty()) {
    co_return nullptr;
  }
  if (rows.size() != tables.size()) {
    refuse_foreign(entity, fmt::format("and only {} of these tables exist", rows.size()));
  }
  const StatementText metadata(generator.get_metadata_sql(entity));
  try {
    co_await on_.execute(metadata, std::span<const ValueRef>(), deadline, rows);
  } catch (const QueryError&) {
    refuse_foreign(entity, "which has other columns");
  }
  std::int64_t epoch = first_epoch;
  std::vector<EntityField> fields;
  for (const Row row : rows) {
    fields.push_back(field_from(row));
    epoch = std::max(epoch, row.get<std::int64_t>(4));
  }
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

task<KnownSchema*> SchemaStore::prepare(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                        Deadline deadline) {
  if (!has_transactional_ddl()) {
    // Not in a transaction, which would keep the metadata from changing as well.
    bool needs_another = on_.in_transaction();
    if (!needs_another) {
      auto reloading = reload(entity, deadline);
      KnownSchema* found = co_await reloading;
      needs_another = found != nullptr;
      if (found != nullptr) {
        const SchemaChange needed = required_change(found->schema.get(), entity, entities, capabilities());
        if (needed.is_empty()) {
          co_return found;
        }
        if (mode != SchemaMode::Evolve) {
          refuse_change(context_.generator(), entity, found->schema.get(), needed, mode);
        }
      }
    }
    if (needs_another) {
      auto preparing = prepare_aside(std::move(entity), entities, mode, deadline);
      KnownSchema* prepared = co_await preparing;
      co_return prepared;
    }
  }
  auto preparing = prepare_here(std::move(entity), entities, mode, deadline);
  KnownSchema* prepared = co_await preparing;
  co_return prepared;
}

task<KnownSchema*> SchemaStore::prepare_here(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                             Deadline deadline) {
  auto reloading = reload(entity, deadline);
  KnownSchema* found = co_await reloading;
  const Schema* const schema = found == nullptr ? nullptr : found->schema.get();
  const SchemaChange needed = required_change(schema, entity, entities, capabilities());
  if (needed.is_empty()) {
    co_return found;
  }
  if (mode != SchemaMode::Evolve) {
    refuse_change(context_.generator(), entity, schema, needed, mode);
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
    }
    if (made) {
      co_return keep(std::move(made));
    }
  }
  std::shared_ptr<const Schema> spilled;
  if (capabilities().extra_column) {
    auto body = [&] { return spill(entity, entities, mode, deadline); };
    auto spilling = within_transaction(on_, context_.generator().transactions(), deadline, body);
    spilled = co_await spilling;
  }
  if (!spilled && on_.in_transaction()) {
    refuse_blocked(entity, obstacle);
  }
  if (!spilled) {
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
  SchemaChange needed = required_change(schema.get(), entity, entities, capabilities());
  if (needed.is_empty()) {
    co_return schema;
  }
  if (mode != SchemaMode::Evolve) {
    refuse_change(generator, entity, schema.get(), needed, mode);
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

/// Where DDL is no part of a transaction: with locks that stand for one. Each step leaves tables that can be used, and
/// can be done again.
task<std::shared_ptr<const Schema>> SchemaStore::change_under_locks(std::string entity,
                                                                    std::span<const Entity> entities,
                                                                    Deadline deadline) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::exception_ptr failure;
    std::shared_ptr<const Schema> changed;
    try {
      auto changing = change(entity, entities, deadline);
      changed = co_await changing;
    } catch (const StaleSchema&) {
      changed = nullptr;
    } catch (...) {
      failure = std::current_exception();
    }
    auto unlocking = unlock(entity);
    co_await unlocking;
    if (failure) {
      std::rethrow_exception(failure);
    }
    if (changed) {
      co_return changed;
    }
  }
  throw TransientError(fmt::format("the schema of '{}' keeps changing; try again", entity));
}

task<void> SchemaStore::lock(std::string entity, Deadline deadline) {
  const StatementText statement(context_.generator().get_lock_schema_sql(entity));
  if (statement.text().empty()) {
    co_return;
  }
  ResultSet answer;
  co_await on_.execute(statement, std::span<const ValueRef>(), deadline, answer);
  if (!answer.empty() && answer.front()[std::size_t{0}] == ValueRef(std::int64_t{0})) {
    throw TransientError(fmt::format("somebody else is changing the tables of '{}'; try again", entity));
  }
}

/// What fails here is dropped: locks end with their connection, which is then lost.
task<void> SchemaStore::unlock(std::string entity) {
  for (const std::string& statement : context_.generator().get_unlock_schema_sql(entity)) {
    try {
      auto unlocking = run(statement, Deadline());
      co_await unlocking;
    } catch (const Error&) {
      continue;
    }
  }
}

task<bool> SchemaStore::run_all(std::span<const std::string> statements, Deadline deadline) {
  for (const std::string& statement : statements) {
    auto running = run(statement, deadline);
    co_await running;
  }
  co_return true;
}

task<bool> SchemaStore::record(std::shared_ptr<const Schema> schema, std::span<const std::string> statements,
                               Deadline deadline) {
  auto checking = require_unchanged(std::move(schema), deadline);
  co_await checking;
  auto running = run_all(statements, deadline);
  co_await running;
  co_return true;
}

task<void> SchemaStore::require_unchanged(std::shared_ptr<const Schema> schema, Deadline deadline) {
  const StatementText statement(context_.generator().get_lock_metadata_sql(schema->entity()));
  ResultSet newest;
  co_await on_.execute(statement, std::span<const ValueRef>(), deadline, newest);
  if (newest.front().get<std::optional<std::int64_t>>(0).value_or(first_epoch) != schema->epoch()) {
    throw StaleSchema();
  }
}

task<void> SchemaStore::run(std::string statement, Deadline deadline) {
  if (statement.empty()) {
    co_return;
  }
  ResultSet ignored;
  const StatementText text(std::move(statement));
  co_await on_.execute(text, std::span<const ValueRef>(), deadline, ignored);
}

/// Inside a transaction that holds the write lock, so that what is read now is what gets changed.
task<std::shared_ptr<const Schema>> SchemaStore::change(std::string entity, std::span<const Entity> entities,
                                                        Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  auto locking_schema = lock(entity, deadline);
  co_await locking_schema;
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  SchemaChange needed = required_change(schema.get(), entity, entities, capabilities());
  if (schema && schema->has_extra() && (entities.empty() || has_extra(needed.widened))) {
    auto settling = settle_locked(std::move(schema), deadline);
    schema = co_await settling;
    needed = required_change(schema.get(), entity, entities, capabilities());
  }
  if (needed.is_empty()) {
    co_return schema;
  }
  const bool locks_tables = !needed.widened.empty();
  if (locks_tables) {
    auto locking = run(generator.get_lock_tables_sql(entity), deadline);
    co_await locking;
    if (!has_transactional_ddl()) {
      auto comparing = require_unchanged(schema, deadline);
      co_await comparing;
    }
  }
  auto checking = refuse_inexact(entity, needed.widened, deadline);
  co_await checking;
  const std::int64_t epoch = next_epoch(schema.get());
  const ChangeSteps steps = change_steps(generator, entity, needed, epoch);
  auto running = run_all(steps.tables, deadline);
  co_await running;
  // All of it or nothing, or a reader would take a part for the whole; what is not published yet nobody reads.
  if (has_transactional_ddl() || locks_tables || needed.creates) {
    auto recording = run_all(steps.metadata, deadline);
    co_await recording;
  } else {
    auto body = [&] { return record(schema, steps.metadata, deadline); };
    auto recording = within_transaction(on_, generator.transactions(), deadline, body);
    co_await recording;
  }
  auto publishing = run(steps.publish, deadline);
  co_await publishing;
  std::vector<EntityField> fields = fields_after(schema.get(), needed, epoch);
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

/// With the tables locked, so that nobody writes to _extra meanwhile: who does has read the metadata before, in the
/// same transaction.
task<std::shared_ptr<const Schema>> SchemaStore::settle_locked(std::shared_ptr<const Schema> schema,
                                                               Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  const std::string& entity = schema->entity();
  auto locking = run(generator.get_lock_tables_sql(entity), deadline);
  co_await locking;
  auto comparing = require_unchanged(schema, deadline);
  co_await comparing;
  const SchemaChange change = settling_change(*schema);
  const std::int64_t epoch = next_epoch(schema.get());
  ChangeSteps steps = change_steps(generator, entity, change, epoch);
  auto adding = run_all(steps.tables, deadline);
  co_await adding;
  std::vector<std::string> moves = generator.get_settle_extra_sql(entity, columns_of(change.added), epoch);
  std::move(steps.metadata.begin(), steps.metadata.end(), std::back_inserter(moves));
  auto body = [&] { return run_all(moves, deadline); };
  auto moving = within_transaction(on_, generator.transactions_under_locks(), deadline, body);
  co_await moving;
  co_return std::make_shared<const Schema>(generator, entity, epoch, fields_after(schema.get(), change, epoch));
}

/// An integer beyond 2^53 would change when its column becomes one of doubles.
task<void> SchemaStore::refuse_inexact(std::string entity, std::span<const EntityField> widened, Deadline deadline) {
  ResultSet inexact;
  for (const EntityField& field : widened) {
    if (field.kind != Kind::Double) {
      continue;
    }
    const StatementText search(context_.generator().get_inexact_integers_sql(entity, field.name));
    co_await on_.execute(search, std::span<const ValueRef>(), deadline, inexact);
    if (!inexact.empty()) {
      throw TypeConflict(entity, field.name, std::string(kind_name(Kind::Int64)), std::string(kind_name(Kind::Double)),
                         "it holds integers beyond 2^53, which a double would change; send a decimal");
    }
  }
}

}  // namespace dalia::internal
