/// JSON text to its canonical form without building values, which takes a tenth of the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dalia::internal {

/// Takes the JSON that servers usually give: no repeated keys, no exponents, few escapes, not nested deeply.
class JsonCompactor {
 public:
  /// @param compact  takes the canonical text.
  /// @return false where a parser has to decide; nothing is then known about the text.
  [[nodiscard]] bool run(std::string_view text, std::string& compact);

 private:
  /// Of an object that is open.
  struct Member {
    const char* key;
    std::uint32_t key_size;
    std::uint32_t begin;  ///< in the output
    std::uint32_t end;

    [[nodiscard]] std::string_view name() const noexcept { return std::string_view(key, key_size); }
  };

  static constexpr std::size_t most_levels = 64;
  static constexpr std::size_t most_members = 256;

  bool take_value(std::size_t level);
  bool take_object(std::size_t level);
  bool take_member(std::size_t level);
  bool take_array(std::size_t level);
  bool take_string();
  bool take_number();
  bool take_fraction(const char* number);
  bool take_word(std::string_view word);
  bool take(char wanted) noexcept {
    const bool is_there = at_ != end_ && *at_ == wanted;
    at_ += is_there ? 1 : 0;
    return is_there;
  }
  bool sort_members(std::size_t first);

  void skip_blanks() noexcept {
    if (is_blank(peek())) {
      leave_out_blanks();
    }
  }
  void leave_out_blanks() noexcept;
  [[nodiscard]] static bool is_blank(char c) noexcept {
    return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
  }
  /// Copies what was read since the last blank.
  void flush() noexcept;
  [[nodiscard]] char peek() const noexcept { return at_ != end_ ? *at_ : '\0'; }
  /// Bytes of output so far.
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>((out_ - out_begin_) + (at_ - run_));
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const char* run_ = nullptr;  ///< begin of what is still to be copied
  char* out_begin_ = nullptr;
  char* out_ = nullptr;
  bool is_ascii_ = true;
  bool has_escape_ = false;  ///< in the string read last
  std::size_t member_count_ = 0;
  std::array<Member, most_members> members_;  ///< of all open objects, the innermost last; left uninitialised
};

}  // namespace dalia::internal
