// The saving half of EntityFlow. Inside one transaction: read the row under its lock, work out the new one, write it,
// and add its snapshot to the history. On SQLite this costs less than one upsert with RETURNING, for which it fills a
// temporary b-tree, and it tells unchanged, deleted and outdated rows apart without a second look.
#include <array>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/entity_flow_state.hpp"
#include "entity/names.hpp"
#include "entity/transaction_scope.hpp"

namespace dalia {

using internal::EntityInput;
using internal::Form;
using internal::input_for;
using internal::KnownSchema;
using internal::Schema;
using internal::within_transaction;

namespace {

enum class Write : char { Insert = 'i', Update = 'u', Revive = 'r' };

constexpr std::array<std::string_view, 6> inserted_system_columns = {"created_at", "created_by", "updated_at",
                                                                     "updated_by", "_version",   "_epoch"};
constexpr std::array<std::string_view, 4> updated_system_columns = {"updated_at", "updated_by", "_version", "_epoch"};

/// Another writer made the row after this one saw that there was none; or a constraint of the user's own is violated,
/// and that will be so again.
struct IdTaken {
  std::exception_ptr violation;
};

/// How often a save starts again because of that.
constexpr int most_insert_attempts = 5;

/// A wide entity saved in ever new parts would fill the memory with statements.
constexpr std::size_t most_shapes = 256;

/// The statement that writes the columns of this input, made once for each shape.
const StatementText& write_statement(const SqlEntityGenerator& generator, KnownSchema& known, const EntityInput& input,
                                     Write write) {
  const Schema& schema = *known.schema;
  std::string shape(1 + (schema.column_names().size() + 7) / 8, '\0');
  shape[0] = static_cast<char>(write);
  for (const auto& [column, value] : input.values) {
    shape[1 + column / 8] = static_cast<char>(shape[1 + column / 8] | (1 << (column % 8)));
  }
  if (known.writes.size() > most_shapes) {
    known.writes.clear();
  }
  StatementText& statement = known.writes[std::move(shape)];
  if (statement.text().empty()) {
    std::vector<std::string> columns;
    if (write == Write::Insert) {
      columns.emplace_back("id");
    }
    for (const auto& [column, value] : input.values) {
      columns.push_back(schema.column_names()[column]);
    }
    if (write == Write::Insert) {
      columns.insert(columns.end(), inserted_system_columns.begin(), inserted_system_columns.end());
      statement = StatementText(generator.get_insert_sql(schema.entity(), columns));
    } else {
      columns.insert(columns.end(), updated_system_columns.begin(), updated_system_columns.end());
      if (write == Write::Revive) {
        columns.emplace_back("deleted_at");
      }
      statement = StatementText(generator.get_update_sql(schema.entity(), columns));
    }
  }
  return statement;
}

/// Whether a stored cell holds this value already.
bool is_same(const ValueRef& stored, const Value& value, Kind kind) {
  if (stored.kind() == value.kind()) {
    return stored == value.ref();
  }
  return !stored.is_null() && !value.is_null() && internal::value_of(stored, kind, Form::Typed) == value;
}

std::vector<EntityInput> inputs_for(const KnownSchema* known, std::span<const Entity> entities,
                                    const Capabilities& capabilities) {
  std::vector<EntityInput> inputs;
  if (known == nullptr) {
    return inputs;
  }
  inputs.reserve(entities.size());
  for (const Entity& entity : entities) {
    std::optional<EntityInput> input = input_for(*known->schema, entity, capabilities);
    if (!input) {
      return std::vector<EntityInput>();
    }
    inputs.push_back(*std::move(input));
  }
  return inputs;
}

}  // namespace

task<void> EntityFlow::State::store(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                    Deadline deadline) {
  const Schema& schema = *known.schema;
  if (input.needs_current_kinds) {
    auto checking = require_current(schema, deadline);
    co_await checking;
  }
  bool exists = false;
  if (!input.id_is_generated) {
    auto locking = lock_row(schema, input.id, deadline);
    exists = co_await locking;
  }
  const std::int64_t current = exists ? cells[schema.version_cell()].raw_integer() : 0;
  if (options.expected_version().value_or(current) != current) {
    throw VersionConflict(schema.entity(), input.id, *options.expected_version(), current);
  }
  if (!exists) {
    auto inserting = insert_row(known, input, options, deadline);
    co_await inserting;
    co_return;
  }
  const bool was_deleted = !cells[schema.deleted_at_cell()].is_null();
  if (was_deleted && !options.revives()) {
    throw EntityDeleted(schema.entity(), input.id);
  }
  bool is_changed = was_deleted;
  for (const auto& [column, value] : input.values) {
    ValueRef& cell = cells[1 + column];
    if (!is_same(cell, value, schema.column_kind(column))) {
      cell = value;
      is_changed = true;
    }
  }
  if (!is_changed) {
    co_return;
  }
  stamp_change(schema, options.user_id());
  cells[schema.deleted_at_cell()] = ValueRef();

  parameters.clear();
  for (const auto& [column, value] : input.values) {
    parameters.push_back(value);
  }
  for (const std::size_t cell :
       {schema.updated_at_cell(), schema.updated_by_cell(), schema.version_cell(), schema.epoch_cell()}) {
    parameters.push_back(cells[cell]);
  }
  if (was_deleted) {
    parameters.emplace_back();
  }
  parameters.push_back(cells[schema.key_cell()]);
  const Write write = was_deleted ? Write::Revive : Write::Update;
  const StatementText& statement = write_statement(context.generator(), known, input, write);
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, other);
  auto adding = add_history(schema, was_deleted ? "restore" : "update", cells[schema.updated_at_cell()],
                            options.user_id(), options.comment(), deadline);
  co_await adding;
}

