#include "dalia/core/json.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/json_compactor.hpp"
#include "core/json_text.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

template <class Integer>
std::optional<Integer> integer_from(std::string_view text) noexcept {
  Integer number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end ? std::optional<Integer>(number) : std::nullopt;
}

template <class Json>
Json json_from_decimal(std::string_view decimal) {
  if (const auto number = integer_from<std::int64_t>(decimal)) {
    return Json(*number);
  }
  if (const auto number = integer_from<std::uint64_t>(decimal)) {
    return Json(*number);
  }
  return Json(std::string(decimal));
}

template <class Json>
Json json_from(const ValueRef& value) {
  switch (value.kind()) {
    case Kind::Null:
      return Json(nullptr);
    case Kind::Bool:
      return Json(value.raw_integer() != 0);
    case Kind::Int64:
      return Json(value.raw_integer());
    case Kind::Double:
      return std::isfinite(value.raw_double()) ? Json(value.raw_double()) : Json(value.to_text());
    case Kind::Decimal:
      return json_from_decimal<Json>(value.raw_bytes());
    case Kind::Json:
      return internal::parse_json_as<Json>(value.raw_bytes());
    default:
      return Json(value.to_text());
  }
}

/// Value of kind Json from text that is canonical already.
Value json_value(std::string_view canonical) {
  // A view of more would lose the upper bits of its size.
  if (canonical.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError("a value holds less than 4 GiB");
  }
  return Value(ValueRef(Kind::Json, canonical));
}

Bytes bytes_from(const std::vector<std::uint8_t>& binary) {
  Bytes bytes(binary.size());
  if (!binary.empty()) {
    std::memcpy(bytes.data(), binary.data(), binary.size());
  }
  return bytes;
}

template <class Json>
Value value_from(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return Value();
    case Json::value_t::boolean:
      return Value(json.template get<bool>());
    case Json::value_t::number_integer:
      return Value(json.template get<std::int64_t>());
    case Json::value_t::number_unsigned:
      return Value(json.template get<std::uint64_t>());
    case Json::value_t::number_float:
      return Value(json.template get<double>());
    case Json::value_t::string: {
      const auto& text = json.template get_ref<const std::string&>();
      if (text.find('\0') != std::string::npos) {
        throw UsageError("no text may hold the character U+0000");
      }
      return Value(text);
    }
    case Json::value_t::binary:
      return Value(bytes_from(json.get_binary()));
    case Json::value_t::discarded:
      throw UsageError("the JSON value was discarded by its parser");
    default:
      return json_value(internal::canonical_json(json));
  }
}

template <class Json>
Entity entity_from(const Json& json) {
  if (!json.is_object()) {
    throw UsageError(fmt::format("an entity is a JSON object, this is {}", json.type_name()));
  }
  std::vector<std::string> names;
  std::vector<Value> values;
  names.reserve(json.size());
  values.reserve(json.size());
  for (const auto& [name, member] : json.items()) {
    names.push_back(name);
    try {
      values.push_back(value_from(member));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("field '{}': {}", name, error.what()));
    }
  }
  return Entity(std::make_shared<const FieldNames>(std::move(names)), std::move(values));
}

}  // namespace

std::string canonical_json(std::string_view text) {
  std::string canonical;
  write_canonical_json(text, canonical);
  return canonical;
}

void write_canonical_json(std::string_view text, std::string& canonical) {
  if (internal::compact_json(text, canonical)) {
    return;
  }
  try {
    canonical = internal::canonical_json(internal::parse_json_as<nlohmann::json>(text));
  } catch (const UsageError&) {
    canonical = text;
  }
}

nlohmann::ordered_json parse_json(std::string_view text) {
  return internal::parse_json_as<nlohmann::ordered_json>(text);
}

nlohmann::json to_json(const ValueRef& value) {
  return json_from<nlohmann::json>(value);
}

nlohmann::ordered_json to_json(const Entity& entity) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  auto& members = json.get_ref<nlohmann::ordered_json::object_t&>();
  members.reserve(entity.size());
  for (const auto& [name, value] : entity) {
    // Names are unique, so that the search of operator[] is not needed.
    members.emplace_back(std::string(name), json_from<nlohmann::ordered_json>(value));
  }
  return json;
}

nlohmann::ordered_json to_json(const Row& row) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < row.size(); ++i) {
    // Of two columns with one name the first counts, as in row["name"].
    json.emplace(row.columns()[i], json_from<nlohmann::ordered_json>(row[i]));
  }
  return json;
}

Value value_from_json(const nlohmann::ordered_json& json) {
  return value_from(json);
}

Entity entity_from_json(const nlohmann::ordered_json& json) {
  return entity_from(json);
}

Value::Value(const nlohmann::json& json) : Value(value_from(json)) {}

Value::Value(std::initializer_list<Field> object) {
  nlohmann::json json = nlohmann::json::object();
  for (const Field& field : object) {
    json[std::string(field.name())] = to_json(field.value());
  }
  *this = json_value(internal::canonical_json(json));
}

Value Value::json(std::string_view text) {
  const auto parsed = internal::parse_json_as<nlohmann::json>(text);
  if (!parsed.is_structured()) {
    throw UsageError("a JSON value is an object or an array");
  }
  return json_value(internal::canonical_json(parsed));
}

Value Value::array_of(std::span<const Value> items) {
  nlohmann::json json = nlohmann::json::array();
  for (const Value& item : items) {
    json.push_back(to_json(item));
  }
  return json_value(internal::canonical_json(json));
}

Entity::Entity(const nlohmann::json& json) : Entity(entity_from(json)) {}

}  // namespace dalia
