/// Canonical text of dates, times and instants, written without allocation; the limits of each.
#pragma once

#include <chrono>
#include <cstddef>

#include "dalia/core/kinds.hpp"

namespace dalia::internal {

inline constexpr std::size_t date_text_size = 10;
inline constexpr std::size_t time_text_size = 15;
inline constexpr std::size_t instant_text_size = 27;

inline constexpr std::chrono::sys_days first_day = std::chrono::year(1) / 1 / 1;
inline constexpr std::chrono::sys_days last_day = std::chrono::year(9999) / 12 / 31;

[[nodiscard]] constexpr bool is_in_range(std::chrono::sys_days day) noexcept {
  return day >= first_day && day <= last_day;
}
[[nodiscard]] constexpr bool is_in_range(Date date) noexcept {
  return date.ok() && is_in_range(std::chrono::sys_days(date));
}
[[nodiscard]] constexpr bool is_in_range(Instant instant) noexcept {
  return instant >= first_day && instant < last_day + std::chrono::days(1);
}
[[nodiscard]] constexpr bool is_in_range(TimeOfDay time) noexcept {
  return time.since_midnight >= std::chrono::microseconds(0) && time.since_midnight < std::chrono::days(1);
}

// Each writes exactly its size to `out`, with no NUL behind it. The value must be in range.
void write_date(Date date, char* out) noexcept;
void write_time(TimeOfDay time, char* out) noexcept;
void write_instant(Instant instant, char* out) noexcept;

}  // namespace dalia::internal
