#include "entity/fit.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "core/calendar.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

/// Beyond 2^53 a double does not hold every integer.
constexpr std::int64_t largest_exact_integer = std::int64_t{1} << 53;

std::optional<Value> double_as_integer(double value) {
  // 2^63 itself is the first double that does not fit.
  if (std::trunc(value) != value || value < -0x1p63 || value >= 0x1p63) {
    return std::nullopt;
  }
  return Value(static_cast<std::int64_t>(value));
}

/// Text to the kind it is the text of.
template <class T>
std::optional<Value> parsed(const std::optional<T>& value) {
  return value ? std::optional<Value>(Value(*value)) : std::nullopt;
}

std::optional<Value> text_as(std::string_view text, Kind column) {
  switch (column) {
    case Kind::Instant:
      return parsed(instant_from(text));
    case Kind::Date:
      return parsed(date_from(text));
    case Kind::Time:
      return parsed(time_from(text));
    case Kind::Decimal:
      return parsed(Decimal::parse(text));
    case Kind::Uuid:
      return parsed(Uuid::parse(text));
    case Kind::Bytes:
      try {
        return Value(ValueRef(text).get<Bytes>());
      } catch (const UsageError&) {
        return std::nullopt;
      }
    case Kind::Json:
      try {
        return Value::json(text);
      } catch (const UsageError&) {
        return std::nullopt;
      }
    default:
      return std::nullopt;
  }
}

/// A hot path: three in every entity.
Value text_of_instant(const ValueRef& cell) {
  const Instant instant(std::chrono::microseconds(cell.raw_integer()));
  if (!is_in_range(instant)) {
    return Value(cell.to_text());  // throws
  }
  std::array<char, instant_text_size> text;
  write_instant(instant, text.data());
  return Value(std::string_view(text.data(), text.size()));
}

}  // namespace

bool fits_double(std::int64_t value) noexcept {
  return value <= largest_exact_integer && value >= -largest_exact_integer;
}

std::optional<Value> fit(const Value& value, Kind column) {
  const Kind kind = value.kind();
  if (kind == column || kind == Kind::Null) {
    return value;
  }
  if (kind == Kind::Text) {
    return text_as(value.as_text(), column);
  }
  if (kind == Kind::Int64 && column == Kind::Double) {
    const auto integer = value.get<std::int64_t>();
    return fits_double(integer) ? std::optional<Value>(Value(static_cast<double>(integer))) : std::nullopt;
  }
  if (kind == Kind::Int64 && column == Kind::Decimal) {
    return Value::decimal(value.to_text());
  }
  if (kind == Kind::Double && column == Kind::Int64) {
    return double_as_integer(value.get<double>());
  }
  if (kind == Kind::Decimal && column == Kind::Int64) {
    try {
      return Value(value.get<std::int64_t>());
    } catch (const UsageError&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Kind> widened(Kind column, Kind value) noexcept {
  if (column == value) {
    return column;
  }
  if (column == Kind::Int64 && (value == Kind::Double || value == Kind::Decimal)) {
    return value;
  }
  return std::nullopt;
}

Value value_of(const ValueRef& cell, Kind kind, Form form) {
  if (cell.is_null()) {
    return Value();
  }
  const bool is_native = kind == Kind::Bool || kind == Kind::Int64 || kind == Kind::Double || kind == Kind::Text;
  if (!is_native && form == Form::Stored) {
    if (cell.kind() == Kind::Instant) {
      return text_of_instant(cell);
    }
    const bool is_text = cell.kind() == Kind::Text || cell.kind() == Kind::Json || cell.kind() == Kind::Decimal;
    return is_text ? Value(cell.raw_bytes()) : Value(cell.to_text());
  }
  if (cell.kind() == kind) {
    return Value(cell);
  }
  switch (kind) {
    case Kind::Bool:
      return Value(cell.get<bool>());
    case Kind::Int64:
      return Value(cell.get<std::int64_t>());
    case Kind::Double:
      return Value(cell.get<double>());
    case Kind::Decimal:
      return Value(cell.get<Decimal>());
    case Kind::Bytes:
      return Value(cell.get<Bytes>());
    case Kind::Date:
      return Value(cell.get<Date>());
    case Kind::Time:
      return Value(cell.get<TimeOfDay>());
    case Kind::Instant:
      return Value(cell.get<Instant>());
    case Kind::Uuid:
      return Value(cell.get<Uuid>());
    case Kind::Json:
      return cell.kind() == Kind::Text ? Value(ValueRef(Kind::Json, cell.raw_bytes())) : Value(cell);
    case Kind::Null:
    case Kind::Text:
      break;
  }
  return Value(cell.to_text());
}

}  // namespace dalia::internal
