#include "connections/mysql/wire_value.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

constexpr std::size_t most_decimal_digits = 65;
constexpr std::size_t most_fraction_digits = 38;

void set_clock(MYSQL_TIME& time, microseconds since_midnight) {
  const std::chrono::hh_mm_ss clock(since_midnight);
  time.hour = static_cast<unsigned>(clock.hours().count());
  time.minute = static_cast<unsigned>(clock.minutes().count());
  time.second = static_cast<unsigned>(clock.seconds().count());
  time.second_part = static_cast<unsigned long>(clock.subseconds().count());
}

void set_day(MYSQL_TIME& time, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  time.year = static_cast<unsigned>(static_cast<int>(date.year()));
  time.month = static_cast<unsigned>(date.month());
  time.day = static_cast<unsigned>(date.day());
}

WireValue time_value(const ValueRef& value, FixedValue& fixed) {
  fixed.time = MYSQL_TIME();
  MYSQL_TIME& time = fixed.time;
  switch (value.kind()) {
    case Kind::Date:
      set_day(time, std::chrono::sys_days(days(value.raw_integer())));
      return WireValue{MYSQL_TYPE_DATE, &time, 0};
    case Kind::Time:
      set_clock(time, microseconds(value.raw_integer()));
      return WireValue{MYSQL_TYPE_TIME, &time, 0};
    default: {
      const Instant instant(microseconds(value.raw_integer()));
      const auto day = std::chrono::floor<days>(instant);
      set_day(time, day);
      set_clock(time, instant - day);
      return WireValue{MYSQL_TYPE_DATETIME, &time, 0};
    }
  }
}

/// A null pointer would be NULL.
WireValue bytes_value(enum_field_types type, std::string_view bytes) noexcept {
  return WireValue{type, bytes.empty() ? "" : bytes.data(), bytes.size()};
}

}  // namespace

double finite(double number) {
  if (!std::isfinite(number)) {
    throw UsageError("MySQL holds neither NaN nor infinite numbers");
  }
  return number;
}

void check_decimal(std::string_view digits) {
  digits.remove_prefix(digits.starts_with('-') ? 1 : 0);
  const std::size_t point = digits.find('.');
  const std::size_t fraction = point == std::string_view::npos ? 0 : digits.size() - point - 1;
  const std::size_t total = digits.size() - (point == std::string_view::npos ? 0 : 1);
  if (total > most_decimal_digits || fraction > most_fraction_digits) {
    throw UsageError(
        fmt::format("a decimal has at most {} digits here, {} of them after the point; this one has {} "
                    "and {}; bind it as text",
                    most_decimal_digits, most_fraction_digits, total, fraction));
  }
}

WireValue wire_value(const ValueRef& value, FixedValue& fixed, std::string& copy) {
  switch (value.kind()) {
    case Kind::Null:
      break;
    case Kind::Bool:
      fixed.flag = value.raw_integer() != 0 ? 1 : 0;
      return WireValue{MYSQL_TYPE_TINY, &fixed, 0};
    case Kind::Int64:
      fixed.integer = value.raw_integer();
      return WireValue{MYSQL_TYPE_LONGLONG, &fixed, 0};
    case Kind::Double:
      fixed.real = finite(value.raw_double());
      return WireValue{MYSQL_TYPE_DOUBLE, &fixed, 0};
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
      return time_value(value, fixed);
    case Kind::Decimal:
      check_decimal(value.raw_bytes());
      return bytes_value(MYSQL_TYPE_NEWDECIMAL, value.raw_bytes());
    case Kind::Uuid:
      copy = value.to_text();
      return bytes_value(MYSQL_TYPE_STRING, copy);
    case Kind::Bytes:
      return bytes_value(MYSQL_TYPE_LONG_BLOB, value.raw_bytes());
    case Kind::Text:
    case Kind::Json:
      if (value.raw_bytes().find('\0') != std::string_view::npos) {
        throw UsageError("a text with a NUL character, which not every engine holds; bind it as bytes");
      }
      return bytes_value(MYSQL_TYPE_STRING, value.raw_bytes());
  }
  return WireValue{MYSQL_TYPE_NULL, "", 0};
}

}  // namespace dalia::internal::mysql
