#pragma once

namespace dalia::test {

/// Whether this is a build with AddressSanitizer or ThreadSanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_instrumented = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool is_instrumented = true;
#else
inline constexpr bool is_instrumented = false;
#endif
#else
inline constexpr bool is_instrumented = false;
#endif

/// How often to try random input: a tenth where each try takes ten times as long.
template <class T>
constexpr T tries(T in_a_plain_build) {
  return is_instrumented ? in_a_plain_build / 10 : in_a_plain_build;
}

}  // namespace dalia::test
