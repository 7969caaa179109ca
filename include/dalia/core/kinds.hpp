/// The kinds of values dalia knows, and the small types that C++ itself does not have.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/export.hpp"

namespace dalia {

enum class Kind : std::uint8_t { Null, Bool, Int64, Double, Decimal, Text, Bytes, Date, Time, Instant, Uuid, Json };

/// "null", "bool", "int64", "double", "decimal", "text", "bytes", "date", "time", "instant", "uuid", "json".
[[nodiscard]] DALIA_EXPORT std::string_view kind_name(Kind kind) noexcept;
/// The inverse of kind_name.
[[nodiscard]] DALIA_EXPORT std::optional<Kind> kind_from(std::string_view name) noexcept;

/// A calendar date, years 1 to 9999.
using Date = std::chrono::year_month_day;
/// A moment in UTC to the microsecond, years 1 to 9999.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Bytes = std::vector<std::byte>;

/// A wall-clock time without a date; 00:00 up to, not including, 24:00.
struct TimeOfDay {
  std::chrono::microseconds since_midnight{0};

  friend auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};

/// The present moment, to the microsecond.
[[nodiscard]] inline Instant now() noexcept {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

struct DALIA_EXPORT Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Time-ordered (RFC 9562, version 7); grows strictly within the process. Thread-safe.
  [[nodiscard]] static Uuid v7();
  /// Accepts 32 hexadecimal digits in any case, with the usual hyphens or none. Null for anything else.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
  /// Lower case with hyphens.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// An exact decimal number, held as text in its shortest form: no leading or trailing zeros, no exponent, no "-0".
class DALIA_EXPORT Decimal {
 public:
  /// @param text  -?digits[.digits]   @throws UsageError for anything else.
  explicit Decimal(std::string_view text);
  /// Null where the constructor would throw.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend bool operator==(const Decimal&, const Decimal&) = default;

 private:
  Decimal() = default;
  std::string text_;
};

/// By numeric value; both in the shortest form of Decimal.
[[nodiscard]] DALIA_EXPORT std::strong_ordering compare_decimals(std::string_view left,
                                                                 std::string_view right) noexcept;

// Canonical text: instant YYYY-MM-DDTHH:MM:SS.ffffffZ, date YYYY-MM-DD, time HH:MM:SS.ffffff.
[[nodiscard]] DALIA_EXPORT std::string to_text(Instant instant);
[[nodiscard]] DALIA_EXPORT std::string to_text(Date date);
[[nodiscard]] DALIA_EXPORT std::string to_text(TimeOfDay time);

/// ISO 8601 with `T` or a blank, an optional fraction and an optional offset (none means UTC). Null for anything else,
/// and for years outside 1 to 9999. Digits beyond the microsecond are cut.
[[nodiscard]] DALIA_EXPORT std::optional<Instant> instant_from(std::string_view text) noexcept;
[[nodiscard]] DALIA_EXPORT std::optional<Date> date_from(std::string_view text) noexcept;
[[nodiscard]] DALIA_EXPORT std::optional<TimeOfDay> time_from(std::string_view text) noexcept;

}  // namespace dalia
