// What ValueRef::get and to_text do: conversions between kinds that lose nothing.
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/calendar.hpp"
#include "core/hex.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/json.hpp"
#include "dalia/core/value.hpp"

namespace dalia {
namespace {

/// "an int64", "a text", "null".
std::string with_article(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Int64:
    case Kind::Instant:
      return fmt::format("an {}", kind_name(kind));
    default:
      return fmt::format("a {}", kind_name(kind));
  }
}

/// The whole text as a number; null where it is something else or does not fit.
template <class Number>
std::optional<Number> number_from(std::string_view text) noexcept {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end ? std::optional<Number>(number) : std::nullopt;
}

std::optional<double> double_from(std::string_view text) noexcept {
  if (text == "NaN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (text == "Infinity") {
    return std::numeric_limits<double>::infinity();
  }
  if (text == "-Infinity") {
    return -std::numeric_limits<double>::infinity();
  }
  // std::from_chars also takes "inf" and "nan".
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return std::nullopt;
  }
  return number_from<double>(text);
}

std::string double_text(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value < 0 ? "-Infinity" : "Infinity";
  }
  return nlohmann::json(value).dump();
}

/// 2^63 and 2^64; the first doubles beyond the integers.
constexpr double int64_end = 9223372036854775808.0;
constexpr double uint64_end = 18446744073709551616.0;

template <class Integer>
Integer integer_from(const ValueRef& value, std::string_view wanted) {
  switch (value.kind()) {
    case Kind::Bool:
    case Kind::Int64:
      if (std::in_range<Integer>(value.raw_integer())) {
        return static_cast<Integer>(value.raw_integer());
      }
      break;
    case Kind::Double: {
      const double number = value.raw_double();
      const double lowest = std::is_signed_v<Integer> ? -int64_end : 0.0;
      const double end = std::is_signed_v<Integer> ? int64_end : uint64_end;
      if (number >= lowest && number < end && std::trunc(number) == number) {
        return static_cast<Integer>(number);
      }
      break;
    }
    case Kind::Decimal:
    case Kind::Text:
      if (const std::optional<Integer> number = number_from<Integer>(value.raw_bytes())) {
        return *number;
      }
      if (value.kind() == Kind::Text) {
        internal::throw_kind_mismatch(value.kind(), wanted);
      }
      break;
    default:
      internal::throw_kind_mismatch(value.kind(), wanted);
  }
  internal::throw_out_of_range(wanted);
}

Date date_of(const ValueRef& value) {
  const std::int64_t day = value.raw_integer();
  if (day < internal::first_day.time_since_epoch().count() || day > internal::last_day.time_since_epoch().count()) {
    internal::throw_out_of_range("the years 1 to 9999");
  }
  return Date(std::chrono::sys_days(std::chrono::days(day)));
}

TimeOfDay time_of(const ValueRef& value) noexcept {
  return TimeOfDay{std::chrono::microseconds(value.raw_integer())};
}

Instant instant_of(const ValueRef& value) noexcept {
  return Instant(std::chrono::microseconds(value.raw_integer()));
}

Uuid uuid_of(const ValueRef& value) {
  Uuid uuid;
  const std::string_view bytes = value.raw_bytes();
  if (bytes.size() != uuid.bytes.size()) {
    internal::throw_out_of_range("a uuid");
  }
  std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
  return uuid;
}

std::optional<Bytes> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::optional<std::uint8_t> byte = internal::hex_byte(text[i], text[i + 1]);
    if (!byte) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<std::byte>(*byte));
  }
  return bytes;
}

/// The value itself where it is of the kind, else its text read by `parse`.
template <class Own, class Parse>
auto own_or_parsed(const ValueRef& value, Kind kind, std::string_view wanted, Own own, Parse parse) {
  if (value.kind() == kind) {
    return own(value);
  }
  if (value.kind() == Kind::Text) {
    if (auto parsed = parse(value.raw_bytes())) {
      return *parsed;
    }
  }
  internal::throw_kind_mismatch(value.kind(), wanted);
}

}  // namespace

std::string ValueRef::to_text() const {
  if (is_null()) {
    return std::string();
  }
  std::string text;
  internal::decode_text(*this, text);
  return text;
}

