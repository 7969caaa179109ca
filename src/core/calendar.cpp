#include "core/calendar.hpp"

#include <array>
#include <cstring>

#include "core/instant_text.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

/// "00" to "99".
constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// An even number of digits, two at a time: instants are written with every save.
template <std::size_t Count>
void write_digits(unsigned value, char* out) noexcept {
  static_assert(Count % 2 == 0);
  for (std::size_t i = Count; i > 0; i -= 2) {
    std::memcpy(out + i - 2, &digit_pairs[2 * (value % 100)], 2);
    value /= 100;
  }
}

/// Takes parts from the front of a text. A step that does not fit returns false.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  bool skip(char wanted) noexcept {
    if (!rest_.starts_with(wanted)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int& value) noexcept {
    if (rest_.size() < digits) {
      return false;
    }
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        return false;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  /// One to nine digits; those beyond the microsecond are cut.
  bool fraction(microseconds& value) noexcept {
    std::size_t count = 0;
    int digit = 0;
    int total = 0;
    while (number(1, digit)) {
      if (++count <= 6) {
        total = total * 10 + digit;
      }
    }
    for (std::size_t i = count; i < 6; ++i) {
      total *= 10;
    }
    value = microseconds(total);
    return count >= 1 && count <= 9;
  }

 private:
  std::string_view rest_;
};

bool read_date(Reader& text, Date& date) noexcept {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!text.number(4, year) || !text.skip('-') || !text.number(2, month) || !text.skip('-') || !text.number(2, day)) {
    return false;
  }
  date = Date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
              std::chrono::day(static_cast<unsigned>(day)));
  return year >= 1 && date.ok();
}

bool read_time(Reader& text, microseconds& time) noexcept {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!text.number(2, hour) || !text.skip(':') || !text.number(2, minute) || !text.skip(':') ||
      !text.number(2, second) || hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  microseconds fraction(0);
  if (text.skip('.') && !text.fraction(fraction)) {
    return false;
  }
  time = hours(hour) + minutes(minute) + seconds(second) + fraction;
  return true;
}

/// Z, +hh:mm, +hhmm, +hh or nothing, up to the end of the text.
bool read_offset(Reader& text, minutes& offset) noexcept {
  if (text.at_end()) {
    return true;
  }
  if (text.skip('Z')) {
    return text.at_end();
  }
  const bool west = text.skip('-');
  if (!west && !text.skip('+')) {
    return false;
  }
  int hour = 0;
  int minute = 0;
  if (!text.number(2, hour)) {
    return false;
  }
  if (!text.at_end()) {
    text.skip(':');
    if (!text.number(2, minute)) {
      return false;
    }
  }
  const minutes distance = hours(hour) + minutes(minute);
  offset = west ? -distance : distance;
  return hour <= 23 && minute <= 59 && text.at_end();
}

}  // namespace

namespace internal {

void write_date(Date date, char* out) noexcept {
  write_digits<4>(static_cast<unsigned>(static_cast<int>(date.year())), out);
  out[4] = '-';
  write_digits<2>(static_cast<unsigned>(date.month()), out + 5);
  out[7] = '-';
  write_digits<2>(static_cast<unsigned>(date.day()), out + 8);
}

void write_time(TimeOfDay time, char* out) noexcept {
  const auto second_of_day = static_cast<unsigned>(floor<seconds>(time.since_midnight).count());
  const auto fraction = static_cast<unsigned>((time.since_midnight % seconds(1)).count());
  write_digits<2>(second_of_day / 3600, out);
  out[2] = ':';
  write_digits<2>(second_of_day / 60 % 60, out + 3);
  out[5] = ':';
  write_digits<2>(second_of_day % 60, out + 6);
  out[8] = '.';
  write_digits<6>(fraction, out + 9);
}

void write_instant(Instant instant, char* out) noexcept {
  const sys_days day = floor<days>(instant);
  write_date(Date(day), out);
  out[10] = 'T';
  write_time(TimeOfDay{instant - day}, out + 11);
  out[26] = 'Z';
}

}  // namespace internal

std::string to_text(Instant instant) {
  if (!internal::is_in_range(instant)) {
    throw UsageError("the instant lies outside the years 1 to 9999");
  }
  std::string text(internal::instant_text_size, '\0');
  internal::write_instant(instant, text.data());
  return text;
}

std::string to_text(Date date) {
  if (!internal::is_in_range(date)) {
    throw UsageError("the date does not exist or lies outside the years 1 to 9999");
  }
  std::string text(internal::date_text_size, '\0');
  internal::write_date(date, text.data());
  return text;
}

std::string to_text(TimeOfDay time) {
  if (!internal::is_in_range(time)) {
    throw UsageError("the time does not lie between 00:00 and 24:00");
  }
  std::string text(internal::time_text_size, '\0');
  internal::write_time(time, text.data());
  return text;
}

std::optional<Instant> instant_from(std::string_view text) noexcept {
  std::int64_t since_epoch = 0;
  if (text.size() == internal::instant_text_size && internal::read_instant(text.data(), since_epoch)) {
    return Instant(microseconds(since_epoch));
  }
  Reader reader(text);
  Date date;
  microseconds time(0);
  minutes offset(0);
  if (!read_date(reader, date) || !(reader.skip('T') || reader.skip(' ')) || !read_time(reader, time) ||
      !read_offset(reader, offset)) {
    return std::nullopt;
  }
  const Instant instant = sys_days(date) + time - offset;
  return internal::is_in_range(instant) ? std::optional<Instant>(instant) : std::nullopt;
}

std::optional<Date> date_from(std::string_view text) noexcept {
  Reader reader(text);
  Date date;
  return read_date(reader, date) && reader.at_end() ? std::optional<Date>(date) : std::nullopt;
}

std::optional<TimeOfDay> time_from(std::string_view text) noexcept {
  Reader reader(text);
  TimeOfDay time;
  return read_time(reader, time.since_midnight) && reader.at_end() ? std::optional<TimeOfDay>(time) : std::nullopt;
}

}  // namespace dalia
