#include "connections/mysql/results.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "connections/mysql/error_map.hpp"
#include "connections/mysql/wire.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia::internal::mysql {
namespace {

constexpr std::int64_t second_microseconds = 1'000'000;
constexpr std::int64_t day_microseconds = 86'400 * second_microseconds;

[[noreturn]] void throw_damaged(const char* what) {
  throw UsageError(std::string("the server's answer holds a damaged ") + what, facts_of(std::string()));
}

/// A length that stands before what it counts (MariaDB manual, "Protocol Data Types"); moves the position behind it.
std::size_t read_length(unsigned char** position) noexcept {
  const auto* at = reinterpret_cast<const char*>(*position);
  const unsigned first = **position;
  switch (first) {
    case 252:
      *position += 3;
      return read_wire<std::uint16_t>(at + 1);
    case 253:
      *position += 4;
      return read_wire<std::uint16_t>(at + 1) | std::size_t{static_cast<unsigned char>(at[3])} << 16;
    case 254:
      *position += 9;
      return read_wire<std::uint64_t>(at + 1);
    default:
      *position += 1;
      return first;
  }
}

unsigned byte_at(std::string_view bytes, std::size_t index) noexcept {
  return static_cast<unsigned char>(bytes[index]);
}

template <class T>
ValueRef integer(std::string_view bytes) noexcept {
  return ValueRef(std::int64_t{read_wire<T>(bytes.data())});
}

/// Beyond int64 it is a decimal.
ValueRef unsigned_integer(std::uint64_t value, std::string& text) {
  if (std::in_range<std::int64_t>(value)) {
    return ValueRef(static_cast<std::int64_t>(value));
  }
  text = fmt::format("{}", value);
  return ValueRef(Kind::Decimal, text);
}

struct CalendarDay {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;

  [[nodiscard]] std::chrono::year_month_day date() const noexcept {
    return std::chrono::year(static_cast<int>(year)) / std::chrono::month(month) / std::chrono::day(day);
  }
  /// Whether it is one that dalia knows.
  [[nodiscard]] bool is_real() const noexcept { return year > 0 && date().ok(); }
  [[nodiscard]] std::string text() const { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }
};

/// Nothing is sent for parts at the end that are all zero.
CalendarDay day_from(std::string_view bytes) noexcept {
  CalendarDay day;
  if (bytes.size() >= 4) {
    day.year = read_wire<std::uint16_t>(bytes.data());
    day.month = byte_at(bytes, 2);
    day.day = byte_at(bytes, 3);
  }
  return day;
}

struct ClockTime {
  unsigned hours = 0;
  unsigned minutes = 0;
  unsigned seconds = 0;
  std::uint32_t microseconds = 0;

  [[nodiscard]] std::int64_t total() const noexcept {
    return (std::int64_t{hours} * 3600 + minutes * 60 + seconds) * second_microseconds + microseconds;
  }
  [[nodiscard]] std::string text() const {
    return fmt::format("{:02}:{:02}:{:02}.{:06}", hours, minutes, seconds, microseconds);
  }
};

/// @param bytes  from the hours on; may be empty.
ClockTime clock_from(std::string_view bytes) noexcept {
  ClockTime clock;
  if (bytes.size() >= 3) {
    clock.hours = byte_at(bytes, 0);
    clock.minutes = byte_at(bytes, 1);
    clock.seconds = byte_at(bytes, 2);
  }
  if (bytes.size() >= 7) {
    clock.microseconds = read_wire<std::uint32_t>(bytes.data() + 3);
  }
  return clock;
}

ValueRef kept(std::string& text, std::string written) {
  text = std::move(written);
  return ValueRef(text);
}

}  // namespace

std::string_view shortest_decimal(std::string_view digits) noexcept {
  if (digits.find('.') != std::string_view::npos) {
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    digits.remove_suffix(digits.ends_with('.') ? 1 : 0);
  }
  while (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') {
    digits.remove_prefix(1);
  }
  return digits == "-0" ? digits.substr(1) : digits;
}

ValueRef date_from_wire(std::string_view bytes, std::string& text) {
  const CalendarDay day = day_from(bytes);
  return day.is_real() ? ValueRef(day.date()) : kept(text, day.text());
}

ValueRef date_time_from_wire(std::string_view bytes, std::string& text) {
  const CalendarDay day = day_from(bytes);
  const ClockTime clock = clock_from(bytes.substr(std::min<std::size_t>(bytes.size(), 4)));
  if (!day.is_real()) {
    return kept(text, day.text() + " " + clock.text());
  }
  const std::int64_t days = std::chrono::sys_days(day.date()).time_since_epoch().count();
  return ValueRef::of_integer(Kind::Instant, days * day_microseconds + clock.total());
}

ValueRef time_from_wire(std::string_view bytes, std::string& text) {
  if (bytes.size() < 8) {
    return ValueRef(TimeOfDay());
  }
  const bool is_negative = bytes[0] != 0;
  const auto days = read_wire<std::uint32_t>(bytes.data() + 1);
  ClockTime clock = clock_from(bytes.substr(5));
  if (!is_negative && days == 0 && clock.hours < 24) {
    return ValueRef::of_integer(Kind::Time, clock.total());
  }
  clock.hours += days * 24;
  return kept(text, (is_negative ? "-" : "") + clock.text());
}