namespace internal {

void throw_kind_mismatch(Kind held, std::string_view wanted) {
  throw UsageError(fmt::format("the value is {}, not {}", with_article(held), wanted));
}

void throw_out_of_range(std::string_view wanted) {
  throw UsageError(fmt::format("the value does not fit {}", wanted));
}

bool decode_bool(const ValueRef& value) {
  const bool is_number = value.kind() == Kind::Bool || value.kind() == Kind::Int64;
  if (is_number && (value.raw_integer() == 0 || value.raw_integer() == 1)) {
    return value.raw_integer() == 1;
  }
  if (value.kind() == Kind::Text && (value.raw_bytes() == "true" || value.raw_bytes() == "false")) {
    return value.raw_bytes() == "true";
  }
  throw_kind_mismatch(value.kind(), "a bool");
}

std::int64_t decode_int64(const ValueRef& value) {
  return integer_from<std::int64_t>(value, "an int64");
}

std::uint64_t decode_uint64(const ValueRef& value) {
  return integer_from<std::uint64_t>(value, "a uint64");
}

double decode_double(const ValueRef& value) {
  switch (value.kind()) {
    case Kind::Double:
      return value.raw_double();
    case Kind::Int64: {
      const auto number = static_cast<double>(value.raw_integer());
      if (number < int64_end && static_cast<std::int64_t>(number) == value.raw_integer()) {
        return number;
      }
      throw_out_of_range("a double");
    }
    case Kind::Decimal:
      if (const std::optional<double> number = number_from<double>(value.raw_bytes())) {
        return *number;
      }
      throw_out_of_range("a double");
    case Kind::Text:
      if (const std::optional<double> number = double_from(value.raw_bytes())) {
        return *number;
      }
      [[fallthrough]];
    default:
      throw_kind_mismatch(value.kind(), "a double");
  }
}

void decode_text(const ValueRef& value, std::string& out) {
  switch (value.kind()) {
    case Kind::Null:
      throw_kind_mismatch(value.kind(), "a text");
    case Kind::Bool:
      out.assign(value.raw_integer() != 0 ? "true" : "false");
      break;
    case Kind::Int64: {
      char digits[20];
      const auto written = std::to_chars(digits, digits + sizeof digits, value.raw_integer());
      out.assign(digits, written.ptr);
      break;
    }
    case Kind::Double:
      out = double_text(value.raw_double());
      break;
    case Kind::Date:
      out = to_text(date_of(value));
      break;
    case Kind::Time:
      out = to_text(time_of(value));
      break;
    case Kind::Instant:
      out = to_text(instant_of(value));
      break;
    case Kind::Uuid:
      out = uuid_of(value).to_string();
      break;
    case Kind::Bytes:
      out = to_hex(value.raw_bytes());
      break;
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
      out.assign(value.raw_bytes());
  }
}

std::string_view decode_view(const ValueRef& value) {
  switch (value.kind()) {
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
      return value.raw_bytes();
    default:
      throw_kind_mismatch(value.kind(), "a text");
  }
}

Bytes decode_bytes(const ValueRef& value) {
  const auto own = [](const ValueRef& held) {
    const auto* first = reinterpret_cast<const std::byte*>(held.raw_bytes().data());
    return Bytes(first, first + held.raw_bytes().size());
  };
  return own_or_parsed(value, Kind::Bytes, "bytes", own, bytes_from_hex);
}

Date decode_date(const ValueRef& value) {
  return own_or_parsed(value, Kind::Date, "a date", date_of, date_from);
}

TimeOfDay decode_time(const ValueRef& value) {
  return own_or_parsed(value, Kind::Time, "a time", time_of, time_from);
}

Instant decode_instant(const ValueRef& value) {
  return own_or_parsed(value, Kind::Instant, "an instant", instant_of, instant_from);
}

Uuid decode_uuid(const ValueRef& value) {
  return own_or_parsed(value, Kind::Uuid, "a uuid", uuid_of, [](std::string_view text) { return Uuid::parse(text); });
}

Decimal decode_decimal(const ValueRef& value) {
  if (value.kind() == Kind::Int64) {
    return Decimal(value.to_text());
  }
  const auto own = [](const ValueRef& held) { return Decimal(held.raw_bytes()); };
  return own_or_parsed(value, Kind::Decimal, "a decimal", own,
                       [](std::string_view text) { return Decimal::parse(text); });
}

void decode_json(const ValueRef& value, nlohmann::json& out) {
  out = to_json(value);
}

}  // namespace internal
}  // namespace dalia
