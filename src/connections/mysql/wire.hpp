/// Integers in little-endian order, as the protocol of MySQL has them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace dalia::internal::mysql {

/// @param bytes  sizeof(T) of them.
template <class T>
[[nodiscard]] T read_wire(const char* bytes) noexcept {
  static_assert(std::endian::native == std::endian::little, "swap the bytes here");
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace dalia::internal::mysql
