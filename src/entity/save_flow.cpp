// The saving half of EntityFlow. Inside one transaction: the upsert, whose row lock gives the version number, then the
// history row made from what the upsert returned.
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

ValueRef optional_text(const std::optional<std::string>& text) {
  return text ? ValueRef(std::string_view(*text)) : ValueRef();
}

enum class SaveKind : char { Insert = 'i', Upsert = 'u', Checked = 'c', Revive = 'r', CheckedRevive = 'R' };

SaveKind kind_of(const EntityInput& input, const SaveOptions& options) {
  if (options.expected_version().value_or(-1) == 0 || input.id_is_generated) {
    return SaveKind::Insert;
  }
  if (options.expected_version()) {
    return options.revives() ? SaveKind::CheckedRevive : SaveKind::Checked;
  }
  return options.revives() ? SaveKind::Revive : SaveKind::Upsert;
}

/// The statement for the columns this input has, made once for each shape.
const StatementText& save_statement(const SqlEntityGenerator& generator, KnownSchema& known, const EntityInput& input,
                                    SaveKind kind) {
  const Schema& schema = *known.schema;
  std::string shape(1 + (schema.column_names().size() + 7) / 8, '\0');
  shape[0] = static_cast<char>(kind);
  for (const auto& [column, value] : input.values) {
    shape[1 + column / 8] = static_cast<char>(shape[1 + column / 8] | (1 << (column % 8)));
  }
  StatementText& statement = known.saves[std::move(shape)];
  if (statement.text().empty()) {
    std::vector<std::string> fields;
    for (const auto& [column, value] : input.values) {
      fields.push_back(schema.column_names()[column]);
    }
    SqlEntityGenerator::SaveShape wanted;
    wanted.fields = fields;
    wanted.checks_version = kind == SaveKind::Checked || kind == SaveKind::CheckedRevive;
    wanted.revives = kind == SaveKind::Revive || kind == SaveKind::CheckedRevive;
    statement = StatementText(kind == SaveKind::Insert
                                  ? generator.get_insert_sql(schema.entity(), fields, schema.column_names())
                                  : generator.get_upsert_sql(schema.entity(), wanted, schema.column_names()));
  }
  return statement;
}

std::vector<EntityInput> inputs_for(const KnownSchema* known, std::span<const Entity> entities) {
  std::vector<EntityInput> inputs;
  if (known == nullptr) {
    return inputs;
  }
  inputs.reserve(entities.size());
  for (const Entity& entity : entities) {
    std::optional<EntityInput> input = input_for(*known->schema, entity);
    if (!input) {
      return std::vector<EntityInput>();
    }
    inputs.push_back(*std::move(input));
  }
  return inputs;
}

}  // namespace

/// Saves one row and leaves it, as stored, in `row`.  @return false where nothing changed.
task<bool> EntityFlow::State::store(KnownSchema& known, const EntityInput& input, const SaveOptions& options,
                                    Deadline deadline) {
  const Schema& schema = *known.schema;
  const ChangeStamp& now = stamp();
  const SaveKind kind = kind_of(input, options);
  std::string_view operation = "update";
  if (options.revives() || options.expected_version().value_or(-1) == 0) {
    parameters.assign(1, ValueRef(input.id));
    co_await on.execute(schema.statements().select_by_id, std::span<const ValueRef>(parameters), deadline, row);
    if (!row.empty()) {
      const Row stored = row.front();
      if (options.expected_version().value_or(-1) == 0) {
        throw VersionConflict(schema.entity(), input.id, 0, stored[schema.version_cell()].raw_integer());
      }
      if (!stored[schema.deleted_at_cell()].is_null()) {
        operation = "restore";
      }
    }
  }
  parameters.clear();
  parameters.push_back(ValueRef(input.id));
  for (const auto& [column, value] : input.values) {
    parameters.push_back(value);
  }
  parameters.push_back(ValueRef(now.time));
  parameters.push_back(optional_text(options.user_id()));
  parameters.push_back(ValueRef(schema.epoch()));
  if (kind == SaveKind::Checked || kind == SaveKind::CheckedRevive) {
    parameters.push_back(ValueRef(*options.expected_version()));
  }
  const StatementText& statement = save_statement(context.generator(), known, input, kind);
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, row);
  if (row.empty()) {
    auto explaining = explain_refusal(schema, input, options, deadline);
    co_await explaining;
    co_return false;
  }
  if (is_stale(schema, row.front())) {
    throw StaleSchema();
  }
  if (row.front()[schema.version_cell()].raw_integer() == 1) {
    operation = "insert";
    if (!input.id_is_generated) {
      auto continuing = continue_history(schema, input.id, deadline);
      co_await continuing;
    }
  }
  auto adding = add_history(schema, operation, options.user_id(), options.comment(), 0, deadline);
  co_await adding;
  co_return true;
}

