// Saves of many entities. One after the other, as in save_flow.cpp, unless the engine can do better: save a batch in
// one statement, or run a statement for many rows at once.
#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "entity/entity_flow_state.hpp"
#include "entity/write_statements.hpp"

namespace dalia {

using internal::EntityInput;
using internal::KnownSchema;
using internal::lock_rows_statement;
using internal::Schema;
using internal::used_ids_statement;
using internal::Write;
using internal::write_statement;

namespace {

/// Inputs that one statement can take: of one shape, no id twice. Places among the inputs.
using Batch = std::vector<std::size_t>;

constexpr std::string_view inserted = "insert";
constexpr std::string_view updated = "update";

constexpr std::size_t most_rows_in_batch = 1000;
constexpr std::size_t most_bytes_in_batch = std::size_t{4} << 20;

std::size_t bytes_of(const EntityInput& input) {
  std::size_t bytes = input.id.size();
  for (const auto& [column, value] : input.values) {
    const bool is_long = value.kind() == Kind::Text || value.kind() == Kind::Json || value.kind() == Kind::Bytes;
    bytes += is_long ? value.raw_bytes().size() : 16;
  }
  return bytes;
}

/// The k-th input of an id goes into the k-th wave, so that each gets a version of its own.
/// @param order  by id.
std::vector<Batch> batches_of(const std::vector<EntityInput>& inputs, const std::vector<std::size_t>& order) {
  using Shape = std::vector<std::size_t>;
  std::map<std::pair<std::size_t, Shape>, std::vector<Batch>> waves;
  std::map<const std::vector<Batch>*, std::size_t> bytes;  // of the last batch
  std::size_t wave = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const EntityInput& input = inputs[order[i]];
    wave = i > 0 && inputs[order[i - 1]].id == input.id ? wave + 1 : 0;
    Shape shape;
    for (const auto& [column, value] : input.values) {
      shape.push_back(column);
    }
    std::vector<Batch>& batches = waves[std::pair(wave, std::move(shape))];
    std::size_t& size = bytes[&batches];
    const std::size_t more = bytes_of(input);
    if (batches.empty() || batches.back().size() == most_rows_in_batch || size + more > most_bytes_in_batch) {
      batches.emplace_back();
      size = 0;
    }
    batches.back().push_back(order[i]);
    size += more;
  }
  std::vector<Batch> all;
  for (auto& [key, batches] : waves) {
    std::move(batches.begin(), batches.end(), std::back_inserter(all));
  }
  return all;
}

/// The places of the inputs, by id and then as given: batches that lock their rows in one order never wait for each
/// other in a circle.
std::vector<std::size_t> in_id_order(const std::vector<EntityInput>& inputs) {
  std::vector<std::size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return inputs[left].id < inputs[right].id; });
  return order;
}

}  // namespace

task<void> EntityFlow::State::store_batch(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                          const std::vector<std::size_t>& batch, const SaveOptions& options,
                                          Deadline deadline, std::vector<Entity>& saved) {
  const Schema& schema = *known.schema;
  const SqlEntityGenerator& generator = context.generator();
  const EntityInput& first = inputs[batch.front()];
  std::vector<std::string> arrays;
  std::vector<ValueRef> column;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::size_t place : batch) {
    column.emplace_back(inputs[place].id);
    places.emplace(inputs[place].id, place);
  }
  arrays.push_back(generator.get_array_text(column));
  for (std::size_t i = 0; i < first.values.size(); ++i) {
    column.clear();
    for (const std::size_t place : batch) {
      column.push_back(inputs[place].values[i].second);
    }
    arrays.push_back(generator.get_array_text(column));
  }
  parameters.clear();
  for (const std::string& array : arrays) {
    parameters.emplace_back(std::string_view(array));
  }
  parameters.push_back(stamp().cell);
  parameters.push_back(optional_text(options.user_id()));
  parameters.emplace_back(schema.epoch());
  parameters.push_back(optional_text(options.comment()));
  parameters.emplace_back(stamp().transaction);
  const StatementText& statement = write_statement(generator, known, first, Write::SaveMany).sql;
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, row);
  for (const Row stored : row) {
    const auto place = places.find(stored[std::size_t{0}].raw_bytes());
    take_saved(schema, inputs[place->second], stored.cells().subspan(1));
    saved[place->second] = stored_entity(schema, options);
    places.erase(place);
  }
  for (const std::size_t place : batch) {
    if (places.contains(inputs[place].id)) {
      auto storing = store(known, inputs[place], options, deadline);
      co_await storing;
      saved[place] = stored_entity(schema, options);
    }
  }
}

task<void> EntityFlow::State::lock_rows(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                        const std::vector<std::size_t>& batch, Deadline deadline, ResultSet& stored) {
  parameters.clear();
  for (const std::size_t place : batch) {
    if (!inputs[place].id_is_generated) {
      parameters.emplace_back(inputs[place].id);
    }
  }
  if (parameters.empty()) {
    co_return;
  }
  const StatementText& statement = lock_rows_statement(context.generator(), known, parameters);
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, stored);
}

