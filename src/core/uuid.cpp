#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <random>

#include "core/hex.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia {
namespace {

/// Counts the forks between the first process and this one: a child must not repeat the random bits of its parent.
std::atomic<unsigned> forks{0};

std::uint64_t random_bits() {
  struct Generator {
    Generator() { seed(); }
    void seed() {
      std::random_device device;
      std::seed_seq seeds{device(), device(), device(), device(), device(), device(), device(), device()};
      engine.seed(seeds);
      seeded_at = forks.load(std::memory_order_relaxed);
    }
    std::mt19937_64 engine;
    unsigned seeded_at = 0;
  };
  [[maybe_unused]] static const int registered =
      pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  thread_local Generator generator;
  if (generator.seeded_at != forks.load(std::memory_order_relaxed)) {
    generator.seed();
  }
  return generator.engine();
}

/// Milliseconds since 1970 in the upper bits, 1/4096 of a millisecond in the lower 12; strictly growing.
/// (RFC 9562, 6.2, method 3.) Ids made faster than that run ahead of the clock by as much.
std::uint64_t next_tick() noexcept {
  static std::atomic<std::uint64_t> last{0};
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
  const std::uint64_t clock_tick = (nanoseconds / 1'000'000U << 12U) | ((nanoseconds % 1'000'000U << 12U) / 1'000'000U);
  std::uint64_t previous = last.load(std::memory_order_relaxed);
  std::uint64_t tick = 0;
  do {
    tick = std::max(clock_tick, previous + 1);
  } while (!last.compare_exchange_weak(previous, tick, std::memory_order_relaxed));
  return tick;
}

void write_big_endian(std::uint64_t value, std::uint8_t* out) noexcept {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *out++ = static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift));
  }
}

}  // namespace

Uuid Uuid::v7() {
  constexpr std::uint64_t version = 0x7000U;
  constexpr std::uint64_t variant = std::uint64_t{1} << 63U;
  const std::uint64_t tick = next_tick();
  Uuid uuid;
  write_big_endian((tick >> 12U << 16U) | version | (tick & 0xFFFU), uuid.bytes.data());
  write_big_endian(variant | (random_bits() >> 2U), uuid.bytes.data() + 8);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 32 && text.size() != 36) {
    return std::nullopt;
  }
  const bool hyphenated = text.size() == 36;
  Uuid uuid;
  std::size_t at = 0;
  for (std::uint8_t& byte : uuid.bytes) {
    if (hyphenated && (at == 8 || at == 13 || at == 18 || at == 23)) {
      if (text[at] != '-') {
        return std::nullopt;
      }
      ++at;
    }
    const std::optional<std::uint8_t> read = internal::hex_byte(text[at], text[at + 1]);
    if (!read) {
      return std::nullopt;
    }
    byte = *read;
    at += 2;
  }
  return uuid;
}

std::string Uuid::to_string() const {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string text(36, '-');
  internal::write_hex(all.substr(0, 4), text.data());
  internal::write_hex(all.substr(4, 2), text.data() + 9);
  internal::write_hex(all.substr(6, 2), text.data() + 14);
  internal::write_hex(all.substr(8, 2), text.data() + 19);
  internal::write_hex(all.substr(10, 6), text.data() + 24);
  return text;
}

}  // namespace dalia
