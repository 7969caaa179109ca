// Deletes and restores of EntityFlow. They are changes like saves: a new version with a history row.
#include <array>
#include <utility>

#include "entity/entity_flow_state.hpp"
#include "entity/names.hpp"

namespace dalia {

using internal::Schema;

/// A soft delete or its restore.
task<bool> EntityFlow::State::change_deleted_at(const Schema& schema, const std::string& id, SoftDelete change,
                                                const std::optional<std::string>& user,
                                                const std::optional<std::string>& comment, Deadline deadline) {
  auto locking = lock_row(schema, id, deadline);
  const bool exists = co_await locking;
  const bool is_deleted = exists && !cells[schema.deleted_at_cell()].is_null();
  if (!exists || is_deleted == (change == SoftDelete::Delete)) {
    co_return false;
  }
  stamp_change(schema, user);
  cells[schema.deleted_at_cell()] = change == SoftDelete::Delete ? cells[schema.updated_at_cell()] : ValueRef();
  parameters.clear();
  for (const std::size_t cell : {schema.deleted_at_cell(), schema.updated_at_cell(), schema.updated_by_cell(),
                                 schema.version_cell(), schema.epoch_cell(), schema.key_cell()}) {
    parameters.push_back(cells[cell]);
  }
  co_await on.execute(schema.statements().change_deleted_at, std::span<const ValueRef>(parameters), deadline, other);
  auto adding = add_history(schema, change == SoftDelete::Delete ? "delete" : "restore",
                            cells[schema.updated_at_cell()], user, comment, deadline);
  co_await adding;
  co_return true;
}

/// Removes the row; its history gets a closing entry with the last state.
task<bool> EntityFlow::State::close_row(const Schema& schema, const std::string& id, const DeleteOptions& options,
                                        Deadline deadline) {
  auto locking = lock_row(schema, id, deadline);
  const bool exists = co_await locking;
  if (!exists) {
    co_return false;
  }
  const std::array<ValueRef, 1> key = {cells[schema.key_cell()]};
  co_await on.execute(schema.statements().remove, std::span<const ValueRef>(key), deadline, other);
  cells[schema.version_cell()] = ValueRef(cells[schema.version_cell()].raw_integer() + 1);
  auto adding = add_history(schema, "hard_delete", later_than(cells[schema.updated_at_cell()]), options.user_id(),
                            options.comment(), deadline);
  co_await adding;
  if (schema.has_reference()) {
    co_await on.execute(schema.statements().close_history, std::span<const ValueRef>(key), deadline, other);
  }
  co_return true;
}

/// Removes row and snapshots, and leaves a tombstone without content. A writer that has just seen neither a row nor a
/// history of the id would begin with version 1 behind the tombstone, and no key would stop it; hence the lock.
task<bool> EntityFlow::State::erase_row(const Schema& schema, const std::string& id, const RestoreOptions& options,
                                        Deadline deadline) {
  if (!schema.statements().lock_entity.text().empty()) {
    co_await on.execute(schema.statements().lock_entity, std::span<const ValueRef>(), deadline, other);
  }
  auto locking = lock_row(schema, id, deadline);
  const bool exists = co_await locking;
  std::int64_t last_version = 0;
  ValueRef reference;
  ValueRef time = stamp().cell;
  if (exists) {
    last_version = cells[schema.version_cell()].raw_integer();
    reference = schema.has_reference() ? cells[schema.reference_cell()] : ValueRef();
    time = later_than(cells[schema.updated_at_cell()]);
  } else {
    const std::array<ValueRef, 1> key = {ValueRef(id)};
    co_await on.execute(schema.statements().closed_history, std::span<const ValueRef>(key), deadline, row);
    if (row.empty() || row.front().get<std::string>(1) == "erase") {
      co_return false;
    }
    const Row closed = row.front();
    last_version = closed[std::size_t{0}].raw_integer();
    time = later_than(closed[std::size_t{2}]);
    reference = schema.has_reference() ? closed[std::size_t{3}] : ValueRef();
  }
  // Without a row there is no lock: what another writer adds in this moment stays, and collides with the tombstone.
  const std::array<ValueRef, 2> seen = {ValueRef(id), ValueRef(last_version)};
  co_await on.execute(schema.statements().history_delete, std::span<const ValueRef>(seen), deadline, other);
  if (!exists && other.affected_rows() == 0) {
    co_return false;  // another writer has just erased it
  }
  if (exists) {
    const std::array<ValueRef, 1> key = {cells[schema.key_cell()]};
    co_await on.execute(schema.statements().remove, std::span<const ValueRef>(key), deadline, other);
  }
  cells.assign(schema.row_width(), ValueRef());
  cells[0] = ValueRef(id);
  cells[schema.version_cell()] = ValueRef(last_version + 1);
  cells[schema.epoch_cell()] = ValueRef(schema.epoch());
  if (schema.has_reference()) {
    cells[schema.reference_cell()] = reference;
  }
  auto adding = add_history(schema, "erase", time, options.user_id(), options.comment(), deadline);
  co_await adding;
  if (schema.has_reference()) {
    const std::array<ValueRef, 1> freed = {reference};
    co_await on.execute(schema.statements().close_history, std::span<const ValueRef>(freed), deadline, other);
  }
  co_return true;
}

task<bool> EntityFlow::remove(std::string name, std::string id, DeleteOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) {
    return options.is_permanent() ? state.close_row(schema, id, options, deadline)
                                  : state.change_deleted_at(schema, id, SoftDelete::Delete, options.user_id(),
                                                            options.comment(), deadline);
  };
  auto changing = with_schema<bool>(state, std::move(name), deadline, Scope::Transaction, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

task<bool> EntityFlow::restore(std::string name, std::string id, RestoreOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) {
    return state.change_deleted_at(schema, id, SoftDelete::Restore, options.user_id(), options.comment(), deadline);
  };
  auto changing = with_schema<bool>(state, std::move(name), deadline, Scope::Transaction, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

task<bool> EntityFlow::erase(std::string name, std::string id, RestoreOptions options) {
  State& state = *state_;
  const Deadline deadline = state.deadline(options.timeout());
  const auto change = [&](const Schema& schema) { return state.erase_row(schema, id, options, deadline); };
  auto changing = with_schema<bool>(state, std::move(name), deadline, Scope::Transaction, change);
  const bool is_changed = co_await changing;
  co_return is_changed;
}

}  // namespace dalia