/// Version 1, or where the id was removed for good before, one more than it had then.
task<void> EntityFlow::State::insert_row(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                         Deadline deadline) {
  const Schema& schema = *known.schema;
  std::int64_t last_version = 0;
  ValueRef closed_reference;
  ValueRef time(stamp().time);
  if (!input.id_is_generated) {
    const std::array<ValueRef, 1> id = {ValueRef(input.id)};
    co_await on.execute(schema.statements().closed_history, std::span<const ValueRef>(id), deadline, other);
    if (!other.empty()) {
      const Row closed = other.front();
      last_version = closed[std::size_t{0}].raw_integer();
      time = ValueRef(later_than(closed[std::size_t{2}]));
      closed_reference = schema.has_reference() ? closed[std::size_t{3}] : ValueRef();
    }
  }
  cells.assign(schema.row_width(), ValueRef());
  cells[0] = ValueRef(input.id);
  for (const auto& [column, value] : input.values) {
    cells[1 + column] = value;
  }
  cells[schema.created_at_cell()] = cells[schema.updated_at_cell()] = time;
  cells[schema.created_by_cell()] = cells[schema.updated_by_cell()] = optional_text(options.user_id());
  cells[schema.version_cell()] = ValueRef(last_version + 1);
  cells[schema.epoch_cell()] = ValueRef(schema.epoch());

  parameters.assign(1, cells[0]);
  for (const auto& [column, value] : input.values) {
    parameters.push_back(value);
  }
  for (const std::size_t cell : {schema.created_at_cell(), schema.created_by_cell(), schema.updated_at_cell(),
                                 schema.updated_by_cell(), schema.version_cell(), schema.epoch_cell()}) {
    parameters.push_back(cells[cell]);
  }
  const StatementText& statement = write_statement(context.generator(), known, input, Write::Insert);
  try {
    co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, other);
  } catch (const ConstraintViolation& violation) {
    if (input.id_is_generated || violation.kind() != ConstraintKind::Unique) {
      throw;
    }
    throw IdTaken{std::current_exception()};
  }
  if (schema.has_reference()) {
    cells[schema.reference_cell()] = ValueRef(other.last_insert_id());
    if (!closed_reference.is_null()) {
      const std::array<ValueRef, 2> references = {cells[schema.reference_cell()], closed_reference};
      co_await on.execute(schema.statements().reopen_history, std::span<const ValueRef>(references), deadline, other);
    }
  }
  auto adding =
      add_history(schema, "insert", cells[schema.updated_at_cell()], options.user_id(), options.comment(), deadline);
  co_await adding;
}

