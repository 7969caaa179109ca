// The saving half of EntityFlow. Inside one transaction: read the row under its lock, work out the new one, write it,
// and add its snapshot to the history. On SQLite this costs less than one upsert with RETURNING, for which it fills a
// temporary b-tree, and it tells unchanged, deleted and outdated rows apart without a second look.
#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/entity_flow_state.hpp"
#include "entity/extra_values.hpp"
#include "entity/names.hpp"
#include "entity/transaction_scope.hpp"
#include "entity/write_statements.hpp"

namespace dalia {

using internal::EntityInput;
using internal::Form;
using internal::input_for;
using internal::KnownSchema;
using internal::Schema;
using internal::within_transaction;
using internal::Write;
using internal::write_statement;
using internal::WriteStatement;

namespace {

/// After so many updates one more is likely. Where it is none, the save takes one more round trip, which may cost many
/// times what a cheaper statement saves.
constexpr std::size_t enough_updates = 32;

/// Tables are locked while extra fields get columns.
constexpr std::chrono::seconds longest_settling{3};

/// Whether a stored cell holds this value already.
bool is_same(const ValueRef& stored, const ValueRef& value, Kind kind) {
  if (stored.kind() == value.kind()) {
    return stored == value;
  }
  return !stored.is_null() && !value.is_null() && internal::value_of(stored, kind, Form::Typed).ref() == value;
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

bool EntityFlow::State::can_store_at_once(const EntityInput& input, const SaveOptions& options) const {
  const SaveStatement statement = context.generator().generator().capabilities().save_statement;
  const bool may_run = statement == SaveStatement::Everywhere ||
                       (statement == SaveStatement::OutsideTransactions && !on.in_transaction());
  return may_run && !input.needs_current_schema && !(input.id_is_generated && options.expected_version());
}

task<bool> EntityFlow::State::store_at_once(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                            Deadline deadline) {
  const Schema& schema = *known.schema;
  parameters.assign(1, ValueRef(input.id));
  for (const auto& [column, value] : input.values) {
    parameters.push_back(value);
  }
  parameters.push_back(stamp().cell);
  parameters.push_back(optional_text(options.user_id()));
  parameters.emplace_back(schema.epoch());
  parameters.push_back(optional_text(options.comment()));
  parameters.emplace_back(stamp().transaction);
  if (!input.id_is_generated) {
    parameters.push_back(options.expected_version() ? ValueRef(*options.expected_version()) : ValueRef());
  }
  const Capabilities& capabilities = context.generator().generator().capabilities();
  const bool is_likely_update = capabilities.updates_cheaper && known.updates_in_a_row >= enough_updates;
  Write write = Write::SaveNew;
  if (!input.id_is_generated) {
    write = is_likely_update ? Write::SavePresent : Write::SaveAny;
  }
  const WriteStatement* statement = &write_statement(context.generator(), known, input, write);
  co_await on.execute(statement->sql, placed(statement->places), deadline, row);
  if (row.empty() && write == Write::SavePresent) {
    write = Write::SaveAny;
    known.updates_in_a_row = 0;
    statement = &write_statement(context.generator(), known, input, write);
    co_await on.execute(statement->sql, placed(statement->places), deadline, row);
  }
  if (row.empty()) {
    co_return false;
  }
  take_saved(schema, input, row.front().cells());
  if (write == Write::SaveAny) {
    const bool is_update = cells[schema.version_cell()].raw_integer() > 1 &&
                           cells[schema.updated_at_cell()].get<Instant>() >= stamp().time;
    known.updates_in_a_row = is_update ? known.updates_in_a_row + 1 : 0;
  }
  co_return true;
}

std::span<const ValueRef> EntityFlow::State::placed(std::span<const std::size_t> places) {
  if (places.empty()) {
    return parameters;
  }
  placed_.clear();
  for (const std::size_t place : places) {
    placed_.push_back(parameters[place]);
  }
  return placed_;
}

void EntityFlow::State::take_saved(const Schema& schema, const EntityInput& input, std::span<const ValueRef> answer) {
  cells.assign(schema.row_width(), ValueRef());
  cells[0] = ValueRef(input.id);
  auto given = input.values.begin();
  auto next = answer.begin();
  for (std::size_t column = 0; column < schema.column_names().size(); ++column) {
    const bool is_given = given != input.values.end() && given->first == column;
    const bool is_known = is_given && context.generator().keeps_exactly(schema.column_kind(column));
    cells[1 + column] = is_known ? given->second : *next++;
    given += is_given ? 1 : 0;
  }
  for (const std::size_t cell : {schema.created_at_cell(), schema.created_by_cell(), schema.updated_at_cell(),
                                 schema.updated_by_cell(), schema.version_cell()}) {
    cells[cell] = *next++;
  }
}

task<bool> EntityFlow::State::store_alone(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                          Deadline deadline) {
  for (int attempt = 0;; ++attempt) {
    renew_stamp();
    std::exception_ptr failure;
    bool is_stored = false;
    try {
      auto storing = store_at_once(known, input, options, deadline);
      is_stored = co_await storing;
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) {
      co_return is_stored;
    }
    // A statement of several steps that was interrupted leaves its transaction open.
    auto undoing = internal::undo(on, transactions(), true);
    co_await undoing;
    if (!internal::runs_again(failure, true, attempt, deadline)) {
      std::rethrow_exception(failure);
    }
  }
}

bool EntityFlow::State::merge(const Schema& schema, const EntityInput& input) {
  bool is_changed = merge_extra(schema, input);
  for (const auto& [column, value] : input.values) {
    ValueRef& cell = cells[1 + column];
    if (column != schema.extra_column() && !is_same(cell, value, schema.column_kind(column))) {
      cell = value;
      is_changed = true;
    }
  }
  return is_changed;
}

bool EntityFlow::State::merge_extra(const Schema& schema, const EntityInput& input) {
  if (input.extra.empty()) {
    return false;
  }
  ValueRef& cell = cells[1 + schema.extra_column()];
  internal::ExtraValues extra(cell);
  bool is_changed = false;
  for (const auto& [field, value] : input.extra) {
    is_changed |= extra.set(field->name, value);
  }
  extra_text_ = extra.text();
  cell = extra_text_.empty() ? ValueRef() : ValueRef(std::string_view(extra_text_));
  return is_changed;
}

void EntityFlow::State::begin_row(const Schema& schema, const EntityInput& input,
                                  const std::optional<std::string>& user) {
  cells.assign(schema.row_width(), ValueRef());
  cells[0] = ValueRef(input.id);
  for (const auto& [column, value] : input.values) {
    cells[1 + column] = value;
  }
  merge_extra(schema, input);
  cells[schema.created_at_cell()] = cells[schema.updated_at_cell()] = stamp().cell;
  cells[schema.created_by_cell()] = cells[schema.updated_by_cell()] = optional_text(user);
  cells[schema.version_cell()] = ValueRef(std::int64_t{1});
  cells[schema.epoch_cell()] = ValueRef(schema.epoch());
}

void EntityFlow::State::add_changed_columns(const Schema& schema, const EntityInput& input) {
  for (const auto& [column, value] : input.values) {
    parameters.push_back(column == schema.extra_column() ? cells[1 + column] : value);
  }
  for (const std::size_t cell :
       {schema.updated_at_cell(), schema.updated_by_cell(), schema.version_cell(), schema.epoch_cell()}) {
    parameters.push_back(cells[cell]);
  }
}

void EntityFlow::State::add_inserted_columns(const Schema& schema, const EntityInput& input) {
  parameters.push_back(cells[0]);
  for (const auto& [column, value] : input.values) {
    parameters.push_back(column == schema.extra_column() ? cells[1 + column] : value);
  }
  for (const std::size_t cell : {schema.created_at_cell(), schema.created_by_cell(), schema.updated_at_cell(),
                                 schema.updated_by_cell(), schema.version_cell(), schema.epoch_cell()}) {
    parameters.push_back(cells[cell]);
  }
}

task<void> EntityFlow::State::store(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                    Deadline deadline) {
  const Schema& schema = *known.schema;
  if (can_store_at_once(input, options)) {
    auto storing = store_at_once(known, input, options, deadline);
    const bool is_stored = co_await storing;
    if (is_stored) {
      co_return;
    }
  }
  if (input.needs_current_schema) {
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
  const bool is_changed = merge(schema, input);
  if (!is_changed && !was_deleted) {
    co_return;
  }
  stamp_change(schema, options.user_id());
  cells[schema.deleted_at_cell()] = ValueRef();

  parameters.clear();
  add_changed_columns(schema, input);
  if (was_deleted) {
    parameters.emplace_back();
  }
  parameters.push_back(cells[schema.key_cell()]);
  const Write write = was_deleted ? Write::Revive : Write::Update;
  const StatementText& statement = write_statement(context.generator(), known, input, write).sql;
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, other);
  auto adding = add_history(schema, was_deleted ? "restore" : "update", cells[schema.updated_at_cell()],
                            options.user_id(), options.comment(), deadline);
  co_await adding;
}

/// Version 1, or where the id was removed for good before, one more than it had then. The row comes first: from then on
/// its key keeps every other writer of the id out, and the history stands still.
task<void> EntityFlow::State::insert_row(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                         Deadline deadline) {
  const Schema& schema = *known.schema;
  begin_row(schema, input, options.user_id());
  parameters.clear();
  add_inserted_columns(schema, input);
  const StatementText& statement = write_statement(context.generator(), known, input, Write::Insert).sql;
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, other);
  if (schema.has_reference()) {
    cells[schema.reference_cell()] = ValueRef(other.last_insert_id());
  }
  if (!input.id_is_generated) {
    auto continuing = continue_history(schema, deadline);
    co_await continuing;
  }
  auto adding =
      add_history(schema, "insert", cells[schema.updated_at_cell()], options.user_id(), options.comment(), deadline);
  co_await adding;
}

/// The row in `cells` has just been inserted: takes up the history that its id had before.
task<void> EntityFlow::State::continue_history(const Schema& schema, Deadline deadline) {
  const std::array<ValueRef, 1> id = {cells[0]};
  co_await on.execute(schema.statements().closed_history, std::span<const ValueRef>(id), deadline, row);
  if (row.empty()) {
    co_return;
  }
  const Row closed = row.front();
  cells[schema.created_at_cell()] = cells[schema.updated_at_cell()] = later_than(closed[std::size_t{2}]);
  cells[schema.version_cell()] = ValueRef(closed[std::size_t{0}].raw_integer() + 1);
  const std::array<ValueRef, 4> changes = {cells[schema.created_at_cell()], cells[schema.updated_at_cell()],
                                           cells[schema.version_cell()], cells[schema.key_cell()]};
  co_await on.execute(schema.statements().continue_row, std::span<const ValueRef>(changes), deadline, other);
  if (schema.has_reference()) {
    const std::array<ValueRef, 2> references = {cells[schema.reference_cell()], closed[std::size_t{3}]};
    co_await on.execute(schema.statements().reopen_history, std::span<const ValueRef>(references), deadline, other);
  }
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
    if (known != nullptr && state.schemas.should_settle(*known->schema, mode)) {
      auto settling = state.schemas.settle(name, std::min(deadline, Deadline::in(longest_settling)));
      known = co_await settling;
    }
    std::vector<EntityInput> inputs = inputs_for(known, entities, capabilities);
    if (inputs.empty()) {
      auto preparing = state.schemas.prepare(name, std::span<const Entity>(entities), mode, deadline);
      known = co_await preparing;
      inputs = inputs_for(known, entities, capabilities);
    }
    const std::shared_ptr<const Schema> schema = known->schema;
    state.schemas.note_use(name);
    std::exception_ptr refusal;
    if (!inputs.empty()) {  // else another writer changed a kind just now
      try {
        if (inputs.size() == 1 && !state.on.in_transaction() && state.can_store_at_once(inputs.front(), options)) {
          auto storing = state.store_alone(*known, inputs.front(), options, deadline);
          const bool is_stored = co_await storing;
          if (is_stored) {
            std::vector<Entity> saved;
            saved.push_back(state.stored_entity(*schema, options));
            co_return saved;
          }
        }
        auto body = [&] { return state.store_all(*known, inputs, options, deadline); };
        auto storing = within_transaction(state.on, state.transactions(), deadline, body);
        std::vector<Entity> saved = co_await storing;
        co_return saved;
      } catch (const StaleSchema&) {
        // Again with the current one.
      } catch (const QueryError&) {
        refusal = std::current_exception();
      }
    }
    if (!state.lost_race(name, refusal, attempt)) {
      auto renewing = state.renew_schema(schema, attempt, refusal, deadline);
      co_await renewing;
    }
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
  auto preparing =
      state.schemas.prepare(name, std::span<const Entity>(&sample, 1), state.context.schema_mode(), deadline);
  const KnownSchema* known = co_await preparing;
  if (known->schema->has_extra() && !state.on.in_transaction()) {
    auto settling = state.schemas.settle(std::move(name), deadline);
    known = co_await settling;
  }
  co_return known->schema->fields();
}

}  // namespace dalia
