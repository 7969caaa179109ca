#include "core/json_compactor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/utf8.hpp"

namespace dalia::internal {
namespace {

/// What a byte means inside a string.
enum class Byte : std::uint8_t { Plain, Quote, Backslash, Control, High };

constexpr std::array<Byte, 256> byte_table = [] {
  std::array<Byte, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = i < 0x20 ? Byte::Control : i < 0x80 ? Byte::Plain : Byte::High;
  }
  table['"'] = Byte::Quote;
  table['\\'] = Byte::Backslash;
  return table;
}();

Byte byte_of(char c) noexcept {
  return byte_table[static_cast<unsigned char>(c)];
}

constexpr std::uint64_t in_each_byte(unsigned char byte) noexcept {
  return byte * std::uint64_t{0x0101'0101'0101'0101};
}

/// How many of eight bytes, the first of them lowest, are Byte::Plain before the first that is not. A subtraction from
/// each byte sets the top bit of those below, and perhaps of some behind the first such.
unsigned plain_bytes(std::uint64_t bytes) noexcept {
  const std::uint64_t controls = bytes - in_each_byte(0x20);
  const std::uint64_t quotes = (bytes ^ in_each_byte('"')) - in_each_byte(1);
  const std::uint64_t backslashes = (bytes ^ in_each_byte('\\')) - in_each_byte(1);
  const std::uint64_t others = (bytes | controls | quotes | backslashes) & in_each_byte(0x80);
  return static_cast<unsigned>(std::countr_zero(others)) / 8;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Escapes that the canonical form has too.
bool is_canonical_escape(char c) noexcept {
  return std::string_view("\"\\bfnrt").find(c) != std::string_view::npos;
}

/// One run of compact_json(). It is not recursive and known to this file alone, so that the compiler can make one
/// function of it.
class Compactor {
 public:
  bool run(std::string_view text, std::string& compact);

 private:
  /// Where the text is read and the output written. The output never overtakes the text, and so has room for as much as
  /// is left of it.
  struct Place {
    const char* at;  ///< null where a parser has to decide
    char* out;

    /// The next byte goes to the output.
    void copy() noexcept { *out++ = *at++; }
  };
  struct Member {
    const char* key;
    std::uint32_t key_size;
    std::uint32_t begin;  ///< in the output
    std::uint32_t end;

    [[nodiscard]] std::string_view name() const noexcept { return std::string_view(key, key_size); }
  };
  /// An object or array that is open.
  struct Level {
    std::uint32_t first_member;
    bool is_object;
    bool is_sorted;  ///< so far
  };

  static constexpr std::size_t most_levels = 64;
  static constexpr std::size_t most_members = 256;

  Place take_start(Place place);
  Place take_key(Place place) noexcept;
  Place take_end(Place place);
  Place take_scalar(Place place);
  [[gnu::always_inline]] inline Place after_plain(Place place) const noexcept;
  [[gnu::always_inline]] inline Place take_string(Place place) noexcept;
  Place take_number(Place place);
  Place take_fraction(Place place, const char* number);
  Place take_word(Place place, std::string_view word) noexcept;
  bool sort_members(std::size_t first, const char* out);

  [[nodiscard]] static bool is_before(const Member& left, const Member& right) noexcept;
  [[nodiscard]] static Place nowhere() noexcept { return Place{nullptr, nullptr}; }
  [[nodiscard]] static bool is_blank(char c) noexcept {
    return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
  }
  [[nodiscard]] Place after_blanks(Place place) const noexcept {
    while (place.at != end_ && is_blank(*place.at)) {
      ++place.at;
    }
    return place;
  }
  [[nodiscard]] char peek(Place place) const noexcept { return place.at != end_ ? *place.at : '\0'; }
  [[nodiscard]] std::uint32_t size(const char* out) const noexcept {
    return static_cast<std::uint32_t>(out - out_begin_);
  }

  const char* end_ = nullptr;
  char* out_begin_ = nullptr;
  bool is_ascii_ = true;
  bool has_escape_ = false;  ///< in the string read last
  std::uint32_t level_count_ = 0;
  std::uint32_t member_count_ = 0;
  // Left uninitialised. The innermost of what is open is the last.
  std::array<Level, most_levels> levels_;
  std::array<Member, most_members> members_;
};

bool Compactor::run(std::string_view text, std::string& compact) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  compact.resize(text.size());  // it is never longer
  end_ = text.data() + text.size();
  out_begin_ = compact.data();
  is_ascii_ = true;
  level_count_ = 0;
  member_count_ = 0;
  Place place = after_blanks(Place{text.data(), out_begin_});
  do {
    place = take_start(place);
    if (place.at != nullptr) {
      place = take_end(place);
    }
    if (place.at == nullptr) {
      return false;
    }
  } while (level_count_ != 0);
  place = after_blanks(place);
  if (place.at != end_ || (!is_ascii_ && first_invalid_utf8(text))) {
    return false;
  }
  compact.resize(static_cast<std::size_t>(place.out - out_begin_));
  return true;
}

/// The begin of a value up to the end of its first scalar, or of an empty object or array.
Compactor::Place Compactor::take_start(Place place) {
  for (;;) {
    if (level_count_ != 0 && levels_[level_count_ - 1].is_object) {
      place = take_key(place);
      if (place.at == nullptr) {
        return nowhere();
      }
    }
    const char first = peek(place);
    if (first != '{' && first != '[') {
      return take_scalar(place);
    }
    place.copy();
    place = after_blanks(place);
    if (level_count_ == most_levels) {
      return nowhere();
    }
    if (peek(place) == (first == '{' ? '}' : ']')) {
      place.copy();
      return place;
    }
    levels_[level_count_++] = Level{member_count_, first == '{', true};
  }
}

/// With the colon.
Compactor::Place Compactor::take_key(Place place) noexcept {
  if (peek(place) != '"' || member_count_ == most_members) {
    return nowhere();
  }
  Member& member = members_[member_count_];
  member.begin = size(place.out);
  member.key = place.at + 1;
  place = take_string(place);
  if (place.at == nullptr || has_escape_) {
    return nowhere();
  }
  member.key_size = static_cast<std::uint32_t>(place.at - 1 - member.key);
  Level& level = levels_[level_count_ - 1];
  level.is_sorted =
      level.is_sorted && (member_count_ == level.first_member || is_before(members_[member_count_ - 1], member));
  ++member_count_;
  place = after_blanks(place);
  if (peek(place) != ':') {
    return nowhere();
  }
  place.copy();
  return after_blanks(place);
}

/// What follows a value: the ends of objects and arrays, then a comma or, where all are closed, nothing more.
Compactor::Place Compactor::take_end(Place place) {
  while (level_count_ != 0) {
    const Level& level = levels_[level_count_ - 1];
    if (level.is_object) {
      members_[member_count_ - 1].end = size(place.out);
    }
    place = after_blanks(place);
    if (peek(place) == ',') {
      place.copy();
      return after_blanks(place);
    }
    if (peek(place) != (level.is_object ? '}' : ']')) {
      return nowhere();
    }
    if (level.is_object && !level.is_sorted && !sort_members(level.first_member, place.out)) {
      return nowhere();
    }
    place.copy();
    member_count_ = level.first_member;
    --level_count_;
  }
  return place;
}

Compactor::Place Compactor::take_scalar(Place place) {
  switch (peek(place)) {
    case '"':
      return take_string(place);
    case 't':
      return take_word(place, "true");
    case 'f':
      return take_word(place, "false");
    case 'n':
      return take_word(place, "null");
    default:
      return take_number(place);
  }
}

/// By the bytes of their keys.
bool Compactor::is_before(const Member& left, const Member& right) noexcept {
  if (left.key_size != 0 && right.key_size != 0 && *left.key != *right.key) {
    return static_cast<unsigned char>(*left.key) < static_cast<unsigned char>(*right.key);
  }
  return left.name() < right.name();
}

/// @param out  behind the last member.
bool Compactor::sort_members(std::size_t first, const char* out) {
  Member* const begin = members_.data() + first;
  Member* const end = members_.data() + member_count_;
  const std::uint32_t object_begin = begin->begin;
  std::sort(begin, end, is_before);
  const auto is_same = [](const Member& left, const Member& right) { return left.name() == right.name(); };
  if (std::adjacent_find(begin, end, is_same) != end) {
    return false;
  }
  std::string sorted;
  sorted.reserve(size(out) - object_begin);
  for (const Member* member = begin; member != end; ++member) {
    sorted += member == begin ? "" : ",";
    sorted.append(out_begin_ + member->begin, member->end - member->begin);
  }
  std::memcpy(out_begin_ + object_begin, sorted.data(), sorted.size());
  return true;
}

/// Copies what needs no second look, eight bytes at once: those behind the last plain one are written over.
Compactor::Place Compactor::after_plain(Place place) const noexcept {
  while (std::endian::native == std::endian::little && end_ - place.at >= 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, place.at, sizeof bytes);
    std::memcpy(place.out, &bytes, sizeof bytes);
    const unsigned plain = plain_bytes(bytes);
    place.at += plain;
    place.out += plain;
    if (plain != sizeof bytes) {
      return place;
    }
  }
  while (place.at != end_ && byte_of(*place.at) == Byte::Plain) {
    place.copy();
  }
  return place;
}

Compactor::Place Compactor::take_string(Place place) noexcept {
  has_escape_ = false;
  place.copy();
  for (;;) {
    place = after_plain(place);
    if (place.at == end_) {
      return nowhere();
    }
    switch (byte_of(*place.at)) {
      case Byte::Quote:
        place.copy();
        return place;
      case Byte::High:
        is_ascii_ = false;
        while (place.at + 1 != end_ && byte_of(place.at[1]) == Byte::High) {
          place.copy();
        }
        break;
      case Byte::Backslash:
        place.copy();
        if (place.at == end_ || !is_canonical_escape(*place.at)) {
          return nowhere();
        }
        has_escape_ = true;
        break;
      default:
        return nowhere();
    }
    place.copy();
  }
}

/// Integers of up to 18 digits are canonical as they are.
Compactor::Place Compactor::take_number(Place place) {
  const char* number = place.at;
  if (peek(place) == '-') {
    place.copy();
  }
  const char* digits = place.at;
  while (is_digit(peek(place))) {
    place.copy();
  }
  const auto count = place.at - digits;
  const char next = peek(place);
  if (count == 0 || count > 18 || (*digits == '0' && count > 1) || next == 'e' || next == 'E') {
    return nowhere();
  }
  if (next == '.') {
    place.out -= place.at - number;
    return take_fraction(place, number);
  }
  const bool is_minus_zero = *digits == '0' && number != digits;
  return is_minus_zero ? nowhere() : place;
}

/// As the JSON library writes the number; where it takes more room, the parser has to do it.
/// @param place  at the point, the output before the number.
Compactor::Place Compactor::take_fraction(Place place, const char* number) {
  ++place.at;
  const char* digits = place.at;
  while (is_digit(peek(place))) {
    ++place.at;
  }
  double value = 0;
  const auto [stopped, error] = std::from_chars(number, place.at, value);
  const char next = peek(place);
  if (place.at == digits || next == 'e' || next == 'E' || error != std::errc() || stopped != place.at) {
    return nowhere();
  }
  const std::string written = nlohmann::json(value).dump();
  if (written.size() > static_cast<std::size_t>(place.at - number)) {
    return nowhere();
  }
  std::memcpy(place.out, written.data(), written.size());
  place.out += written.size();
  return place;
}

Compactor::Place Compactor::take_word(Place place, std::string_view word) noexcept {
  if (!std::string_view(place.at, static_cast<std::size_t>(end_ - place.at)).starts_with(word)) {
    return nowhere();
  }
  std::memcpy(place.out, word.data(), word.size());
  return Place{place.at + word.size(), place.out + word.size()};
}

}  // namespace

bool compact_json(std::string_view text, std::string& compact) {
  Compactor compactor;
  return compactor.run(text, compact);
}

}  // namespace dalia::internal
