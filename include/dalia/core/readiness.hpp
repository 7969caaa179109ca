/// Readiness: what can be waited for on a descriptor.
#pragma once

namespace dalia {

/// What is waited for, or what has happened; flags.
enum class Readiness : unsigned char { None = 0, Read = 1, Write = 2, Timer = 4 };

[[nodiscard]] constexpr Readiness operator|(Readiness left, Readiness right) noexcept {
  return static_cast<Readiness>(static_cast<unsigned>(left) | static_cast<unsigned>(right));
}
[[nodiscard]] constexpr bool has(Readiness flags, Readiness wanted) noexcept {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(wanted)) != 0;
}

}  // namespace dalia
