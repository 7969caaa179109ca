// Completion tokens: how results come, and where.
#include <atomic>
#include <thread>

#include "async/async_test.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

using namespace std::chrono_literals;
using namespace net::experimental::awaitable_operators;

class Tokens : public AsyncTest {};
DALIA_ASYNC_SUITE(Tokens);

net::awaitable<std::string> name_of_user(AsyncConnection& conn) {
  const Entity saved = co_await conn.save_entity("users", entity("name", "Ada"));
  const auto found = co_await conn.get_entity("users", saved.id());
  co_return found->at("name").to_text();
}

TEST_P(Tokens, UseAwaitableIsTheDefault) {
  const AsyncConnectionHandle conn = connect();
  EXPECT_EQ(run(name_of_user(*conn)), "Ada");
}

TEST_P(Tokens, ACallbackIsCalledOnceAndNotBeforeTheCallReturns) {
  const AsyncConnectionHandle conn = connect();
  int calls = 0;
  std::string text;
  conn->execute("SELECT ?", params("x"), [&](const std::exception_ptr& failure, const ResultSet& rows) {
    ++calls;
    text = failure ? "failed" : rows.front()[0].to_text();
  });
  EXPECT_EQ(calls, 0);
  io().restart();
  io().run();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(text, "x");
}

TEST_P(Tokens, ACallThatFailsAtOnceAlsoReturnsFirst) {
  const AsyncConnectionHandle conn = connect();
  std::exception_ptr failure;
  bool is_called = false;
  conn->commit_transaction([&](std::exception_ptr error) {
    is_called = true;
    failure = std::move(error);
  });
  EXPECT_FALSE(is_called);
  io().restart();
  io().run();
  ASSERT_TRUE(failure);
  EXPECT_THROW(std::rethrow_exception(failure), UsageError);
}

TEST_P(Tokens, Future) {
  const AsyncConnectionHandle conn = connect();
  auto rows = conn->execute("SELECT ?", params(7), net::use_future);
  auto guard = net::make_work_guard(io());
  io().restart();
  std::thread thread([this] { io().run(); });
  EXPECT_EQ(rows.get().front()[0].to_text(), "7");
  EXPECT_THROW(conn->execute("SELECT [nothing]", net::use_future).get(), QueryError);
  guard.reset();
  thread.join();
}

TEST_P(Tokens, DeferredBeginsWhenItIsTold) {
  const AsyncConnectionHandle conn = connect();
  {
    auto never = conn->execute("CREATE TABLE [never] ([n] INTEGER)", deferred);
    static_cast<void>(never);
  }
  auto later = conn->execute(std::string("SELECT ") + "?", params(std::string(100, 'x')), deferred);
  std::string text;
  std::move(later)([&](const std::exception_ptr&, const ResultSet& rows) { text = rows.front()[0].to_text(); });
  io().restart();
  io().run();
  EXPECT_EQ(text, std::string(100, 'x'));
}

net::awaitable<bool> failure_as_a_value(AsyncConnection& conn) {
  auto [failure, rows] = co_await conn.execute("SELECT [nothing]", as_tuple(net::use_awaitable));
  co_return failure != nullptr&& rows.empty();
}

TEST_P(Tokens, AsTuple) {
  const AsyncConnectionHandle conn = connect();
  EXPECT_TRUE(run(failure_as_a_value(*conn)));
}

TEST_P(Tokens, AHandlerIsCalledOnItsOwnExecutor) {
  const AsyncConnectionHandle conn = connect();
  net::thread_pool elsewhere(1);
  std::atomic<bool> is_elsewhere{false};
  const auto executor = elsewhere.get_executor();
  conn->execute("SELECT 1", net::bind_executor(executor, [&, executor](const std::exception_ptr&, const ResultSet&) {
                  is_elsewhere = executor.running_in_this_thread();
                }));
  io().restart();
  io().run();
  elsewhere.join();
  EXPECT_TRUE(is_elsewhere);
}

net::awaitable<void> stay_on_the_strand(ConnectionManager& manager, net::strand<net::any_io_executor> strand) {
  const AsyncConnectionHandle conn = co_await manager.async_connection();
  for (int i = 0; i < 20; ++i) {
    const ResultSet rows = co_await conn->execute("SELECT ?", params(i));
    EXPECT_EQ(rows.front()[0].to_text(), std::to_string(i));
    EXPECT_TRUE(strand.running_in_this_thread());
  }
}

TEST_P(Tokens, ACoroutineStaysOnItsStrand) {
  net::thread_pool pool(3);
  const auto strand = net::make_strand(net::any_io_executor(pool.get_executor()));
  net::co_spawn(strand, stay_on_the_strand(manager(), strand), net::use_future).get();
}

net::awaitable<std::size_t> race_with_a_timer(AsyncConnection& conn, std::string slow) {
  net::steady_timer timer(co_await net::this_coro::executor, 50ms);
  auto first = co_await (conn.execute(slow) || timer.async_wait(net::use_awaitable));
  const ResultSet rows = co_await conn.execute("SELECT ?", params("clean"));
  EXPECT_EQ(rows.front()[0].to_text(), "clean");
  co_return first.index();
}

TEST_P(Tokens, ATimerThatWinsStopsTheStatement) {
  const AsyncConnectionHandle conn = connect();
  const WithinTime limit(5s);
  EXPECT_EQ(run(race_with_a_timer(*conn, slow_statement())), 1u);
  EXPECT_TRUE(conn->is_usable());
}

net::awaitable<std::string> both(AsyncConnection& one, AsyncConnection& other) {
  auto [left, right] = co_await (one.execute("SELECT ?", params("l")) && other.execute("SELECT ?", params("r")));
  co_return left.front()[0].to_text() + right.front()[0].to_text();
}

TEST_P(Tokens, TwoConnectionsWorkSideBySide) {
  const AsyncConnectionHandle one = connect();
  const AsyncConnectionHandle other = connect();
  EXPECT_EQ(run(both(*one, *other)), "lr");
}

TEST_P(Tokens, TransactTakesTokensToo) {
  const AsyncConnectionHandle conn = connect();
  std::thread::id thread;
  auto work = [&thread](AsyncConnection& tx) -> net::awaitable<int> {
    co_await tx.execute("INSERT INTO [t] VALUES (1)");
    thread = std::this_thread::get_id();
    co_return 42;
  };
  manager().sync_connection()->execute("CREATE TABLE [t] ([n] INTEGER)");
  auto result = conn->transact(std::move(work), net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(result.get(), 42);
  EXPECT_EQ(thread, std::this_thread::get_id()) << "the work runs where the connection's loop does";
  EXPECT_EQ(number("SELECT count(*) FROM [t]"), 1);
}

}  // namespace
}  // namespace dalia::test
