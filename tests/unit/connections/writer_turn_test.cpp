#include "connections/sqlite/writer_turn.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace dalia::internal::sqlite {
namespace {

using std::chrono::milliseconds;
using Outcome = WriterTurn::Outcome;

TEST(WriterTurn, IsOneForEachKey) {
  const auto turn = WriterTurn::of("a");
  EXPECT_EQ(WriterTurn::of("a"), turn);
  EXPECT_NE(WriterTurn::of("b"), turn);
}

TEST(WriterTurn, LeavesTheQueueWhenTimeRunsOut) {
  WriterTurn turn;
  std::atomic<bool> stopped{false};
  EXPECT_EQ(turn.take(Deadline(), stopped), Outcome::Taken);
  EXPECT_EQ(turn.take(Deadline::in(milliseconds(5)), stopped), Outcome::TimedOut);
  turn.give();
  EXPECT_EQ(turn.take(Deadline::in(milliseconds(0)), stopped), Outcome::Taken);
  turn.give();
}

TEST(WriterTurn, StopsAWaiter) {
  WriterTurn turn;
  std::atomic<bool> stopped{false};
  EXPECT_EQ(turn.take(Deadline(), stopped), Outcome::Taken);
  std::thread waiter([&] { EXPECT_EQ(turn.take(Deadline(), stopped), Outcome::Stopped); });
  stopped = true;
  turn.wake();
  waiter.join();
  turn.give();
}

TEST(WriterTurn, LetsOneInAtATime) {
  WriterTurn turn;
  int inside = 0;  // guarded by the turn
  int total = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const std::atomic<bool> stopped{false};
      for (int i = 0; i < 500; ++i) {
        if (turn.take(Deadline::in(std::chrono::seconds(60)), stopped) == Outcome::Taken) {
          EXPECT_EQ(++inside, 1);
          ++total;
          --inside;
          turn.give();
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(total, 2000);
}

}  // namespace
}  // namespace dalia::internal::sqlite