std::uint64_t bits_from_wire(std::string_view bytes) {
  if (bytes.size() > sizeof(std::uint64_t)) {
    throw_damaged("bit field");
  }
  std::uint64_t bits = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
  }
  return bits;
}

void ResultColumns::describe(std::span<const MYSQL_FIELD> fields) {
  bool is_renamed = names_ == nullptr || names_->size() != fields.size();
  columns_.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    columns_[i].codec = codec_of(fields[i]);
    columns_[i].fixed_size = fixed_size_of(fields[i].type);
    is_renamed = is_renamed || (*names_)[i] != fields[i].name;
  }
  if (!is_renamed) {
    return;
  }
  std::vector<std::string> names;
  for (const MYSQL_FIELD& field : fields) {
    names.emplace_back(field.name);
  }
  names_ = std::make_shared<const FieldNames>(std::move(names));
}

bool ResultColumns::are_as_before(std::span<const MYSQL_FIELD> fields) {
  bool is_same = names_ != nullptr && names_->size() == fields.size() && asked_.size() == fields.size();
  asked_.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const MYSQL_FIELD& field = fields[i];
    const Description asked{field.type, field.flags, field.charsetnr, field.length, field.extension != nullptr};
    is_same = is_same && asked_[i] == asked && (*names_)[i] == std::string_view(field.name, field.name_length);
    asked_[i] = asked;
  }
  return is_same;
}

void ResultColumns::attach(MYSQL_STMT* statement) {
  asked_.clear();
  mysql_stmt_attr_set(statement, STMT_ATTR_CB_USER_DATA, this);
  mysql_stmt_attr_set(statement, STMT_ATTR_CB_RESULT, reinterpret_cast<const void*>(&note_cell));
}

/// Called by the library for each cell of a row it fetches, perhaps on a stack of its own: nothing here throws.
/// @param position  of the cell, to be moved behind it; null for NULL.
void ResultColumns::note_cell(void* self, unsigned index, unsigned char** position) {
  Column& column = static_cast<ResultColumns*>(self)->columns_[index];
  column.is_null = position == nullptr;
  if (column.is_null) {
    return;
  }
  const std::size_t size = column.fixed_size == 0 ? read_length(position) : column.fixed_size;
  column.bytes = std::string_view(reinterpret_cast<const char*>(*position), size);
  *position += size;
}

void ResultColumns::read(std::span<ValueRef> cells) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    cells[i] = columns_[i].is_null ? ValueRef() : decode(columns_[i]);
  }
}

ValueRef ResultColumns::decode(Column& column) {
  const std::string_view bytes = column.bytes;
  switch (column.codec) {
    case Codec::Bool: {
      const std::int64_t number = integer<std::int8_t>(bytes).raw_integer();
      return number == 0 || number == 1 ? ValueRef(number == 1) : ValueRef(number);
    }
    case Codec::Int8:
      return integer<std::int8_t>(bytes);
    case Codec::Int16:
      return integer<std::int16_t>(bytes);
    case Codec::Int32:
      return integer<std::int32_t>(bytes);
    case Codec::Int64:
      return integer<std::int64_t>(bytes);
    case Codec::UInt8:
      return integer<std::uint8_t>(bytes);
    case Codec::UInt16:
      return integer<std::uint16_t>(bytes);
    case Codec::UInt32:
      return integer<std::uint32_t>(bytes);
    case Codec::UInt64:
      return unsigned_integer(read_wire<std::uint64_t>(bytes.data()), column.text);
    case Codec::Float:
      return ValueRef(double{read_wire<float>(bytes.data())});
    case Codec::Double:
      return ValueRef(read_wire<double>(bytes.data()));
    case Codec::Decimal:
      return ValueRef(Kind::Decimal, shortest_decimal(bytes));
    case Codec::Date:
      return date_from_wire(bytes, column.text);
    case Codec::Time:
      return time_from_wire(bytes, column.text);
    case Codec::DateTime:
      return date_time_from_wire(bytes, column.text);
    case Codec::Bit:
      return unsigned_integer(bits_from_wire(bytes), column.text);
    case Codec::FlagBit:
      return ValueRef(bits_from_wire(bytes) != 0);
    case Codec::Uuid: {
      const auto uuid = Uuid::parse(bytes);
      if (!uuid) {
        return ValueRef(bytes);
      }
      column.text.assign(reinterpret_cast<const char*>(uuid->bytes.data()), uuid->bytes.size());
      return ValueRef(Kind::Uuid, column.text);
    }
    case Codec::Json:
      return ValueRef(Kind::Json, bytes);
    case Codec::Bytes:
      return ValueRef(Kind::Bytes, bytes);
    case Codec::Null:
      return ValueRef();
    case Codec::Text:
      break;
  }
  return ValueRef(bytes);
}

void ResultColumns::read_text(MYSQL_ROW row, const unsigned long* lengths, std::span<ValueRef> cells) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool is_bytes = columns_[i].codec == Codec::Bytes;
    cells[i] = row[i] == nullptr ? ValueRef()
                                 : ValueRef(is_bytes ? Kind::Bytes : Kind::Text, std::string_view(row[i], lengths[i]));
  }
}

}  // namespace dalia::internal::mysql
