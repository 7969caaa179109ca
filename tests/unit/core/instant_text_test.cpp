#include "core/instant_text.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "core/calendar.hpp"

namespace {

using dalia::Instant;
using dalia::internal::read_instant;

std::optional<std::int64_t> read(const std::string& text) {
  std::int64_t microseconds = 0;
  if (text.size() != dalia::internal::instant_text_size || !read_instant(text.data(), microseconds)) {
    return std::nullopt;
  }
  return microseconds;
}

std::string written(std::int64_t microseconds) {
  std::string text(dalia::internal::instant_text_size, ' ');
  dalia::internal::write_instant(Instant(std::chrono::microseconds(microseconds)), text.data());
  return text;
}

std::int64_t first() {
  return Instant(dalia::internal::first_day).time_since_epoch().count();
}
std::int64_t last() {
  return Instant(dalia::internal::last_day + std::chrono::days(1)).time_since_epoch().count() - 1;
}

TEST(InstantText, ReadsWhatIsWritten) {
  std::mt19937_64 random(20240229);
  std::uniform_int_distribution<std::int64_t> any(first(), last());
  for (int i = 0; i < 200'000; ++i) {
    const std::int64_t instant = any(random);
    ASSERT_EQ(read(written(instant)), instant) << written(instant);
  }
  for (const std::int64_t instant : {first(), last(), std::int64_t{0}, std::int64_t{-1}}) {
    EXPECT_EQ(read(written(instant)), instant) << written(instant);
  }
}

TEST(InstantText, ReadsEveryDayOfFourCenturies) {
  for (int day = 0; day < 146'097; ++day) {
    const std::int64_t instant = (std::int64_t{day} - 11'000) * 86'400'000'000;
    ASSERT_EQ(read(written(instant)), instant) << written(instant);
  }
}

TEST(InstantText, AnyOtherByteMakesItAText) {
  const std::string good = "2024-02-29T23:59:59.999999Z";
  ASSERT_TRUE(read(good));
  for (std::size_t at = 0; at < good.size(); ++at) {
    const bool is_digit = good[at] >= '0' && good[at] <= '9';
    for (int byte = 0; byte < 256; ++byte) {
      const char character = static_cast<char>(byte);
      if (character == good[at] || (is_digit && character >= '0' && character <= '9')) {
        continue;
      }
      std::string bad = good;
      bad[at] = character;
      EXPECT_FALSE(read(bad)) << "byte " << byte << " at " << at;
    }
  }
}

TEST(InstantText, RefusesWhatNoCalendarHas) {
  for (const char* text : {"0000-01-01T00:00:00.000000Z", "2024-00-01T00:00:00.000000Z", "2024-13-01T00:00:00.000000Z",
                           "2024-01-00T00:00:00.000000Z", "2024-01-32T00:00:00.000000Z", "2024-04-31T00:00:00.000000Z",
                           "2023-02-29T00:00:00.000000Z", "1900-02-29T00:00:00.000000Z", "2024-02-30T00:00:00.000000Z",
                           "2024-01-01T24:00:00.000000Z", "2024-01-01T00:60:00.000000Z", "2024-01-01T00:00:60.000000Z",
                           "2024-01-01t00:00:00.000000Z", "2024-01-01T00:00:00.000000z"}) {
    EXPECT_FALSE(read(text)) << text;
  }
  EXPECT_TRUE(read("2000-02-29T00:00:00.000000Z"));
}

}  // namespace
