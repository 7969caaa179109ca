/// Hexadecimal text, as in canonical bytes and UUIDs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dalia::internal {

/// Lower case, two digits a byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Writes 2 * bytes.size() characters to `out`.
void write_hex(std::string_view bytes, char* out) noexcept;

/// What a character counts as a hexadecimal digit; no_digit for any other. A table, since no processor foresees which
/// of random digits are letters.
inline constexpr std::uint8_t no_digit = 0xFF;
inline constexpr std::array<std::uint8_t, 256> hex_digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::uint8_t i = 0; i < 10; ++i) {
    digits[static_cast<std::size_t>('0') + i] = i;
  }
  for (std::uint8_t i = 0; i < 6; ++i) {
    digits[static_cast<std::size_t>('a') + i] = static_cast<std::uint8_t>(10 + i);
    digits[static_cast<std::size_t>('A') + i] = static_cast<std::uint8_t>(10 + i);
  }
  return digits;
}();

/// 0 to 255, or nothing where one of the two is no hexadecimal digit.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_byte(char first, char second) noexcept {
  const std::uint8_t high = hex_digits[static_cast<unsigned char>(first)];
  const std::uint8_t low = hex_digits[static_cast<unsigned char>(second)];
  if ((high | low) == no_digit) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(high << 4U | low);
}

}  // namespace dalia::internal
