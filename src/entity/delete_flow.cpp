// Deletes and restores of EntityFlow. They are changes like saves: a new version with a history row.
#include <array>
#include <utility>

#include "entity/entity_flow_state.hpp"
#include "entity/names.hpp"
#include "entity/transaction_scope.hpp"

namespace dalia {

using internal::KnownSchema;
using internal::Schema;
using internal::within_transaction;

/// A soft delete or restore.
task<bool> EntityFlow::State::change_row(const Schema& schema, const std::string& id, const StatementText& statement,
                                         std::string_view operation, const std::optional<std::string>& user,
                                         const std::optional<std::string>& comment, Deadline deadline) {
  const std::array<ValueRef, 4> values = {ValueRef(id), ValueRef(stamp().time),
                                          user ? ValueRef(std::string_view(*user)) : ValueRef(),
                                          ValueRef(schema.epoch())};
  co_await on.execute(statement, std::span<const ValueRef>(values), deadline, row);
  if (row.empty()) {
    co_return false;
  }
  if (is_stale(schema, row.front())) {
    throw StaleSchema();
  }
  auto adding = add_history(schema, operation, user, comment, 0, deadline);
  co_await adding;
  co_return true;
}

/// Removes the row; its history gets a closing entry with the last state.
task<bool> EntityFlow::State::close_row(const Schema& schema, const std::string& id, const DeleteOptions& options,
                                        Deadline deadline) {
  const std::array<ValueRef, 1> values = {ValueRef(id)};
  co_await on.execute(schema.statements().hard_delete, std::span<const ValueRef>(values), deadline, row);
  if (row.empty()) {
    co_return false;
  }
  if (is_stale(schema, row.front())) {
    throw StaleSchema();
  }
  auto adding = add_history(schema, "hard_delete", options.user_id(), options.comment(), 1, deadline);
  co_await adding;
  if (schema.has_reference()) {
    const std::array<ValueRef, 1> reference = {row.front()[schema.reference_cell()]};
    co_await on.execute(schema.statements().close_history, std::span<const ValueRef>(reference), deadline, other);
  }
  co_return true;
}

/// Removes row and snapshots, and leaves a tombstone without content.
task<bool> EntityFlow::State::erase_row(const Schema& schema, const std::string& id, const RestoreOptions& options,
                                        Deadline deadline) {
  const std::array<ValueRef, 1> values = {ValueRef(id)};
  co_await on.execute(schema.statements().select_by_id, std::span<const ValueRef>(values), deadline, row);
  std::int64_t last_version = 0;
  ValueRef reference;
  if (!row.empty()) {
    if (is_stale(schema, row.front())) {
      throw StaleSchema();
    }
    last_version = row.front()[schema.version_cell()].raw_integer();
    reference = schema.has_reference() ? row.front()[schema.reference_cell()] : ValueRef();
  } else {
    co_await on.execute(schema.statements().closed_history, std::span<const ValueRef>(values), deadline, row);
    if (row.empty() || row.front().get<std::string>(1) == "erase") {
      co_return false;
    }
    last_version = row.front()[std::size_t{0}].raw_integer();
    reference = schema.has_reference() ? row.front()[std::size_t{2}] : ValueRef();
  }
  co_await on.execute(schema.statements().history_delete, std::span<const ValueRef>(values), deadline, other);
  co_await on.execute(schema.statements().hard_delete, std::span<const ValueRef>(values), deadline, other);
  parameters.assign(schema.row_width(), ValueRef());
  parameters.front() = ValueRef(id);
  parameters[schema.version_cell()] = ValueRef(last_version + 1);
  parameters[schema.epoch_cell()] = ValueRef(schema.epoch());
  if (schema.has_reference()) {
    parameters[schema.reference_cell()] = reference;
  }
  parameters.push_back(ValueRef(std::string_view("erase")));
  parameters.push_back(ValueRef(stamp().time));
  parameters.push_back(options.user_id() ? ValueRef(std::string_view(*options.user_id())) : ValueRef());
  parameters.push_back(options.comment() ? ValueRef(std::string_view(*options.comment())) : ValueRef());
  parameters.push_back(ValueRef(stamp().transaction));
  co_await on.execute(schema.statements().history_insert, std::span<const ValueRef>(parameters), deadline, other);
  if (schema.has_reference()) {
    const std::array<ValueRef, 1> freed = {reference};
    co_await on.execute(schema.statements().close_history, std::span<const ValueRef>(freed), deadline, other);
  }
  co_return true;
}

/// @param change  task<bool>(const Schema&), run in a transaction; again where the schema turns out to be old.
template <class Change>
static task<bool> with_rows_of(EntityFlow::State& state, std::string name, Deadline deadline, Change& change) {
  for (int attempt = 0;; ++attempt) {
    auto finding = state.schemas.find(name, deadline);
    KnownSchema* known = co_await finding;
    if (known == nullptr) {
      co_return false;
    }
    const std::shared_ptr<const Schema> schema = known->schema;
    try {
      auto body = [&] { return change(*schema); };
      auto changing = within_transaction(state.on, state.transactions(), deadline, body);
      const bool is_changed = co_await changing;
      co_return is_changed;
    } catch (const StaleSchema&) {
      if (attempt == most_schema_retries) {
        throw TransientError("the schema of '" + name + "' keeps changing; try again");
      }
    }
    auto reloading = state.schemas.reload(name, deadline);
    co_await reloading;
  }
}

task<bool> EntityFlow::remove(std::string name, std::string id, DeleteOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) {
    return options.is_permanent() ? state.close_row(schema, id, options, deadline)
                                  : state.change_row(schema, id, schema.statements().soft_delete, "delete",
                                                     options.user_id(), options.comment(), deadline);
  };
  auto changing = with_rows_of(state, std::move(name), deadline, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

task<bool> EntityFlow::restore(std::string name, std::string id, RestoreOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) {
    return state.change_row(schema, id, schema.statements().restore, "restore", options.user_id(), options.comment(),
                            deadline);
  };
  auto changing = with_rows_of(state, std::move(name), deadline, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

task<bool> EntityFlow::erase(std::string name, std::string id, RestoreOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) { return state.erase_row(schema, id, options, deadline); };
  auto changing = with_rows_of(state, std::move(name), deadline, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

}  // namespace dalia
