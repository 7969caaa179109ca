#include "connections/postgres/parameters.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "connections/postgres/error_map.hpp"
#include "connections/postgres/large_texts.hpp"
#include "connections/postgres/results.hpp"
#include "connections/postgres/types.hpp"
#include "connections/postgres/wire.hpp"

namespace dalia::internal::postgres {
namespace {

/// Types whose binary format is the text itself.
bool is_text(Oid type) noexcept {
  switch (type) {
    case type::text:
    case type::varchar:
    case type::bpchar:
    case type::name:
    case type::unknown:
    case type::json:
    case type::xml:
      return true;
    default:
      return false;
  }
}

bool is_array(Oid type) noexcept {
  const std::optional<Codec> codec = codec_of(type);
  return codec && *codec >= Codec::BoolArray && *codec <= Codec::TextArray;
}

std::string text_of(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "Infinity" : "-Infinity";
  }
  // Whole numbers without an exponent, so that integer columns take them.
  return std::trunc(value) == value && std::abs(value) < 9.2e18 ? fmt::format("{:.0f}", value)
                                                                : fmt::format("{}", value);
}

void append_item(std::string& literal, const nlohmann::json& item) {
  if (item.is_null()) {
    literal += "NULL";
    return;
  }
  if (item.is_array()) {
    literal += '{';
    for (std::size_t i = 0; i < item.size(); ++i) {
      literal += i == 0 ? "" : ",";
      append_item(literal, item[i]);
    }
    literal += '}';
    return;
  }
  literal += '"';
  for (const char c : item.is_string() ? item.get<std::string>() : item.dump()) {
    if (c == '"' || c == '\\') {
      literal += '\\';
    }
    literal += c;
  }
  literal += '"';
}

}  // namespace

std::optional<Oid> wider_type(const ValueRef& value, Oid type) noexcept {
  const auto holds = [&](std::int64_t number) {
    return type == type::int8 || (type == type::int4 && std::in_range<std::int32_t>(number)) ||
           (type == type::int2 && std::in_range<std::int16_t>(number));
  };
  if (type != type::int2 && type != type::int4 && type != type::int8) {
    return std::nullopt;
  }
  switch (value.kind()) {
    case Kind::Int64:
      return holds(value.raw_integer()) ? std::nullopt : std::optional(type::int8);
    case Kind::Double: {
      const double number = value.raw_double();
      if (!std::isfinite(number)) {
        return type::float8;
      }
      const bool is_whole = std::trunc(number) == number && std::abs(number) < 9.2e18;
      return is_whole && holds(static_cast<std::int64_t>(number)) ? std::nullopt : std::optional(type::numeric);
    }
    case Kind::Decimal: {
      const std::string_view text = value.raw_bytes();
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      const bool is_whole = error == std::errc() && end == text.data() + text.size();
      return is_whole && holds(number) ? std::nullopt : std::optional(type::numeric);
    }
    default:
      return std::nullopt;
  }
}

std::string array_literal(std::string_view json) {
  const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_array()) {
    throw UsageError("an array parameter takes a JSON array", facts_of(std::string()));
  }
  std::string literal;
  append_item(literal, parsed);
  return literal;
}

void Parameters::bind(std::span<const ValueRef> values, std::span<const Oid> types, const std::string& statement) {
  if (values.size() != types.size()) {
    throw UsageError(fmt::format("the statement takes {} parameter{}, but {} {} given", types.size(),
                                 types.size() == 1 ? "" : "s", values.size(), values.size() == 1 ? "was" : "were"),
                     facts_of(statement));
  }
  if (values_.size() != values.size()) {
    resize(values.size());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    try {
      bind_one(i, values[i], types[i]);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("parameter {}: {}", i + 1, error.what()), facts_of(statement));
    }
  }
}

void Parameters::release() noexcept {
  release_large(copies_);
}

std::size_t Parameters::bytes() const noexcept {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    bytes += 8 + (formats_[i] == Text ? copies_[i].size() : static_cast<std::size_t>(lengths_[i]));
  }
  return bytes;
}

void Parameters::resize(std::size_t count) {
  values_.resize(count);
  lengths_.resize(count);
  formats_.resize(count);
  fixed_.resize(count);
  copies_.resize(count);
}