/// The save touched no row: the stored one is the same already, or it must not be changed.
task<void> EntityFlow::State::explain_refusal(const Schema& schema, const EntityInput& input,
                                              const SaveOptions& options, Deadline deadline) {
  const std::array<ValueRef, 1> id = {ValueRef(input.id)};
  co_await on.execute(schema.statements().select_by_id, std::span<const ValueRef>(id), deadline, row);
  const std::int64_t expected = options.expected_version().value_or(0);
  if (row.empty()) {
    throw VersionConflict(schema.entity(), input.id, expected, 0);
  }
  const Row stored = row.front();
  if (is_stale(schema, stored)) {
    throw StaleSchema();
  }
  const std::int64_t current = stored[schema.version_cell()].raw_integer();
  if (options.expected_version() && current != expected) {
    throw VersionConflict(schema.entity(), input.id, expected, current);
  }
  if (!stored[schema.deleted_at_cell()].is_null()) {
    throw EntityDeleted(schema.entity(), input.id);
  }
}

/// A created row whose id was removed for good before goes on with the numbers, and the history, of that time.
task<void> EntityFlow::State::continue_history(const Schema& schema, const std::string& id, Deadline deadline) {
  const std::array<ValueRef, 1> parameters_of_search = {ValueRef(id)};
  co_await on.execute(schema.statements().closed_history, std::span<const ValueRef>(parameters_of_search), deadline,
                      other);
  if (other.empty()) {
    co_return;
  }
  const ValueRef last_version(other.front()[std::size_t{0}]);
  const ValueRef reference =
      schema.has_reference() ? row.front()[schema.reference_cell()] : row.front()[std::size_t{0}];
  const std::array<ValueRef, 2> joined = {reference, other.front()[std::size_t{2}]};
  const std::array<ValueRef, 2> renumbered = {reference, last_version};
  ResultSet ignored;
  if (!schema.statements().reopen_history.text().empty()) {
    co_await on.execute(schema.statements().reopen_history, std::span<const ValueRef>(joined), deadline, ignored);
  }
  co_await on.execute(schema.statements().reopen_row, std::span<const ValueRef>(renumbered), deadline, ignored);
  row = std::move(ignored);
}

/// The snapshot of the row that a change left in `row`.  @param version_step  added to its version.
task<void> EntityFlow::State::add_history(const Schema& schema, std::string_view operation,
                                          const std::optional<std::string>& user,
                                          const std::optional<std::string>& comment, std::int64_t version_step,
                                          Deadline deadline) {
  const Row cells = row.front();
  parameters.clear();
  for (std::size_t cell = 0; cell < schema.row_width(); ++cell) {
    parameters.push_back(cells[cell]);
  }
  if (version_step != 0) {
    parameters[schema.version_cell()] = ValueRef(cells[schema.version_cell()].raw_integer() + version_step);
  }
  parameters.push_back(ValueRef(operation));
  // The row itself does not change when it goes for good; that moment is the transaction's.
  parameters.push_back(version_step == 0 ? cells[schema.updated_at_cell()] : ValueRef(stamp().time));
  parameters.push_back(optional_text(user));
  parameters.push_back(optional_text(comment));
  parameters.push_back(ValueRef(stamp().transaction));
  co_await on.execute(schema.statements().history_insert, std::span<const ValueRef>(parameters), deadline, other);
}

task<std::vector<Entity>> EntityFlow::State::store_all(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                                       const SaveOptions& options, Deadline deadline) {
  const Form form = options.deserializes() ? Form::Typed : Form::Stored;
  std::vector<Entity> saved;
  saved.reserve(inputs.size());
  for (const EntityInput& input : inputs) {
    auto storing = store(known, input, options, deadline);
    co_await storing;
    saved.push_back(entity_from(*known.schema, row.front(), form));
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
  const SchemaMode mode = options.schema_mode().value_or(state.context.schema_mode());
  for (int attempt = 0;; ++attempt) {
    auto finding = state.schemas.find(name, deadline);
    KnownSchema* known = co_await finding;
    std::vector<EntityInput> inputs = inputs_for(known, entities);
    if (inputs.empty()) {
      auto preparing = state.schemas.prepare(name, std::span<const Entity>(entities), mode, deadline);
      known = co_await preparing;
      inputs = inputs_for(known, entities);
    }
    if (inputs.empty()) {
      continue;  // another writer widened a field just now
    }
    if (inputs.front().id_is_generated && options.expected_version().value_or(0) > 0) {
      throw VersionConflict(name, inputs.front().id, *options.expected_version(), 0);
    }
    std::exception_ptr refusal;
    try {
      auto body = [&] { return state.store_all(*known, inputs, options, deadline); };
      auto storing = within_transaction(state.on, state.transactions(), deadline, body);
      std::vector<Entity> saved = co_await storing;
      co_return saved;
    } catch (const StaleSchema&) {
      // Again with the schema of that row.
    } catch (const QueryError&) {
      refusal = std::current_exception();
    }
    const std::int64_t epoch = known->schema->epoch();
    auto reloading = state.schemas.reload(name, deadline);
    known = co_await reloading;
    const bool is_same = known != nullptr && known->schema->epoch() == epoch;
    if (attempt == most_schema_retries || (refusal && is_same)) {
      if (refusal) {
        std::rethrow_exception(refusal);
      }
      throw TransientError(fmt::format("the schema of '{}' keeps changing; try again", name));
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
  auto preparing = state.schemas.prepare(std::move(name), std::span<const Entity>(&sample, 1),
                                         state.context.schema_mode(), deadline);
  const KnownSchema* known = co_await preparing;
  co_return known->schema->fields();
}

}  // namespace dalia
