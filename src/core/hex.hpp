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
[[nodiscard]] std::optional<unsigned> hex_digit(char character) noexcept;

}  // namespace dalia::internal
