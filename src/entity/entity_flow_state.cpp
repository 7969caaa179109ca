#include "entity/entity_flow_state.hpp"

#include <random>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
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

/// Grows with time and differs between connections and processes.
std::int64_t transaction_number(Instant time) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return time.time_since_epoch().count() * 512 + static_cast<std::int64_t>(random() % 512);
}

}  // namespace

const ChangeStamp& EntityFlow::State::stamp() {
  if (stamped_transaction != on.transaction_serial()) {
    stamped_transaction = on.transaction_serial();
    last_stamp.time = now();
    last_stamp.transaction = transaction_number(last_stamp.time);
  }
  return last_stamp;
}

std::vector<Value> EntityFlow::State::values_from(const Schema& schema, const Row& cells, Form form,
                                                  std::size_t more) const {
  std::vector<Value> values;
  values.reserve(schema.row_names()->size() + more);
  values.push_back(value_of(cells[std::size_t{0}], Kind::Text, form));
  std::size_t cell = 1;
  for (const EntityField& field : schema.fields()) {
    if (!field.kind) {
      values.emplace_back();
      continue;
    }
    values.push_back(value_of(cells[cell++], *field.kind, form));
    if (form == Form::Typed && !field.serializer.empty()) {
      if (!context.serializers().knows(field.serializer)) {
        throw EntityError(fmt::format("{}.{} holds values of the type '{}'; register its serializer to read them",
                                      schema.entity(), field.name, field.serializer),
                          schema.entity());
      }
      if (!values.back().is_null()) {
        values.back() = Value::serialized(field.serializer, values.back());
      }
    }
  }
  for (const Kind kind : system_kinds) {
    values.push_back(value_of(cells[cell++], kind, form));
  }
  return values;
}

Entity EntityFlow::State::entity_from(const Schema& schema, const Row& cells, Form form) const {
  return Entity(schema.row_names(), values_from(schema, cells, form, 0));
}

Entity EntityFlow::State::history_from(const Schema& schema, const Row& cells, Form form) const {
  std::vector<Value> values = values_from(schema, cells, form, 1 + history_kinds.size());
  if (!schema.has("version")) {
    values.push_back(values.back());
  }
  std::size_t cell = schema.row_width();
  for (const Kind kind : history_kinds) {
    values.push_back(value_of(cells[cell++], kind, form));
  }
  return Entity(schema.history_names(), std::move(values));
}

}  // namespace dalia
