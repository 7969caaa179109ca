#include "entity/entity_flow_state.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/extra_values.hpp"
#include "generators/entity_columns.hpp"

namespace dalia {
namespace {

using internal::Form;
using internal::Schema;
using internal::value_of;

/// Kinds of created_at, created_by, updated_at, updated_by, deleted_at, _version.
constexpr std::array<Kind, 6> system_kinds = {Kind::Instant, Kind::Text,    Kind::Instant,
                                              Kind::Text,    Kind::Instant, Kind::Int64};
/// Kinds of history_op, history_timestamp, history_user_id, history_comment.
constexpr std::array<Kind, internal::history_columns_read> history_kinds = {Kind::Text, Kind::Instant, Kind::Text,
                                                                            Kind::Text};

/// How often a flow starts again with a newer schema. Each time another writer changed it in between.
constexpr int most_schema_retries = 10;
/// How often a change starts again because another writer added the same row. Each time that one has finished.
constexpr int most_races = 10;

/// Grows with time and differs between connections and processes.
std::int64_t transaction_number(Instant time) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return time.time_since_epoch().count() * 512 + static_cast<std::int64_t>(random() % 512);
}

}  // namespace

const ChangeStamp& EntityFlow::State::stamp() {
  if (stamped_transaction_ != on.transaction_serial()) {
    renew_stamp();
  }
  return stamp_;
}

void EntityFlow::State::renew_stamp() {
  stamped_transaction_ = on.transaction_serial();
  stamp_.time = now();
  stamp_.cell = cell_of(stamp_.time, stamp_text_);
  stamp_.transaction = transaction_number(stamp_.time);
}

Deadline EntityFlow::State::deadline(const std::optional<std::chrono::nanoseconds>& timeout) const {
  const std::chrono::nanoseconds limit = timeout.value_or(context.default_timeout());
  if (limit <= std::chrono::nanoseconds::zero()) {
    throw TimeoutError("the time limit of the call had passed before it began", TimeoutPhase::Query);
  }
  return Deadline::in(limit);
}

task<void> EntityFlow::State::renew_schema(std::shared_ptr<const Schema> tried, int attempt, std::exception_ptr refusal,
                                           Deadline deadline) {
  auto reloading = schemas.reload(tried->entity(), deadline);
  const internal::KnownSchema* known = co_await reloading;
  const bool is_same =
      known != nullptr && known->schema->epoch() == tried->epoch() && known->schema->fields() == tried->fields();
  if (refusal && (is_same || attempt >= most_schema_retries)) {
    std::rethrow_exception(refusal);
  }
  if (attempt >= most_schema_retries) {
    throw TransientError(fmt::format("the schema of '{}' keeps changing; try again", tried->entity()));
  }
}

bool EntityFlow::State::lost_race(const std::string& name, const std::exception_ptr& refusal, int attempt) const {
  if (!refusal) {
    return false;
  }
  try {
    std::rethrow_exception(refusal);
  } catch (const ConstraintViolation& violation) {
    if (!context.generator().is_row_key(name, violation.constraint())) {
      return false;
    }
    if (attempt < most_races) {
      return true;
    }
    // In a transaction that cannot see the other's row it never appears.
    ErrorFacts facts = violation.facts();
    facts.retryable = true;
    throw TransientError(
        fmt::format("another writer has just saved the same id of '{}'; run the transaction again", name),
        std::move(facts));
  } catch (...) {
    return false;
  }
}

task<void> EntityFlow::State::require_current(const Schema& schema, Deadline deadline) {
  co_await on.execute(schema.statements().epoch, std::span<const ValueRef>(), deadline, other);
  const auto current = other.front().get<std::optional<std::int64_t>>(0).value_or(internal::first_epoch);
  // Going back to a savepoint takes back a change of the schema that the transaction itself has made.
  const bool is_undone = current < schema.epoch() && schemas.is_in_doubt(schema.entity());
  if (current > schema.epoch() || is_undone) {
    throw StaleSchema();
  }
}

ValueRef EntityFlow::State::cell_of(Instant time, std::string& text) const {
  if (context.generator().generator().capabilities().instant_columns) {
    return ValueRef(time);
  }
  text = to_text(time);  // once for all columns it goes to
  return ValueRef(text);
}

