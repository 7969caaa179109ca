#include "entity/input.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"
#include "entity/fit.hpp"

namespace dalia::internal {
namespace {

void sort_by_column(const Schema& schema, EntityInput& input) {
  const auto by_column = [](const auto& left, const auto& right) { return left.first < right.first; };
  if (!std::is_sorted(input.values.begin(), input.values.end(), by_column)) {
    std::stable_sort(input.values.begin(), input.values.end(), by_column);
  }
  const auto twice = std::adjacent_find(input.values.begin(), input.values.end(),
                                        [](const auto& left, const auto& right) { return left.first == right.first; });
  if (twice != input.values.end()) {
    refuse_two_spellings(schema.entity(), schema.column_names()[twice->first]);
  }
}

void add_extra(const Schema& schema, const EntityField& field, const ValueRef& value, EntityInput& input) {
  if (input.extra.empty()) {
    input.needs_current_schema = true;
    input.values.emplace_back(schema.extra_column(), ValueRef());  // worked out once the row is read
  }
  if (std::any_of(input.extra.begin(), input.extra.end(), [&](const auto& given) { return given.first == &field; })) {
    refuse_two_spellings(schema.entity(), field.name);
  }
  input.extra.emplace_back(&field, value);
}

/// A hot path: most inputs name their fields exactly, and many in the order of the schema.
const EntityField* find_field(const Schema& schema, std::string_view name, std::size_t& hint) {
  if (hint < schema.fields().size() && schema.fields()[hint].name == name) {
    return &schema.fields()[hint++];
  }
  const EntityField* field = schema.find(name);
  if (field != nullptr) {
    hint = static_cast<std::size_t>(field - schema.fields().data()) + 1;
  }
  return field;
}

}  // namespace

bool is_history_row(const Entity& entity) noexcept {
  return entity.contains("history_timestamp");
}

void refuse_two_spellings(const std::string& entity, std::string_view field) {
  throw EntityError(fmt::format("field '{}' of {} is given twice, in two spellings", field, entity), entity);
}

FieldRole role_in(const Schema* schema, const std::string& entity, bool is_history_row, std::string_view name) {
  const FieldRole role = check_field_name(entity, name);
  if (role == FieldRole::Field && is_history_row && folded(name) == "version" &&
      (schema == nullptr || !schema->has("version"))) {
    return FieldRole::Ignored;
  }
  return role;
}

void check_storable(const std::string& entity, std::string_view field, const Value& value) {
  const auto refuse = [&](std::string_view what) {
    throw EntityError(fmt::format("{}.{} cannot be {}: not every engine holds it", entity, field, what), entity);
  };
  if (value.kind() == Kind::Double && !std::isfinite(value.get<double>())) {
    refuse("NaN or infinite");
  }
  if (value.kind() == Kind::Text) {
    const std::string_view text = value.as_text();
    if (text.find('\0') != std::string_view::npos) {
      refuse("a text with a NUL character");
    }
    if (first_invalid_utf8(text)) {
      refuse("a text that is not UTF-8; save other bytes as Bytes");
    }
  }
}

void check_digits(const std::string& entity, std::string_view field, const ValueRef& value,
                  const Capabilities& capabilities) {
  if (value.kind() != Kind::Decimal || capabilities.max_decimal_digits == 0) {
    return;
  }
  const std::string_view text = value.raw_bytes();
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  const std::size_t fraction = whole == digits.size() ? 0 : digits.size() - whole - 1;
  const std::size_t most_whole = capabilities.max_decimal_digits - capabilities.max_decimal_fraction;
  if (whole > most_whole || fraction > capabilities.max_decimal_fraction) {
    throw EntityError(
        fmt::format("{}.{} cannot be a decimal with {} digits before the point and {} after it: this engine's columns "
                    "have at most {} and {}; save it as text",
                    entity, field, whole, fraction, most_whole, capabilities.max_decimal_fraction),
        entity);
  }
}

std::string id_of(const std::string& entity, const Entity& input) {
  const Value* id = nullptr;
  for (const auto [name, value] : input) {
    if (name.size() == 2 && (name == "id" || check_field_name(entity, name) == FieldRole::Id)) {
      if (id != nullptr) {
        throw EntityError(fmt::format("the id of {} is given twice, in two spellings", entity), entity);
      }
      id = &value;
    }
  }
  if (id == nullptr || id->is_null()) {
    return std::string();
  }
  const bool is_whole_decimal =
      id->kind() == Kind::Decimal && id->as_text().find('.') == std::string_view::npos && id->as_text().size() <= 20;
  if (id->kind() != Kind::Text && id->kind() != Kind::Int64 && !is_whole_decimal) {
    throw EntityError(fmt::format("the id of {} is a {}; use text or an integer", entity, kind_name(id->kind())),
                      entity);
  }
  std::string text = id->to_text();
  check_id(entity, text);
  return text;
}

std::optional<EntityInput> input_for(const Schema& schema, const Entity& entity, const Capabilities& capabilities) {
  EntityInput input;
  input.id = id_of(schema.entity(), entity);
  if (input.id.empty()) {
    input.id = Uuid::v7().to_string();
    input.id_is_generated = true;
  }
  input.values.reserve(entity.size());
  std::vector<const EntityField*> kindless;  // those given that have no column
  std::size_t hint = 0;
  for (const auto [name, value] : entity) {
    const EntityField* field = find_field(schema, name, hint);
    if (field == nullptr) {
      if (role_in(&schema, schema.entity(), is_history_row(entity), name) == FieldRole::Field) {
        return std::nullopt;
      }
      continue;
    }
    const std::size_t column = schema.column_of(*field);
    if (column == Schema::no_column) {
      if (!value.is_null()) {
        return std::nullopt;
      }
      if (std::find(kindless.begin(), kindless.end(), field) != kindless.end()) {
        refuse_two_spellings(schema.entity(), field->name);
      }
      kindless.push_back(field);
      continue;
    }
    check_storable(schema.entity(), name, value);
    if (!value.type_name().empty() && value.type_name() != field->serializer) {
      return std::nullopt;
    }
    ValueRef fitting = value;
    if (value.kind() != *field->kind && !value.is_null()) {
      std::optional<Value> converted = fit(value, *field->kind);
      if (!converted) {
        return std::nullopt;
      }
      fitting = input.converted.emplace_back(*std::move(converted));
    }
    check_digits(schema.entity(), name, fitting, capabilities);
    if (fitting.kind() == Kind::Double && !capabilities.signed_zero && fitting.raw_double() == 0) {
      fitting = ValueRef(0.0);  // what is returned is what is stored
    }
    if (field->is_extra) {
      add_extra(schema, *field, fitting, input);
      continue;
    }
    input.needs_current_schema |= fitting.kind() == Kind::Int64 && !fits_double(fitting.raw_integer());
    input.values.emplace_back(column, fitting);
  }
  sort_by_column(schema, input);
  return input;
}

}  // namespace dalia::internal