task<std::vector<Entity>> EntityFlow::State::store_all(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                                       const SaveOptions& options, Deadline deadline) {
  const Form form = options.deserializes() ? Form::Typed : Form::Stored;
  std::vector<Entity> saved;
  saved.reserve(inputs.size());
  for (const EntityInput& input : inputs) {
    auto storing = store(known, input, options, deadline);
    co_await storing;
    saved.push_back(entity_from(*known.schema, cells, form));
  }
  co_return saved;
}

task<Entity> EntityFlow::save(std::string name, Entity entity, SaveOptions options) {
  std::vector<Entity> one;
  one.push_back(std::move(entity));
  auto saving = save_all(std::move(name), std::move(one), std::move(options));
  std::vector<Entity> saved = co_await saving;
  co_return std::move(saved.front());
}

task<std::vector<Entity>> EntityFlow::save_all(std::string name, std::vector<Entity> entities, SaveOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  if (options.expected_version().value_or(0) < 0) {
    throw UsageError("versions count from 1; an expected version of 0 means that the id must not exist");
  }
  if (options.expected_version() && entities.size() > 1) {
    throw UsageError("an expected version goes with one entity");
  }
  if (entities.empty()) {
    internal::check_entity_name(name);
    co_return std::move(entities);
  }
  const Capabilities& capabilities = state.context.generator().generator().capabilities();
  const SchemaMode mode = options.schema_mode().value_or(state.context.schema_mode());
  for (int attempt = 0;; ++attempt) {
    auto finding = state.schemas.find(name, deadline);
    KnownSchema* known = co_await finding;
    std::vector<EntityInput> inputs = inputs_for(known, entities, capabilities);
    if (inputs.empty()) {
      auto preparing = state.schemas.prepare(name, std::span<const Entity>(entities), mode, deadline);
      known = co_await preparing;
      inputs = inputs_for(known, entities, capabilities);
    }
    const std::shared_ptr<const Schema> schema = known->schema;
    std::exception_ptr refusal;
    bool is_id_taken = false;
    if (!inputs.empty()) {  // else another writer changed a kind just now
      try {
        auto body = [&] { return state.store_all(*known, inputs, options, deadline); };
        auto storing = within_transaction(state.on, state.transactions(), deadline, body);
        std::vector<Entity> saved = co_await storing;
        co_return saved;
      } catch (const StaleSchema&) {
        // Again with the current one.
      } catch (const IdTaken& taken) {
        if (attempt + 1 >= most_insert_attempts) {
          std::rethrow_exception(taken.violation);
        }
        is_id_taken = true;
      } catch (const QueryError&) {
        refusal = std::current_exception();
      }
    }
    if (is_id_taken) {
      continue;
    }
    auto renewing = state.renew_schema(schema, attempt, refusal, deadline);
    co_await renewing;
  }
}

task<std::vector<std::string>> EntityFlow::plan(std::string name, Entity sample) {
  State& state = *state_;
  const Deadline deadline = state.deadline(std::nullopt);
  std::vector<std::string> statements;
  try {
    auto preparing =
        state.schemas.prepare(std::move(name), std::span<const Entity>(&sample, 1), SchemaMode::Plan, deadline);
    co_await preparing;
  } catch (const SchemaChangeNeeded& needed) {
    statements = needed.statements();
  }
  co_return statements;
}

task<std::vector<EntityField>> EntityFlow::ensure(std::string name, Entity sample) {
  State& state = *state_;
  const Deadline deadline = state.deadline(std::nullopt);
  auto preparing = state.schemas.prepare(std::move(name), std::span<const Entity>(&sample, 1),
                                         state.context.schema_mode(), deadline);
  const KnownSchema* known = co_await preparing;
  co_return known->schema->fields();
}

}  // namespace dalia
