#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace dalia::internal {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

bool is_between(unsigned char byte, unsigned low, unsigned high) noexcept {
  return byte >= low && byte <= high;
}

/// Length of the character that starts here, 0 if it is not well formed.
std::size_t character_length(const unsigned char* bytes, std::size_t left) noexcept {
  const unsigned char lead = bytes[0];
  if (lead < 0x80U) {
    return 1;
  }
  const std::size_t length = is_between(lead, 0xC2, 0xDF) ? 2 : is_between(lead, 0xE0, 0xEF) ? 3 : 4;
  if (lead < 0xC2U || lead > 0xF4U || left < length) {
    return 0;
  }
  // Only the second byte has limits of its own: they exclude overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned low = lead == 0xE0U ? 0xA0U : lead == 0xF0U ? 0x90U : 0x80U;
  const unsigned high = lead == 0xEDU ? 0x9FU : lead == 0xF4U ? 0x8FU : 0xBFU;
  if (!is_between(bytes[1], low, high)) {
    return 0;
  }
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_between(bytes[i], 0x80, 0xBF)) {
      return 0;
    }
  }
  return length;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word = 0;
    if (text.size() - at >= sizeof(word)) {
      std::memcpy(&word, bytes + at, sizeof(word));
      if ((word & high_bits) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    const std::size_t length = character_length(bytes + at, text.size() - at);
    if (length == 0) {
      return at;
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace dalia::internal
