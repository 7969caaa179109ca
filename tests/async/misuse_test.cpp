// What programs do wrong: a clear error, never a hang and nothing broken.
#include <atomic>
#include <thread>

#include "async/async_test.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

using namespace std::chrono_literals;

class Misuse : public AsyncTest {};
DALIA_ASYNC_SUITE(Misuse);

TEST_P(Misuse, ASecondOperationAtOnceIsRefusedAndTheFirstGoesOn) {
  const AsyncConnectionHandle conn = connect();
  auto first = conn->execute(slow_statement(), execute_options().timeout(200ms), net::use_future);
  auto second = conn->save_entity("users", entity("name", "Bob"), net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(static_cast<void>(first.get()), TimeoutError);
  EXPECT_THROW(static_cast<void>(second.get()), UsageError);
  auto next = conn->execute("SELECT 1", net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(next.get().size(), 1u);
}

TEST_P(Misuse, SeveralThreadsAtOnceGetTheirResultOrAnError) {
  net::thread_pool pool(3);
  const AsyncConnectionHandle conn = manager().async_connection(pool, net::use_future).get();
  std::atomic<int> done{0};
  std::atomic<int> refused{0};
  const auto call_often = [&](int of) {
    for (int i = 0; i < 200; ++i) {
      const int number = of * 1000 + i;
      try {
        const ResultSet rows = conn->execute("SELECT ?", params(number), net::use_future).get();
        EXPECT_EQ(rows.front()[0].to_text(), std::to_string(number));
        ++done;
      } catch (const UsageError&) {
        ++refused;
      }
    }
  };
  std::thread one(call_often, 1);
  std::thread other(call_often, 2);
  one.join();
  other.join();
  EXPECT_EQ(done + refused, 400);
  EXPECT_GT(done, 0);
}

TEST_P(Misuse, AClosedConnectionSaysSo) {
  const AsyncConnectionHandle conn = connect();
  auto closed = conn->close(net::use_future);
  io().restart();
  io().run();
  closed.get();
  EXPECT_FALSE(conn->is_usable());
  auto rows = conn->execute("SELECT 1", net::use_future);
  auto saved = conn->save_entity("users", entity("name", "Ada"), net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(rows.get(), ConnectionError);
  EXPECT_THROW(saved.get(), Error);
}

TEST_P(Misuse, WhatAHandlerThrowsComesOutOfTheLoopAndHurtsNobody) {
  struct Thrown {};
  const AsyncConnectionHandle conn = connect();
  conn->execute("SELECT 1", [](const std::exception_ptr&, const ResultSet&) { throw Thrown(); });
  io().restart();
  EXPECT_THROW(io().run(), Thrown);
  auto rows = conn->execute("SELECT 2", net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(rows.get().front()[0].to_text(), "2");
}

TEST_P(Misuse, AnOperationInsideAHandlerIsFine) {
  const AsyncConnectionHandle conn = connect();
  std::string text;
  conn->execute("SELECT 1", [&](const std::exception_ptr&, const ResultSet&) {
    conn->execute("SELECT 2",
                  [&](const std::exception_ptr&, const ResultSet& rows) { text = rows.front()[0].to_text(); });
  });
  io().restart();
  io().run();
  EXPECT_EQ(text, "2");
}

TEST_P(Misuse, BadArgumentsAreErrorsOfTheCall) {
  const AsyncConnectionHandle conn = connect();
  auto wrong_count = conn->execute("SELECT ?", net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(wrong_count.get(), UsageError);
  auto no_sql = conn->execute("SELECT [", net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(no_sql.get(), TranslationError);
  auto bad_name = conn->save_entity("no;name", entity("n", 1), net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(bad_name.get(), Error);
  auto no_time = conn->execute("SELECT 1", execute_options().timeout(0s), net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(no_time.get(), TimeoutError);
  EXPECT_TRUE(conn->is_usable());
}

TEST(StreamMisuse, AnObjectWithoutAStreamSaysSo) {
  AsyncRowStream none;
  EXPECT_THROW(static_cast<void>(none.read(10, net::use_future)), UsageError);
}

TEST_P(Misuse, BlockingCallsOnTheThreadOfALoopCanBeSeen) {
  const AsyncConnectionHandle conn = connect();
  EXPECT_FALSE(manager().is_environment_async());
  bool is_seen = false;
  net::post(io(), [&] { is_seen = manager().is_environment_async(); });
  io().restart();
  io().run();
  EXPECT_TRUE(is_seen);
}

}  // namespace
}  // namespace dalia::test