task<void> EntityFlow::State::write_together(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                             const std::vector<Change>& changes, std::string_view operation,
                                             Deadline deadline) {
  const Schema& schema = *known.schema;
  const bool inserts = operation == inserted;
  const EntityInput* any = nullptr;
  parameters.clear();
  for (const Change& change : changes) {
    if (change.operation != operation) {
      continue;
    }
    any = &inputs[change.place];
    cells = change.cells;
    if (inserts) {
      add_inserted_columns(schema, *any);
    } else {
      add_changed_columns(schema, *any);
      parameters.push_back(cells[schema.key_cell()]);
    }
  }
  if (any == nullptr) {
    co_return;
  }
  const Write write = inserts ? Write::Insert : Write::Update;
  const StatementText& statement = write_statement(context.generator(), known, *any, write).sql;
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, other);
}

task<void> EntityFlow::State::continue_histories(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                                 std::vector<Change>& changes, Deadline deadline) {
  parameters.clear();
  for (const Change& change : changes) {
    if (change.operation == inserted && !inputs[change.place].id_is_generated) {
      parameters.emplace_back(inputs[change.place].id);
    }
  }
  if (parameters.empty()) {
    co_return;
  }
  ResultSet used;
  const StatementText& statement = used_ids_statement(context.generator(), known, parameters);
  co_await on.execute(statement, std::span<const ValueRef>(parameters), deadline, used);
  for (const Row one : used) {
    const std::string_view id = one[std::size_t{0}].raw_bytes();
    const auto change = std::find_if(changes.begin(), changes.end(),
                                     [&](const Change& candidate) { return inputs[candidate.place].id == id; });
    cells = change->cells;
    auto continuing = continue_history(*known.schema, deadline);
    co_await continuing;
    change->cells = cells;
  }
}

task<void> EntityFlow::State::store_together(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                             const std::vector<std::size_t>& batch, const SaveOptions& options,
                                             Deadline deadline, std::vector<Entity>& saved) {
  const Schema& schema = *known.schema;
  ResultSet stored;
  auto locking = lock_rows(known, inputs, batch, deadline, stored);
  co_await locking;
  std::unordered_map<std::string_view, Row> rows;
  for (const Row one : stored) {
    if (is_stale(schema, one)) {
      throw StaleSchema();
    }
    rows.emplace(one[std::size_t{0}].raw_bytes(), one);
  }
  std::vector<Change> changes;
  std::vector<std::size_t> deleted;
  for (const std::size_t place : batch) {
    const auto row_of_id = rows.find(inputs[place].id);
    if (row_of_id == rows.end()) {
      begin_row(schema, inputs[place], options.user_id());
      changes.push_back(Change{place, inserted, cells});
      continue;
    }
    cells.assign(row_of_id->second.cells().begin(), row_of_id->second.cells().end());
    if (!cells[schema.deleted_at_cell()].is_null()) {
      deleted.push_back(place);
    } else if (merge(schema, inputs[place])) {
      stamp_change(schema, options.user_id());
      changes.push_back(Change{place, updated, cells});
    } else {
      saved[place] = stored_entity(schema, options);
    }
  }
  auto updating = write_together(known, inputs, changes, updated, deadline);
  co_await updating;
  auto inserting = write_together(known, inputs, changes, inserted, deadline);
  co_await inserting;
  auto continuing = continue_histories(known, inputs, changes, deadline);
  co_await continuing;
  parameters.clear();
  for (const Change& change : changes) {
    cells = change.cells;
    add_snapshot(change.operation, cells[schema.updated_at_cell()], options.user_id(), options.comment());
    saved[change.place] = stored_entity(schema, options);
  }
  if (!changes.empty()) {
    co_await on.execute(schema.statements().history_insert, std::span<const ValueRef>(parameters), deadline, other);
  }
  for (const std::size_t place : deleted) {  // refused, or brought back
    auto storing = store(known, inputs[place], options, deadline);
    co_await storing;
    saved[place] = stored_entity(schema, options);
  }
}

task<std::vector<Entity>> EntityFlow::State::store_all(KnownSchema& known, const std::vector<EntityInput>& inputs,
                                                       const SaveOptions& options, Deadline deadline) {
  std::vector<Entity> saved(inputs.size());
  const std::vector<std::size_t> order = in_id_order(inputs);
  const bool needs_current_schema =
      std::any_of(inputs.begin(), inputs.end(), [](const EntityInput& input) { return input.needs_current_schema; });
  const Capabilities& capabilities = context.generator().generator().capabilities();
  const bool in_batches = capabilities.array_saves || capabilities.array_binding;
  if (inputs.size() > 1 && !needs_current_schema && in_batches) {
    for (const Batch& batch : batches_of(inputs, order)) {
      auto storing = capabilities.array_saves ? store_batch(known, inputs, batch, options, deadline, saved)
                                              : store_together(known, inputs, batch, options, deadline, saved);
      co_await storing;
    }
    co_return saved;
  }
  for (const std::size_t place : order) {
    auto storing = store(known, inputs[place], options, deadline);
    co_await storing;
    saved[place] = stored_entity(*known.schema, options);
  }
  co_return saved;
}

}  // namespace dalia
