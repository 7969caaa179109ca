#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "dalia/core/kinds.hpp"

namespace dalia {
namespace {

TEST(Uuid, ReadsWithAndWithoutHyphensInAnyCase) {
  const auto uuid = Uuid::parse("018F3A5B-7c1d-7E2F-8a3b-4C5D6E7F8091");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->to_string(), "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091");
  EXPECT_EQ(Uuid::parse("018f3a5b7c1d7e2f8a3b4c5d6e7f8091"), uuid);
  EXPECT_EQ(Uuid::parse(uuid->to_string()), uuid);
  EXPECT_EQ(uuid->bytes[0], 0x01);
  EXPECT_EQ(uuid->bytes[15], 0x91);
}

TEST(Uuid, RefusesEverythingElse) {
  for (const char* text : {"", "018f3a5b", "018f3a5b7c1d7e2f8a3b4c5d6e7f809", "018f3a5b7c1d7e2f8a3b4c5d6e7f80911",
                           "018f3a5b7-c1d-7e2f-8a3b-4c5d6e7f8091", "{18f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091",
                           "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f809g", "018f3a5b-7c1d-7e2f-8a3b04c5d6e7f8091",
                           "------------------------------------", "018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f80- ",
                           "0x8f3a5b7c1d7e2f8a3b4c5d6e7f8091"}) {
    EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
  }
}

TEST(Uuid, Version7HasItsMarksAndThePresentTime) {
  const auto before = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const Uuid uuid = Uuid::v7();
  EXPECT_EQ(uuid.bytes[6] >> 4, 7);
  EXPECT_EQ(uuid.bytes[8] >> 6, 2);
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    milliseconds = milliseconds * 256 + uuid.bytes[i];
  }
  EXPECT_GE(milliseconds, before.time_since_epoch().count());
  EXPECT_LE(milliseconds, before.time_since_epoch().count() + 10'000);
}

TEST(Uuid, GrowsStrictlyAcrossThreads) {
  std::array<std::vector<Uuid>, 4> made;
  std::vector<std::thread> threads;
  for (auto& list : made) {
    threads.emplace_back([&list] {
      for (int i = 0; i < 20'000; ++i) {
        list.push_back(Uuid::v7());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::vector<Uuid> all;
  for (const auto& list : made) {
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end(), [](const Uuid& a, const Uuid& b) { return a <= b; }));
    all.insert(all.end(), list.begin(), list.end());
  }
  // The first eight bytes alone differ: the order does not rest on chance.
  for (Uuid& uuid : all) {
    std::fill(uuid.bytes.begin() + 8, uuid.bytes.end(), std::uint8_t{0});
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_LT(all.back(), Uuid::v7());
}

TEST(Uuid, AChildProcessHasRandomBitsOfItsOwn) {
  static_cast<void>(Uuid::v7());
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Uuid uuid = Uuid::v7();
    const bool sent = write(ends[1], uuid.bytes.data(), uuid.bytes.size()) == static_cast<ssize_t>(uuid.bytes.size());
    _exit(sent ? 0 : 1);
  }
  const Uuid ours = Uuid::v7();
  Uuid theirs;
  EXPECT_EQ(read(ends[0], theirs.bytes.data(), theirs.bytes.size()), static_cast<ssize_t>(theirs.bytes.size()));
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(std::equal(ours.bytes.begin() + 8, ours.bytes.end(), theirs.bytes.begin() + 8));
}

}  // namespace
}  // namespace dalia
