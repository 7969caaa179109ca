// The reading half of EntityFlow: one statement a call, explicit columns, no look at the catalogue.
#include <array>
#include <utility>

#include "dalia/core/error.hpp"
#include "entity/entity_flow_state.hpp"
#include "entity/names.hpp"
#include "entity/query_text.hpp"

namespace dalia {

using internal::Form;
using internal::KnownSchema;
using internal::Schema;

namespace {

Form form_of(const auto& options) {
  return options.deserializes() ? Form::Typed : Form::Stored;
}

bool is_deleted(const Schema& schema, const Row& cells) {
  return !cells[schema.deleted_at_cell()].is_null();
}

}  // namespace

task<std::optional<Entity>> EntityFlow::get(std::string name, std::string id, GetOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto read = [&](const Schema& schema) -> task<std::optional<Entity>> {
    const std::array<ValueRef, 1> parameters = {ValueRef(id)};
    co_await state.on.execute(schema.statements().select_by_id, std::span<const ValueRef>(parameters), deadline,
                              state.row);
    std::optional<Entity> found;
    if (!state.row.empty()) {
      const Row cells = state.row.front();
      if (state.is_stale(schema, cells)) {
        throw StaleSchema();
      }
      if (options.includes_deleted() || !is_deleted(schema, cells)) {
        found.emplace(state.entity_from(schema, cells.cells(), form_of(options)));
      }
    }
    co_return found;
  };
  auto reading = with_schema<std::optional<Entity>>(state, std::move(name), deadline, Scope::Statement, read);
  std::optional<Entity> found = co_await reading;
  co_return found;
}

task<std::vector<Entity>> EntityFlow::find(std::string name, EntityQuery query) {
  State& state = *state_;
  const Deadline deadline = state.deadline(query.timeout());
  const auto read = [&](const Schema& schema) -> task<std::vector<Entity>> {
    const internal::QueryText text(state.context.generator(), schema, query);
    ResultSet rows;
    co_await state.on.execute(text.find_statement(), text.parameters(), deadline, rows);
    if (text.names_unsettled_field()) {
      auto checking = state.require_current(schema, deadline);
      co_await checking;
    }
    std::vector<Entity> found;
    found.reserve(rows.size());
    for (const Row cells : rows) {
      if (state.is_stale(schema, cells)) {
        throw StaleSchema();
      }
      found.push_back(state.entity_from(schema, cells.cells(), form_of(query)));
    }
    co_return found;
  };
  auto reading = with_schema<std::vector<Entity>>(state, std::move(name), deadline, Scope::Statement, read);
  std::vector<Entity> found = co_await reading;
  co_return found;
}

task<std::int64_t> EntityFlow::count(std::string name, EntityQuery query) {
  State& state = *state_;
  const Deadline deadline = state.deadline(query.timeout());
  const auto read = [&](const Schema& schema) -> task<std::int64_t> {
    const internal::QueryText text(state.context.generator(), schema, query);
    co_await state.on.execute(text.count_statement(), text.condition_parameters(), deadline, state.row);
    if (text.names_unsettled_field()) {
      auto checking = state.require_current(schema, deadline);
      co_await checking;
    }
    co_return state.row.front().get<std::int64_t>(0);
  };
  auto reading = with_schema<std::int64_t>(state, std::move(name), deadline, Scope::Statement, read);
  const std::int64_t count = co_await reading;
  co_return count;
}

task<std::vector<Entity>> EntityFlow::history(std::string name, std::string id, GetOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto read = [&](const Schema& schema) -> task<std::vector<Entity>> {
    const std::array<ValueRef, 1> parameters = {ValueRef(id)};
    ResultSet rows;
    co_await state.on.execute(schema.statements().history, std::span<const ValueRef>(parameters), deadline, rows);
    std::vector<Entity> versions;
    versions.reserve(rows.size());
    for (const Row cells : rows) {
      if (state.is_stale(schema, cells)) {
        throw StaleSchema();
      }
      versions.push_back(state.history_from(schema, cells, form_of(options)));
    }
    co_return versions;
  };
  auto reading = with_schema<std::vector<Entity>>(state, std::move(name), deadline, Scope::Statement, read);
  std::vector<Entity> versions = co_await reading;
  co_return versions;
}

task<std::optional<Entity>> EntityFlow::version(std::string name, std::string id, std::int64_t version,
                                                GetOptions options) {
  if (version < 1) {
    throw UsageError("versions count from 1");
  }
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto read = [&](const Schema& schema) -> task<std::optional<Entity>> {
    // A field that came after that version is null in it, so that saving it again clears the field; the row cannot
    // tell.
    auto checking = state.require_current(schema, deadline);
    co_await checking;
    const std::array<ValueRef, 2> parameters = {ValueRef(id), ValueRef(version)};
    co_await state.on.execute(schema.statements().version, std::span<const ValueRef>(parameters), deadline, state.row);
    std::optional<Entity> found;
    if (!state.row.empty()) {
      const Row cells = state.row.front();
      if (state.is_stale(schema, cells)) {
        throw StaleSchema();
      }
      found.emplace(state.history_from(schema, cells, form_of(options)));
    }
    co_return found;
  };
  auto reading = with_schema<std::optional<Entity>>(state, std::move(name), deadline, Scope::Statement, read);
  std::optional<Entity> found = co_await reading;
  co_return found;
}

task<std::vector<EntityField>> EntityFlow::fields(std::string name) {
  auto reloading = state_->schemas.reload(std::move(name), state_->deadline(std::nullopt));
  const KnownSchema* known = co_await reloading;
  std::vector<EntityField> fields;
  if (known != nullptr) {
    fields = known->schema->fields();
  }
  co_return fields;
}

task<std::vector<std::string>> EntityFlow::names() {
  State& state = *state_;
  const StatementText statement(state.context.generator().get_entity_names_sql());
  ResultSet rows;
  co_await state.on.execute(statement, std::span<const ValueRef>(), state.deadline(std::nullopt), rows);
  std::vector<std::string> names;
  for (const Row row : rows) {
    names.push_back(row.get<std::string>(0));
  }
  co_return names;
}

}  // namespace dalia