ValueRef EntityFlow::State::later_than(const ValueRef& earlier) {
  const Instant next = earlier.get<Instant>() + std::chrono::microseconds(1);
  return stamp().time >= next ? stamp().cell : cell_of(next, later_text_);
}

task<bool> EntityFlow::State::lock_row(const Schema& schema, const std::string& id, Deadline deadline) {
  const std::array<ValueRef, 1> key = {ValueRef(id)};
  co_await on.execute(schema.statements().select_for_update, std::span<const ValueRef>(key), deadline, row);
  if (row.empty()) {
    co_return false;
  }
  const Row stored = row.front();
  if (is_stale(schema, stored)) {
    throw StaleSchema();
  }
  cells.clear();
  for (std::size_t i = 0; i < stored.size(); ++i) {
    cells.push_back(stored[i]);
  }
  co_return true;
}

void EntityFlow::State::stamp_change(const Schema& schema, const std::optional<std::string>& user) {
  cells[schema.updated_at_cell()] = later_than(cells[schema.updated_at_cell()]);
  cells[schema.updated_by_cell()] = optional_text(user);
  cells[schema.version_cell()] = ValueRef(cells[schema.version_cell()].raw_integer() + 1);
  cells[schema.epoch_cell()] = ValueRef(schema.epoch());
}

void EntityFlow::State::add_snapshot(std::string_view operation, ValueRef time, const std::optional<std::string>& user,
                                     const std::optional<std::string>& comment) {
  parameters.insert(parameters.end(), cells.begin(), cells.end());
  parameters.emplace_back(operation);
  parameters.push_back(time);
  parameters.push_back(optional_text(user));
  parameters.push_back(optional_text(comment));
  parameters.emplace_back(stamp().transaction);
}

/// The snapshot of `cells`.
task<void> EntityFlow::State::add_history(const Schema& schema, std::string_view operation, ValueRef time,
                                          const std::optional<std::string>& user,
                                          const std::optional<std::string>& comment, Deadline deadline) {
  parameters.clear();
  add_snapshot(operation, time, user, comment);
  co_await on.execute(schema.statements().history_insert, std::span<const ValueRef>(parameters), deadline, other);
}

std::vector<Value> EntityFlow::State::values_from(const Schema& schema, std::span<const ValueRef> columns, Form form,
                                                  std::size_t more) const {
  std::vector<Value> values;
  values.reserve(schema.row_names()->size() + more);
  values.push_back(value_of(columns[0], Kind::Text, form));
  const internal::ExtraValues extra(schema.has_extra() ? columns[1 + schema.extra_column()] : ValueRef());
  std::size_t cell = 1;
  for (const EntityField& field : schema.fields()) {
    if (!field.kind) {
      values.emplace_back();
      continue;
    }
    values.push_back(value_of(field.is_extra ? extra.find(field.name) : columns[cell++], *field.kind, form));
    if (form == Form::Typed && !field.serializer.empty() && !values.back().is_null()) {
      if (!context.serializers().knows(field.serializer)) {
        throw EntityError(fmt::format("{}.{} holds values of the type '{}'; register its serializer to read them",
                                      schema.entity(), field.name, field.serializer),
                          schema.entity());
      }
      values.back() = Value::serialized(field.serializer, values.back());
    }
  }
  cell = schema.system_column(0);
  for (const Kind kind : system_kinds) {
    values.push_back(value_of(columns[cell++], kind, form));
  }
  return values;
}

Entity EntityFlow::State::entity_from(const Schema& schema, std::span<const ValueRef> columns, Form form) const {
  return Entity(schema.row_names(), values_from(schema, columns, form, 0));
}

Entity EntityFlow::State::history_from(const Schema& schema, const Row& stored, Form form) const {
  std::vector<Value> values = values_from(schema, stored.cells(), form, 1 + history_kinds.size());
  if (!schema.has("version")) {
    values.push_back(values.back());
  }
  std::size_t cell = schema.row_width();
  for (const Kind kind : history_kinds) {
    values.push_back(value_of(stored[cell++], kind, form));
  }
  return Entity(schema.history_names(), std::move(values));
}

}  // namespace dalia
