#include "core/hex.hpp"

namespace dalia::internal {

void write_hex(std::string_view bytes, char* out) noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    *out++ = digits[value >> 4U];
    *out++ = digits[value & 15U];
  }
}

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  write_hex(bytes, text.data());
  return text;
}

}  // namespace dalia::internal
