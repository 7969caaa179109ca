#include "entity/schema_store.hpp"

#include <algorithm>
#include <array>
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
  const auto kind = row.get<std::string>(1);
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
  return schema == nullptr ? 1 : schema->epoch() + 1;
}

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

[[noreturn]] void refuse_foreign(const std::string& entity, std::string_view difference) {
  throw EntityError(
      fmt::format("'{}' is the name of a table that does not hold entities: those also have {} and {}, {}; "
                  "choose another name, or use execute",
                  entity, metadata_table(entity), history_table(entity), difference),
      entity);
}

}  // namespace

KnownSchema* SchemaStore::known(const std::string& entity) {
  if (!is_private() || serial_ != on_.transaction_serial()) {
    end_transaction();
  } else if (const auto found = private_.find(entity); found != private_.end()) {
    return &found->second;
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
}

KnownSchema* SchemaStore::keep(std::shared_ptr<const Schema> schema) {
  const std::string entity = schema->entity();
  if (is_private()) {
    if (serial_ != on_.transaction_serial()) {
      end_transaction();
      serial_ = on_.transaction_serial();
    }
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
  if (!schema && !is_private()) {
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
  std::int64_t epoch = 1;
  std::vector<EntityField> fields;
  for (const Row row : rows) {
    fields.push_back(field_from(row));
    epoch = std::max(epoch, row.get<std::int64_t>(4));
  }
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

task<KnownSchema*> SchemaStore::prepare(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                        Deadline deadline) {
  if (on_.in_transaction() && !has_transactional_ddl()) {
    auto preparing = prepare_aside(std::move(entity), entities, mode, deadline);
    KnownSchema* prepared = co_await preparing;
    co_return prepared;
  }
  auto reloading = reload(entity, deadline);
  KnownSchema* found = co_await reloading;
  const Schema* const schema = found == nullptr ? nullptr : found->schema.get();
  const SchemaChange needed =
      required_change(schema, entity, entities, context_.generator().generator().capabilities());
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

/// Where DDL would end the open transaction: on a connection of its own. Tables that the transaction has used stay as
/// they are until it ends, so this does not wait for them long.
task<KnownSchema*> SchemaStore::prepare_aside(std::string entity, std::span<const Entity> entities, SchemaMode mode,
                                              Deadline deadline) {
  std::shared_ptr<const Schema> made;
  try {
    auto opening = on_.open_another(deadline);
    const std::unique_ptr<Executor> another = co_await opening;
    SchemaStore aside(*another, context_);
    auto preparing = aside.prepare(entity, entities, mode, deadline);
    made = (co_await preparing)->schema;
  } catch (const TransientError& error) {
    throw EntityError(
        fmt::format("'{}' needs other columns, and the open transaction, or another one, uses its tables ({}); call "
                    "ensure_entity_schema before the transaction begins, or save this first",
                    entity, error.what()),
        entity, error.facts());
  } catch (const ConnectionError& error) {
    throw EntityError(
        fmt::format("'{}' needs other columns, which a second connection has to make while a transaction is open, and "
                    "that cannot be had: {}; call ensure_entity_schema before the transaction begins",
                    entity, error.what()),
        entity, error.facts());
  }
  co_return keep(std::move(made));
}

/// Where DDL is no part of a transaction: with locks that stand for one. Each step leaves tables that can be used, and
/// can be done again.
task<std::shared_ptr<const Schema>> SchemaStore::change_under_locks(std::string entity,
                                                                    std::span<const Entity> entities,
                                                                    Deadline deadline) {
  std::exception_ptr failure;
  std::shared_ptr<const Schema> changed;
  try {
    auto changing = change(entity, entities, deadline);
    changed = co_await changing;
  } catch (...) {
    failure = std::current_exception();
  }
  auto unlocking = unlock(entity);
  co_await unlocking;
  if (failure) {
    std::rethrow_exception(failure);
  }
  co_return changed;
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
  const SchemaChange needed = required_change(schema.get(), entity, entities, generator.generator().capabilities());
  if (needed.is_empty()) {
    co_return schema;
  }
  const bool locks_tables = !needed.widened.empty();
  if (locks_tables) {
    auto locking = run(generator.get_lock_tables_sql(entity), deadline);
    co_await locking;
  }
  auto checking = refuse_inexact(entity, needed.widened, deadline);
  co_await checking;
  const std::int64_t epoch = next_epoch(schema.get());
  const ChangeSteps steps = change_steps(generator, entity, needed, epoch);
  auto running = run_all(steps.tables, deadline);
  co_await running;
  // All of it or nothing, or a reader would take a part for the whole; what is not published yet nobody reads.
  auto recording = [&] { return run_all(steps.metadata, deadline); };
  if (has_transactional_ddl() || locks_tables || needed.creates) {
    auto body = recording();
    co_await body;
  } else {
    auto body = within_transaction(on_, generator.transactions(), deadline, recording);
    co_await body;
  }
  auto publishing = run(steps.publish, deadline);
  co_await publishing;
  std::vector<EntityField> fields = fields_after(schema.get(), needed, epoch);
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
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
