#include "connections/sqlite/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/calendar.hpp"
#include "core/hex.hpp"
#include "core/instant_text.hpp"

namespace dalia::internal::sqlite {
namespace {

constexpr std::pair<const char*, Kind> declared_kinds[] = {
    {"BOOLEAN", Kind::Bool},         {"BOOL", Kind::Bool},      {"TEXT_INSTANT", Kind::Instant},
    {"TEXT_DECIMAL", Kind::Decimal}, {"TEXT_DATE", Kind::Date}, {"DATE", Kind::Date},
    {"TEXT_TIME", Kind::Time},       {"TEXT_UUID", Kind::Uuid}, {"UUID", Kind::Uuid},
    {"TEXT_JSON", Kind::Json},       {"JSON", Kind::Json},
};

bool is_digit(char character) noexcept {
  return character >= '0' && character <= '9';
}

/// Reads fixed-width numbers and separators, and remembers whether all were what they should be: one branch at the end
/// instead of one for each character.
class FixedReader {
 public:
  explicit FixedReader(const char* text) noexcept : text_(text) {}

  unsigned two_digits(std::size_t at) noexcept {
    const unsigned tens = static_cast<unsigned char>(text_[at]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(text_[at + 1]) - unsigned{'0'};
    wrong_ |= static_cast<unsigned>(tens > 9) | static_cast<unsigned>(ones > 9);
    return tens * 10 + ones;
  }
  void separator(std::size_t at, char wanted) noexcept { wrong_ |= static_cast<unsigned>(text_[at] != wanted); }
  [[nodiscard]] bool is_good() const noexcept { return wrong_ == 0; }

 private:
  const char* text_;
  unsigned wrong_ = 0;
};

/// YYYY-MM-DD
bool read_date(const char* text, std::int64_t& days) noexcept {
  FixedReader reader(text);
  const unsigned year = reader.two_digits(0) * 100 + reader.two_digits(2);
  const unsigned month = reader.two_digits(5);
  const unsigned day = reader.two_digits(8);
  reader.separator(4, '-');
  reader.separator(7, '-');
  if (!reader.is_good() || year < 1) {
    return false;
  }
  const Date date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) {
    return false;
  }
  days = std::chrono::sys_days(date).time_since_epoch().count();
  return true;
}

/// HH:MM:SS.ffffff
bool read_time(const char* text, std::int64_t& microseconds) noexcept {
  FixedReader reader(text);
  const unsigned hour = reader.two_digits(0);
  const unsigned minute = reader.two_digits(3);
  const unsigned second = reader.two_digits(6);
  const unsigned fraction = (reader.two_digits(9) * 100 + reader.two_digits(11)) * 100 + reader.two_digits(13);
  reader.separator(2, ':');
  reader.separator(5, ':');
  reader.separator(8, '.');
  if (!reader.is_good() || hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  microseconds = ((std::int64_t{hour} * 60 + minute) * 60 + second) * 1'000'000 + fraction;
  return true;
}

/// Lower case with hyphens after bytes 4, 6, 8 and 10.
bool read_uuid(std::string_view text, std::array<char, 16>& bytes) noexcept {
  const char* next = text.data();
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      if (*next++ != '-') {
        return false;
      }
    }
    unsigned byte = 0;
    for (int half = 0; half < 2; ++half) {
      const char character = *next++;
      if (is_digit(character)) {
        byte = byte * 16 + static_cast<unsigned>(character - '0');
      } else if (character >= 'a' && character <= 'f') {
        byte = byte * 16 + static_cast<unsigned>(character - 'a') + 10;
      } else {
        return false;
      }
    }
    bytes[i] = static_cast<char>(byte);
  }
  return true;
}

/// Checked no further: what dalia writes is well formed, and reading it as JSON says so where it is not.
bool looks_like_json(std::string_view text) noexcept {
  return text.size() >= 2 &&
         ((text.front() == '{' && text.back() == '}') || (text.front() == '[' && text.back() == ']'));
}

}  // namespace

Kind declared_kind(const char* declared) noexcept {
  if (declared == nullptr) {
    return Kind::Text;
  }
  for (const auto& [name, kind] : declared_kinds) {
    if (sqlite3_stricmp(declared, name) == 0) {
      return kind;
    }
  }
  return Kind::Text;
}

bool is_canonical_decimal(std::string_view text) noexcept {
  const bool is_negative = text.starts_with('-');
  if (is_negative) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit) || (whole.size() > 1 && whole[0] == '0')) {
    return false;
  }
  if (point == std::string_view::npos) {
    return !is_negative || whole != "0";
  }
  const std::string_view fraction = text.substr(point + 1);
  return !fraction.empty() && fraction.back() != '0' && std::all_of(fraction.begin(), fraction.end(), is_digit);
}

ValueRef typed_text(Kind kind, std::string_view text, std::array<char, 16>& uuid) noexcept {
  std::int64_t days = 0;
  std::int64_t microseconds = 0;
  switch (kind) {
    case Kind::Instant:
      if (text.size() == instant_text_size && read_instant(text.data(), microseconds)) {
        return ValueRef::of_integer(Kind::Instant, microseconds);
      }
      break;
    case Kind::Date:
      if (text.size() == date_text_size && read_date(text.data(), days)) {
        return ValueRef::of_integer(Kind::Date, days);
      }
      break;
    case Kind::Time:
      if (text.size() == time_text_size && read_time(text.data(), microseconds)) {
        return ValueRef::of_integer(Kind::Time, microseconds);
      }
      break;
    case Kind::Uuid:
      if (text.size() == 36 && read_uuid(text, uuid)) {
        return ValueRef(Kind::Uuid, std::string_view(uuid.data(), uuid.size()));
      }
      break;
    case Kind::Decimal:
      if (is_canonical_decimal(text)) {
        return ValueRef(Kind::Decimal, text);
      }
      break;
    case Kind::Json:
      if (looks_like_json(text)) {
        return ValueRef(Kind::Json, text);
      }
      break;
    default:
      break;
  }
  return ValueRef(text);
}

std::string_view write_text(const ValueRef& value, std::array<char, longest_text>& out) noexcept {
  switch (value.kind()) {
    case Kind::Instant:
      write_instant(Instant(std::chrono::microseconds(value.raw_integer())), out.data());
      return std::string_view(out.data(), instant_text_size);
    case Kind::Date:
      write_date(Date(std::chrono::sys_days(std::chrono::days(value.raw_integer()))), out.data());
      return std::string_view(out.data(), date_text_size);
    case Kind::Time:
      write_time(TimeOfDay{std::chrono::microseconds(value.raw_integer())}, out.data());
      return std::string_view(out.data(), time_text_size);
    default: {  // Uuid
      const std::string_view bytes = value.raw_bytes();
      char* next = out.data();
      constexpr std::size_t groups[] = {4, 2, 2, 2, 6};
      std::size_t offset = 0;
      for (const std::size_t size : groups) {
        if (offset > 0) {
          *next++ = '-';
        }
        write_hex(bytes.substr(offset, size), next);
        next += 2 * size;
        offset += size;
      }
      return std::string_view(out.data(), longest_text);
    }
  }
}

}  // namespace dalia::internal::sqlite
