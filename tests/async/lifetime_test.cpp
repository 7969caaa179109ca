// Loops, connections and streams that go while something is under way.
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "async/async_test.hpp"
#include "support/tcp_gate.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

using namespace std::chrono_literals;

class Lifetime : public AsyncTest {};
DALIA_ASYNC_SUITE(Lifetime);

TEST_P(Lifetime, ALoopWithNothingToDoEnds) {
  const AsyncConnectionHandle conn = connect();
  const WithinTime limit(5s);  // and not the 60 s of the statement's time limit
  auto rows = conn->execute("SELECT 1", net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(rows.get().size(), 1u);
}

TEST_P(Lifetime, AConnectionThatGoesCancelsItsOperation) {
  AsyncConnectionHandle conn = connect();
  const WithinTime limit(8s);
  auto slow = conn->execute(slow_statement(), net::use_future);
  io().restart();
  io().run_for(50ms);
  conn = AsyncConnectionHandle();
  io().run();
  EXPECT_THROW(slow.get(), CancelledError);
}

TEST_P(Lifetime, ALoopDestroyedUnderAnOperationLetsGoOfIt) {
  const WithinTime limit(8s);
  AsyncConnectionHandle conn;
  std::future<ResultSet> slow;
  {
    net::io_context loop;
    auto opened = manager().async_connection(loop, net::use_future);
    loop.run();
    conn = opened.get();
    slow = conn->execute(slow_statement(), net::use_future);
    loop.restart();
    loop.run_for(50ms);
  }
  EXPECT_ANY_THROW(slow.get());  // CancelledError, or a broken promise where nobody was left to tell
  EXPECT_FALSE(conn->in_transaction());
}

net::awaitable<void> never_ends(ConnectionManager& manager, std::string slow, std::shared_ptr<int> held) {
  const AsyncConnectionHandle conn = co_await manager.async_connection();
  co_await conn->begin_transaction();
  co_await conn->execute(slow);
  ++*held;
}

TEST_P(Lifetime, ALoopDestroyedUnderACoroutineDestroysItsFrame) {
  const WithinTime limit(8s);
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = held;
  {
    net::io_context loop;
    net::co_spawn(loop, never_ends(manager(), slow_statement(), std::move(held)), [](const std::exception_ptr&) {});
    loop.run_for(300ms);
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(manager().sync_connection()->execute("SELECT 1").size(), 1u);
}

TEST_P(Lifetime, ALoopDestroyedWhileConnectingLetsGoOfThat) {
  const WithinTime limit(20s);
  std::future<AsyncConnectionHandle> opened;
  {
    net::io_context loop;
    opened = manager().async_connection(loop, net::use_future);
  }
  EXPECT_THROW(static_cast<void>(opened.get()), std::future_error);
}

TEST_P(Lifetime, AConnectionMayOutliveItsManager) {
  auto manager = DatabaseFactory::create_database(this->manager().config());
  auto opened = manager->async_connection(io(), net::use_future);
  io().restart();
  io().run();
  const AsyncConnectionHandle conn = opened.get();
  manager.reset();
  auto saved = conn->save_entity("users", entity("name", "Ada"), net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(saved.get().at("name").to_text(), "Ada");
}

net::awaitable<void> drop_a_stream(AsyncConnection& conn) {
  std::vector<Params> rows;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back(params(i));
  }
  co_await conn.execute("CREATE TABLE [t] ([n] INTEGER)");
  co_await conn.executemany("INSERT INTO [t] VALUES (?)", std::move(rows));
  for (int turn = 0; turn < 3; ++turn) {
    AsyncRowStream stream = co_await conn.stream_query("SELECT [n] FROM [t] ORDER BY [n]");
    const ResultSet part = co_await stream.read(10);
    EXPECT_EQ(part.size(), 10u);
  }
  const ResultSet rows_now = co_await conn.execute("SELECT count(*) FROM [t]");
  EXPECT_EQ(rows_now.front()[0].to_text(), "5000");
  AsyncRowStream whole = co_await conn.stream_query("SELECT [n] FROM [t] ORDER BY [n]");
  std::int64_t next = 0;
  for (ResultSet part = co_await whole.read(999); !part.empty(); part = co_await whole.read(999)) {
    for (const Row row : part) {
      EXPECT_EQ(row[0].to_text(), std::to_string(next));
      ++next;
    }
  }
  EXPECT_EQ(next, 5000);
}

TEST_P(Lifetime, AStreamThatIsDroppedLeavesTheConnectionClean) {
  const AsyncConnectionHandle conn = connect();
  run(drop_a_stream(*conn));
  EXPECT_TRUE(conn->is_usable());
}

net::awaitable<AsyncRowStream> half_read(AsyncConnection& conn) {
  AsyncRowStream stream = co_await conn.stream_query("SELECT 1 AS [n] UNION ALL SELECT 2 UNION ALL SELECT 3");
  const ResultSet part = co_await stream.read(1);
  EXPECT_EQ(part.size(), 1u);
  co_return stream;
}

TEST_P(Lifetime, AStreamMayOutliveItsConnectionObject) {
  std::optional<AsyncConnectionHandle> conn(connect());
  AsyncRowStream stream = run(half_read(**conn));
  conn.reset();
  auto rest = stream.read(10, net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(rest.get().size(), 2u);
}

TEST_P(Lifetime, AStreamOfAConnectionThatClosedSaysSo) {
  const AsyncConnectionHandle conn = connect();
  AsyncRowStream stream = run(half_read(*conn));
  auto closing = conn->close(net::use_future);
  io().restart();
  io().run();
  closing.get();
  auto rest = stream.read(10, net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(static_cast<void>(rest.get()), UsageError);
}

TEST_P(Lifetime, ATimeLimitLeavesTheConnectionClean) {
  const AsyncConnectionHandle conn = connect();
  const WithinTime limit(8s);
  auto slow = conn->execute(slow_statement(), execute_options().timeout(50ms), net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(static_cast<void>(slow.get()), TimeoutError);
  EXPECT_TRUE(conn->is_usable());
  auto next = conn->execute("SELECT ?", params("next"), net::use_future);
  io().restart();
  io().run();
  EXPECT_EQ(next.get().front()[0].to_text(), "next");
}

net::awaitable<void> cancel_in_a_transaction(AsyncConnection& conn, std::string slow) {
  co_await conn.execute("CREATE TABLE [t] ([n] INTEGER)");
  net::steady_timer timer(co_await net::this_coro::executor, 50ms);
  auto work = [&](AsyncConnection& tx) -> net::awaitable<void> {
    co_await tx.execute("INSERT INTO [t] VALUES (1)");
    co_await tx.execute(slow);
  };
  using namespace net::experimental::awaitable_operators;
  auto first = co_await (conn.transact(work) || timer.async_wait(net::use_awaitable));
  EXPECT_EQ(first.index(), 1u);
  EXPECT_FALSE(conn.in_transaction());
  const ResultSet rows = co_await conn.execute("SELECT count(*) FROM [t]");
  EXPECT_EQ(rows.front()[0].to_text(), "0");
}

TEST_P(Lifetime, ATransactionThatIsCancelledIsRolledBack) {
  const AsyncConnectionHandle conn = connect();
  const WithinTime limit(8s);
  run(cancel_in_a_transaction(*conn, slow_statement()));
  EXPECT_TRUE(conn->is_usable());
}

TEST_P(Lifetime, TheCachedConnectionIsSharedUntilItIsReleased) {
  const auto cached = [this] {
    auto opened = manager().get_async_connection(io(), net::use_future);
    io().restart();
    io().run();
    return opened.get();
  };
  const AsyncConnectionHandle one = cached();
  const AsyncConnectionHandle other = cached();
  EXPECT_EQ(one->native_handle(), other->native_handle());
  manager().release_async_connection();
  const AsyncConnectionHandle fresh = cached();
  EXPECT_NE(one->native_handle(), fresh->native_handle());
}

TEST(Connecting, CanBeCancelledAtOnce) {
  for (const char* scheme : {"postgres", "mysql"}) {
    const DeafListener server;
    DatabaseConfig config =
        DatabaseConfig::from_url(fmt::format("{}://user:secret@127.0.0.1:{}/db", scheme, server.port()));
    config.connect_timeout = 3s;
    const auto manager = DatabaseFactory::create_database(config);
    net::io_context io;
    net::cancellation_signal signal;
    std::exception_ptr failure;
    std::chrono::steady_clock::time_point ended;
    manager->async_connection(
        io, net::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, const AsyncConnectionHandle&) {
          failure = std::move(error);
          ended = std::chrono::steady_clock::now();
        }));
    net::steady_timer timer(io, 50ms);
    timer.async_wait([&](const AsioError&) { signal.emit(net::cancellation_type::all); });
    const auto began = std::chrono::steady_clock::now();
    io.run();
    ASSERT_TRUE(failure);
    EXPECT_THROW(std::rethrow_exception(failure), CancelledError);
    EXPECT_LT(ended - began, 1s);
  }
}

}  // namespace
}  // namespace dalia::test
