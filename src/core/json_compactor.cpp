#include "core/json_compactor.hpp"

#include <algorithm>
#include <charconv>
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

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Escapes that the canonical form has too.
bool is_canonical_escape(char c) noexcept {
  return std::string_view("\"\\bfnrt").find(c) != std::string_view::npos;
}

}  // namespace

bool JsonCompactor::run(std::string_view text, std::string& compact) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  compact.resize(text.size());  // it is never longer
  at_ = run_ = text.data();
  end_ = at_ + text.size();
  out_ = out_begin_ = compact.data();
  is_ascii_ = true;
  member_count_ = 0;
  skip_blanks();
  if (!take_value(0)) {
    return false;
  }
  skip_blanks();
  if (at_ != end_ || (!is_ascii_ && first_invalid_utf8(text))) {
    return false;
  }
  flush();
  compact.resize(static_cast<std::size_t>(out_ - out_begin_));
  return true;
}

bool JsonCompactor::take_value(std::size_t level) {
  switch (peek()) {
    case '{':
      return take_object(level);
    case '[':
      return take_array(level);
    case '"':
      return take_string();
    case 't':
      return take_word("true");
    case 'f':
      return take_word("false");
    case 'n':
      return take_word("null");
    default:
      return take_number();
  }
}

bool JsonCompactor::take_object(std::size_t level) {
  if (level == most_levels) {
    return false;
  }
  ++at_;
  skip_blanks();
  if (take('}')) {
    return true;
  }
  const std::size_t first = member_count_;
  bool is_sorted = true;
  do {
    skip_blanks();
    if (!take_member(level)) {
      return false;
    }
    const std::size_t last = member_count_ - 1;
    is_sorted = is_sorted && (last == first || members_[last - 1].name() < members_[last].name());
    skip_blanks();
  } while (take(','));
  if (!take('}')) {
    return false;
  }
  if (!is_sorted && !sort_members(first)) {
    return false;
  }
  member_count_ = first;
  return true;
}

bool JsonCompactor::take_member(std::size_t level) {
  if (peek() != '"' || member_count_ == most_members) {
    return false;
  }
  Member& member = members_[member_count_++];
  member.begin = size();
  member.key = at_ + 1;
  if (!take_string() || has_escape_) {
    return false;
  }
  member.key_size = static_cast<std::uint32_t>(at_ - 1 - member.key);
  skip_blanks();
  if (!take(':')) {
    return false;
  }
  skip_blanks();
  if (!take_value(level + 1)) {
    return false;
  }
  member.end = size();
  return true;
}

/// By the bytes of their keys.
bool JsonCompactor::sort_members(std::size_t first) {
  flush();
  Member* const begin = members_.data() + first;
  Member* const end = members_.data() + member_count_;
  const std::uint32_t object_begin = begin->begin;
  std::sort(begin, end, [](const Member& left, const Member& right) { return left.name() < right.name(); });
  const auto is_same = [](const Member& left, const Member& right) { return left.name() == right.name(); };
  if (std::adjacent_find(begin, end, is_same) != end) {
    return false;
  }
  std::string sorted;
  sorted.reserve(static_cast<std::size_t>(out_ - out_begin_) - object_begin);
  for (const Member* member = begin; member != end; ++member) {
    sorted += member == begin ? "" : ",";
    sorted.append(out_begin_ + member->begin, member->end - member->begin);
  }
  std::memcpy(out_begin_ + object_begin, sorted.data(), sorted.size());  // before the brace, which stays
  return true;
}

bool JsonCompactor::take_array(std::size_t level) {
  if (level == most_levels) {
    return false;
  }
  ++at_;
  skip_blanks();
  if (take(']')) {
    return true;
  }
  do {
    skip_blanks();
    if (!take_value(level + 1)) {
      return false;
    }
    skip_blanks();
  } while (take(','));
  return take(']');
}

bool JsonCompactor::take_string() {
  has_escape_ = false;
  ++at_;
  for (;;) {
    const char* at = at_;  // a member would be stored at each step
    while (at != end_ && byte_of(*at) == Byte::Plain) {
      ++at;
    }
    at_ = at;
    if (at_ == end_) {
      return false;
    }
    switch (byte_of(*at_++)) {
      case Byte::Quote:
        return true;
      case Byte::High:
        is_ascii_ = false;
        break;
      case Byte::Backslash:
        if (!is_canonical_escape(peek()) || at_ == end_) {
          return false;
        }
        has_escape_ = true;
        ++at_;
        break;
      default:
        return false;
    }
  }
}

/// Integers of up to 18 digits are canonical as they are.
bool JsonCompactor::take_number() {
  const char* number = at_;
  take('-');
  const char* digits = at_;
  while (is_digit(peek())) {
    ++at_;
  }
  const auto count = at_ - digits;
  if (count == 0 || count > 18 || (*digits == '0' && count > 1) || peek() == 'e' || peek() == 'E') {
    return false;
  }
  if (peek() == '.') {
    return take_fraction(number);
  }
  return *digits != '0' || number == digits;  // not -0
}

/// As the JSON library writes the number; where it takes more room, the parser has to do it.
bool JsonCompactor::take_fraction(const char* number) {
  ++at_;
  const char* digits = at_;
  while (is_digit(peek())) {
    ++at_;
  }
  double value = 0;
  const auto [stopped, error] = std::from_chars(number, at_, value);
  if (at_ == digits || peek() == 'e' || peek() == 'E' || error != std::errc() || stopped != at_) {
    return false;
  }
  const std::string written = nlohmann::json(value).dump();
  if (written.size() > static_cast<std::size_t>(at_ - number)) {
    return false;
  }
  const char* after = at_;
  at_ = number;
  flush();
  std::memcpy(out_, written.data(), written.size());
  out_ += written.size();
  at_ = run_ = after;
  return true;
}

bool JsonCompactor::take_word(std::string_view word) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
    return false;
  }
  at_ += word.size();
  return true;
}

void JsonCompactor::leave_out_blanks() noexcept {
  flush();
  while (is_blank(peek())) {
    ++at_;
  }
  run_ = at_;
}

void JsonCompactor::flush() noexcept {
  const auto count = static_cast<std::size_t>(at_ - run_);
  std::memcpy(out_, run_, count);
  out_ += count;
  run_ = at_;
}

}  // namespace dalia::internal
