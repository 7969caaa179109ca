#include "connections/mysql/parameters.hpp"

#include <chrono>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "connections/mysql/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

constexpr std::size_t most_decimal_digits = 65;
constexpr std::size_t most_fraction_digits = 38;
/// In a packet for each value besides its bytes, and for the packet itself; generous.
constexpr std::size_t packet_overhead = 16;

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

}  // namespace

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

void check_packet(std::string_view what, std::size_t bytes, std::size_t longest, const std::string& statement) {
  if (bytes + packet_overhead > longest) {
    throw QueryError(fmt::format("the {} {} bytes, and the server takes at most {} at once; raise its "
                                 "max_allowed_packet",
                                 what, bytes, longest),
                     facts_of(statement));
  }
}

void Parameters::bind(std::span<const ValueRef> values, std::size_t expected, std::size_t longest_packet,
                      const std::string& statement) {
  if (values.size() != expected) {
    throw UsageError(fmt::format("the statement takes {} parameter{}, but {} {} given", expected,
                                 expected == 1 ? "" : "s", values.size(), values.size() == 1 ? "was" : "were"),
                     facts_of(statement));
  }
  binds_.assign(values.size(), MYSQL_BIND());
  fixed_.resize(values.size());
  copies_.resize(values.size());
  std::size_t packet = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    try {
      bind_one(i, values[i]);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("parameter {}: {}", i + 1, error.what()), facts_of(statement));
    }
    packet += binds_[i].buffer_length + packet_overhead;
  }
  check_packet("values have", packet, longest_packet, statement);
}

void Parameters::bind_one(std::size_t index, const ValueRef& value) {
  MYSQL_BIND& bind = binds_[index];
  Fixed& fixed = fixed_[index];
  bind.buffer = &fixed;
  switch (value.kind()) {
    case Kind::Null:
      bind.buffer_type = MYSQL_TYPE_NULL;
      return;
    case Kind::Bool:
      bind.buffer_type = MYSQL_TYPE_TINY;
      fixed.flag = value.raw_integer() != 0 ? 1 : 0;
      return;
    case Kind::Int64:
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      fixed.integer = value.raw_integer();
      return;
    case Kind::Double:
      if (!std::isfinite(value.raw_double())) {
        throw UsageError("MySQL holds neither NaN nor infinite numbers");
      }
      bind.buffer_type = MYSQL_TYPE_DOUBLE;
      fixed.real = value.raw_double();
      return;
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
      set_time(index, value);
      return;
    case Kind::Decimal:
      check_decimal(value.raw_bytes());
      set_bytes(index, MYSQL_TYPE_NEWDECIMAL, value.raw_bytes());
      return;
    case Kind::Uuid:
      copies_[index] = value.to_text();
      set_bytes(index, MYSQL_TYPE_STRING, copies_[index]);
      return;
    case Kind::Bytes:
      set_bytes(index, MYSQL_TYPE_LONG_BLOB, value.raw_bytes());
      return;
    case Kind::Text:
    case Kind::Json:
      if (value.raw_bytes().find('\0') != std::string_view::npos) {
        throw UsageError("a text with a NUL character, which not every engine holds; bind it as bytes");
      }
      set_bytes(index, MYSQL_TYPE_STRING, value.raw_bytes());
      return;
  }
}

void Parameters::set_bytes(std::size_t index, enum_field_types type, std::string_view bytes) {
  MYSQL_BIND& bind = binds_[index];
  bind.buffer_type = type;
  // The library only reads it; a null pointer would be NULL.
  bind.buffer = const_cast<char*>(bytes.empty() ? "" : bytes.data());
  bind.buffer_length = bytes.size();
}

void Parameters::set_time(std::size_t index, const ValueRef& value) {
  MYSQL_BIND& bind = binds_[index];
  MYSQL_TIME& time = fixed_[index].time;
  time = MYSQL_TIME();
  switch (value.kind()) {
    case Kind::Date:
      bind.buffer_type = MYSQL_TYPE_DATE;
      set_day(time, std::chrono::sys_days(days(value.raw_integer())));
      return;
    case Kind::Time:
      bind.buffer_type = MYSQL_TYPE_TIME;
      set_clock(time, microseconds(value.raw_integer()));
      return;
    default: {
      bind.buffer_type = MYSQL_TYPE_DATETIME;
      const Instant instant(microseconds(value.raw_integer()));
      const auto day = std::chrono::floor<days>(instant);
      set_day(time, day);
      set_clock(time, instant - day);
      return;
    }
  }
}

}  // namespace dalia::internal::mysql
