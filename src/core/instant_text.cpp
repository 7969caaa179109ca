#include "core/instant_text.hpp"

namespace dalia::internal {
namespace {

/// Eight characters, the first in the lowest byte; one load on a little-endian machine.
constexpr std::uint64_t load(const char* text) noexcept {
  const auto byte = [text](int i) { return std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i); };
  return byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7);
}

/// How eight characters must look: '0' stands for any digit, everything else for itself. Every save and every read of
/// an entity reads instants, so all eight are checked at once.
class Pattern {
 public:
  constexpr explicit Pattern(const char* text) noexcept : zero_(load(text)) {
    for (int i = 0; i < 8; ++i) {
      const bool is_digit = text[i] == '0';
      must_be_clear_ |= std::uint64_t{is_digit ? 0xf0u : 0xffu} << (8 * i);
      carry_ |= std::uint64_t{is_digit ? 0x06u : 0x00u} << (8 * i);
    }
  }

  /// Digits become their value, separators 0; `wrong` gets a bit where a character is neither.
  [[nodiscard]] constexpr std::uint64_t read(const char* text, std::uint64_t& wrong) const noexcept {
    const std::uint64_t digits = load(text) ^ zero_;
    // A digit is at most 9, so adding 6 leaves its upper half clear. A carry into the next byte comes only from a byte
    // that is wrong already.
    wrong |= (digits | (digits + carry_)) & must_be_clear_;
    return digits;
  }

 private:
  std::uint64_t zero_;
  std::uint64_t must_be_clear_ = 0;
  std::uint64_t carry_ = 0;
};

/// Byte i becomes ten times itself and the byte after it. No sum is over 99, for all bytes are digits.
constexpr std::uint64_t pairs(std::uint64_t digits) noexcept {
  return digits * 10 + (digits >> 8);
}

constexpr unsigned pair(std::uint64_t pairs, int byte) noexcept {
  return static_cast<unsigned>(pairs >> (8 * byte)) & 0xffu;
}

constexpr bool is_leap(unsigned year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Since 1970-01-01. Years begin in March, so that the leap day is the last of its year.
constexpr int days_since_epoch(unsigned year, unsigned month, unsigned day) noexcept {
  constexpr unsigned before_month[] = {306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};
  constexpr int epoch = 719468;  // 1970-01-01 counted from 0000-03-01
  const unsigned march_year = year - static_cast<unsigned>(month <= 2);
  const unsigned days = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400;
  return static_cast<int>(days + before_month[month - 1] + day - 1) - epoch;
}

constexpr Pattern first("0000-00-");
constexpr Pattern second("00T00:00");
constexpr Pattern third(":00.0000");
constexpr Pattern last(".000000Z");  // overlaps the third, so that all are eight long

}  // namespace

bool read_instant(const char* text, std::int64_t& microseconds) noexcept {
  std::uint64_t wrong = 0;
  const std::uint64_t date = pairs(first.read(text, wrong));
  const std::uint64_t day_and_time = pairs(second.read(text + 8, wrong));
  const std::uint64_t seconds = pairs(third.read(text + 16, wrong));
  const std::uint64_t fraction = pairs(last.read(text + 19, wrong));
  if (wrong != 0) {
    return false;
  }
  constexpr unsigned longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const unsigned year = pair(date, 0) * 100 + pair(date, 2);
  const unsigned month = pair(date, 5);
  const unsigned day = pair(day_and_time, 0);
  const unsigned hour = pair(day_and_time, 3);
  const unsigned minute = pair(day_and_time, 6);
  const unsigned second_of_minute = pair(seconds, 1);
  if (year == 0 || month - 1 > 11 || day - 1 >= longest[month - 1] || hour > 23 || minute > 59 ||
      second_of_minute > 59 || (month == 2 && day == 29 && !is_leap(year))) {
    return false;
  }
  const std::int64_t hours = std::int64_t{days_since_epoch(year, month, day)} * 24 + hour;
  const unsigned millionths = (pair(fraction, 1) * 100 + pair(fraction, 3)) * 100 + pair(fraction, 5);
  microseconds = (hours * 60 + minute) * 60'000'000 + (second_of_minute * 1'000'000 + millionths);
  return true;
}

}  // namespace dalia::internal
