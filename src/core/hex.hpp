/// Hexadecimal text, as in canonical bytes and UUIDs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dalia::internal {

/// Lower case, two digits a byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Writes 2 * bytes.size() characters to `out`.
void write_hex(std::string_view bytes, char* out) noexcept;
/// 0 to 15, or nothing for a character that is no hexadecimal digit.
[[nodiscard]] constexpr std::optional<unsigned> hex_digit(char character) noexcept {
  if (character >= '0' && character <= '9') {
    return static_cast<unsigned>(character - '0');
  }
  // Sets the bit that tells lower case from upper case.
  const char letter = static_cast<char>(character | 0x20);
  if (letter >= 'a' && letter <= 'f') {
    return static_cast<unsigned>(letter - 'a') + 10;
  }
  return std::nullopt;
}

}  // namespace dalia::internal
