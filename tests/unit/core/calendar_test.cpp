#include "core/calendar.hpp"

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::sys_days;

Instant at(int year, unsigned month, unsigned day, microseconds time = 0us) {
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) + time;
}

TEST(Calendar, WritesCanonicalText) {
  EXPECT_EQ(to_text(at(2024, 2, 29, 13h + 4min + 5s + 67us)), "2024-02-29T13:04:05.000067Z");
  EXPECT_EQ(to_text(at(1969, 12, 31, 23h + 59min + 59s + 999999us)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_text(at(1, 1, 1)), "0001-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_text(at(9999, 12, 31, 24h - 1us)), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_text(Date(2024y / 1 / 2)), "2024-01-02");
  EXPECT_EQ(to_text(TimeOfDay{0us}), "00:00:00.000000");
  EXPECT_EQ(to_text(TimeOfDay{24h - 1us}), "23:59:59.999999");
}

TEST(Calendar, RefusesToWriteWhatHasNoCanonicalText) {
  EXPECT_THROW(static_cast<void>(to_text(at(1, 1, 1) - 1us)), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(at(10000, 1, 1))), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(Instant::min())), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(Instant::max())), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(Date(2023y / 2 / 29))), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(Date(std::chrono::year(0) / 1 / 1))), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(TimeOfDay{24h})), UsageError);
  EXPECT_THROW(static_cast<void>(to_text(TimeOfDay{-1us})), UsageError);
}

TEST(Calendar, ReadsInstants) {
  const Instant noon = at(2024, 2, 29, 12h);
  for (const char* text :
       {"2024-02-29T12:00:00.000000Z", "2024-02-29T12:00:00Z", "2024-02-29 12:00:00", "2024-02-29T12:00:00.0",
        "2024-02-29T14:00:00+02:00", "2024-02-29T14:00:00+0200", "2024-02-29 14:00:00+02",
        "2024-02-29T06:30:00.000000000-05:30", "2024-02-29 12:00:00-00:00", "2024-03-01T11:59:00+23:59"}) {
    EXPECT_EQ(instant_from(text), noon) << text;
  }
  EXPECT_EQ(instant_from("2024-02-29T12:00:00.5Z"), noon + 500000us);
  EXPECT_EQ(instant_from("2024-02-29T12:00:00.123456789Z"), noon + 123456us);
  EXPECT_EQ(instant_from("0001-01-01T00:00:00.000000Z"), at(1, 1, 1));
  EXPECT_EQ(instant_from("9999-12-31T23:59:59.999999Z"), at(9999, 12, 31, 24h - 1us));
}

TEST(Calendar, RefusesOtherInstants) {
  for (const char* text : {"",
                           "2024-02-29",
                           "2024-02-29T12:00Z",
                           "2024-02-29T24:00:00Z",
                           "2024-02-29T12:60:00Z",
                           "2024-02-29T12:00:60Z",
                           "2023-02-29T12:00:00Z",
                           "2024-13-01T12:00:00Z",
                           "2024-00-01T12:00:00Z",
                           "2024-01-00T12:00:00Z",
                           "2024-04-31T12:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "10000-01-01T00:00:00Z",
                           "-2024-01-01T00:00:00Z",
                           "2024-02-29T12:00:00.Z",
                           "2024-02-29T12:00:00.1234567890Z",
                           "2024-02-29T12:00:00 Z",
                           "2024-02-29T12:00:00ZZ",
                           "2024-02-29T12:00:00+2",
                           "2024-02-29T12:00:00+02:0",
                           "2024-02-29T12:00:00+02:",
                           "2024-02-29T12:00:00+24:00",
                           "2024-02-29T12:00:00+02:60",
                           "2024-02-29  12:00:00",
                           " 2024-02-29 12:00:00",
                           "2024-02-29T12:00:00+",
                           "2024-2-29T12:00:00Z",
                           "24-02-29T12:00:00Z",
                           "2024/02/29 12:00:00",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "2024-02-29T12:00:00.5 Z",
                           "2024-02-29T+1:00:00Z"}) {
    EXPECT_EQ(instant_from(text), std::nullopt) << text;
  }
  EXPECT_EQ(instant_from(std::string_view("2024-02-29T12:00:00\0", 20)), std::nullopt);
}

TEST(Calendar, ReadsDatesAndTimes) {
  EXPECT_EQ(date_from("2024-02-29"), Date(2024y / 2 / 29));
  EXPECT_EQ(date_from("0001-01-01"), Date(std::chrono::year(1) / 1 / 1));
  for (const char* text :
       {"", "2023-02-29", "2024-2-29", "2024-02-29 ", "20240229", "0000-01-01", "2024-02-29T00:00:00"}) {
    EXPECT_EQ(date_from(text), std::nullopt) << text;
  }
  EXPECT_EQ(time_from("23:59:59.999999"), TimeOfDay{24h - 1us});
  EXPECT_EQ(time_from("00:00:00"), TimeOfDay{0us});
  EXPECT_EQ(time_from("01:02:03.4"), TimeOfDay{1h + 2min + 3s + 400000us});
  for (const char* text :
       {"", "24:00:00", "12:00", "12:60:00", "12:00:60", "1:02:03", "12:00:00Z", "12:00:00.", "-1:00:00"}) {
    EXPECT_EQ(time_from(text), std::nullopt) << text;
  }
}

TEST(Calendar, EveryDayReadsBack) {
  for (sys_days day = internal::first_day; day <= internal::last_day; day += std::chrono::days(1)) {
    const Date date(day);
    ASSERT_EQ(date_from(to_text(date)), date);
  }
}

TEST(Calendar, NowIsInRange) {
  EXPECT_TRUE(internal::is_in_range(now()));
}

}  // namespace
}  // namespace dalia