void Parameters::bind_one(std::size_t index, const ValueRef& value, Oid type) {
  switch (value.kind()) {
    case Kind::Null:
      values_[index] = nullptr;
      lengths_[index] = 0;
      formats_[index] = Binary;
      return;
    case Kind::Bool:
      if (type == type::boolean) {
        set_fixed(index, static_cast<std::uint8_t>(value.raw_integer()));
        return;
      }
      set_text(index, is_text(type) ? value.to_text() : value.raw_integer() != 0 ? "1" : "0");
      return;
    case Kind::Int64:
    case Kind::Double:
      if (!bind_number(index, value, type)) {
        set_text(index,
                 value.kind() == Kind::Int64 ? fmt::format("{}", value.raw_integer()) : text_of(value.raw_double()));
      }
      return;
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
      if (!bind_moment(index, value, type)) {
        set_text(index, value.to_text());
      }
      return;
    case Kind::Uuid:
      type == type::uuid ? set_view(index, value.raw_bytes()) : set_text(index, value.to_text());
      return;
    case Kind::Bytes:
      type == type::bytea || type == type::unknown ? set_view(index, value.raw_bytes())
                                                   : set_text(index, "\\x" + value.to_text());
      return;
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
      bind_text(index, value, type);
      return;
  }
}

void Parameters::bind_text(std::size_t index, const ValueRef& value, Oid type) {
  const std::string_view text = value.raw_bytes();
  if (std::memchr(text.data() == nullptr ? "" : text.data(), '\0', text.size()) != nullptr) {
    throw UsageError("PostgreSQL cannot hold a text with a NUL character; bind it as bytes");
  }
  if (is_text(type)) {
    set_view(index, text);
  } else if (type == type::jsonb) {
    set_jsonb(index, text);
  } else if (value.kind() == Kind::Json && is_array(type)) {
    set_text(index, array_literal(text));
  } else {
    set_text(index, std::string(text));
  }
}

bool Parameters::bind_number(std::size_t index, const ValueRef& value, Oid type) {
  if (value.kind() == Kind::Double) {
    if (type == type::float8) {
      set_fixed(index, std::bit_cast<std::uint64_t>(value.raw_double()));
    }
    return type == type::float8;
  }
  const std::int64_t number = value.raw_integer();
  switch (type) {
    case type::int8:
      set_fixed(index, number);
      return true;
    case type::int4:
      if (std::in_range<std::int32_t>(number)) {
        set_fixed(index, static_cast<std::int32_t>(number));
        return true;
      }
      return false;
    case type::int2:
      if (std::in_range<std::int16_t>(number)) {
        set_fixed(index, static_cast<std::int16_t>(number));
        return true;
      }
      return false;
    default:
      return false;
  }
}

bool Parameters::bind_moment(std::size_t index, const ValueRef& value, Oid type) {
  if (value.kind() == Kind::Instant && (type == type::timestamptz || type == type::timestamp)) {
    set_fixed(index, value.raw_integer() - type::epoch_microseconds);
    return true;
  }
  if (value.kind() == Kind::Date && type == type::date) {
    set_fixed(index, static_cast<std::int32_t>(value.raw_integer() - type::epoch_days));
    return true;
  }
  if (value.kind() == Kind::Time && type == type::time) {
    set_fixed(index, value.raw_integer());
    return true;
  }
  return false;
}

void Parameters::set_view(std::size_t index, std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw UsageError("PostgreSQL takes values of at most 1 GB");
  }
  values_[index] = bytes.empty() ? "" : bytes.data();  // a null pointer would be NULL
  lengths_[index] = static_cast<int>(bytes.size());
  formats_[index] = Binary;
}

/// The format begins with its version. What the copy holds already is room for it.
void Parameters::set_jsonb(std::size_t index, std::string_view json) {
  std::string& copy = copies_[index];
  copy.assign(1, '\x01');
  copy.append(json);
  set_view(index, copy);
}

void Parameters::set_text(std::size_t index, std::string text) {
  copies_[index] = std::move(text);
  values_[index] = copies_[index].c_str();
  lengths_[index] = 0;  // libpq looks for the NUL
  formats_[index] = Text;
}

template <class T>
void Parameters::set_fixed(std::size_t index, T value) {
  if constexpr (sizeof(T) == 1) {
    fixed_[index][0] = static_cast<char>(value);
  } else {
    write_wire(fixed_[index].data(), value);
  }
  values_[index] = fixed_[index].data();
  lengths_[index] = sizeof(T);
  formats_[index] = Binary;
}

}  // namespace dalia::internal::postgres
