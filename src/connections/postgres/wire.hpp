/// Integers in network byte order, as PostgreSQL's binary formats have them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace dalia::internal::postgres {

template <class T>
[[nodiscard]] T swapped(T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  } else {
    return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
  }
}

template <class T>
[[nodiscard]] T read_wire(const char* bytes) noexcept {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return swapped(value);
}

template <class T>
void write_wire(char* bytes, T value) noexcept {
  value = swapped(value);
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace dalia::internal::postgres
