// What an AsyncConnection can do, one short function each: the code of docs/async.md.
//
//   async_tour [URL]        default: sqlite::memory:
#include <dalia/asio.hpp>

#ifdef DALIA_ASIO_STANDALONE
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/signal_set.hpp>
#else
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#endif

#include <chrono>
#include <csignal>
#include <exception>
#include <future>
#include <iostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

namespace net = dalia::net;                              // boost::asio, or asio
using namespace net::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using dalia::AsyncConnection;
using dalia::AsyncConnectionHandle;
using dalia::ConnectionManager;
using std::cout;

// What every engine takes very long to count, without ever waiting for anything.
const std::string slow_count =
    "SELECT count(*) AS [n] FROM [people] AS [a], [people] AS [b], [people] AS [c], [people] AS [d], [people] AS [e], "
    "[people] AS [f], [people] AS [g], [people] AS [h]";

net::awaitable<void> make_people(AsyncConnection& conn) {
  std::vector<dalia::Entity> people;
  for (int i = 1; i <= 100; ++i) {
    people.push_back(dalia::entity("id", i, "name", "Person " + std::to_string(i), "coins", 10));
  }
  co_await conn.save_entities("people", std::move(people));
}

net::awaitable<void> greet(ConnectionManager& db) {
  auto conn = co_await db.async_connection();
  dalia::Entity ada = co_await conn->save_entity("guests", dalia::entity("name", "Ada", "age", 36));
  auto adults = co_await conn->find_entities("guests", dalia::where("[age] >= ?", 18).limit(10));
  cout << "awaitable: " << ada.get<std::string>("name") << " is one of " << adults.size() << " adults\n";
  co_await conn->delete_entity("guests", ada.id());
}

void count_with_a_callback(ConnectionManager& db) {
  net::io_context context;
  AsyncConnectionHandle conn;
  const auto on_rows = [](std::exception_ptr failure, dalia::ResultSet rows) {
    if (failure) {
      std::rethrow_exception(failure);  // leaves context.run()
    }
    cout << "callback: " << rows[0].get<int>("n") << " people\n";
  };
  const auto on_open = [&](std::exception_ptr failure, AsyncConnectionHandle opened) {
    if (failure) {
      std::rethrow_exception(failure);
    }
    conn = std::move(opened);
    conn->execute("SELECT count(*) AS [n] FROM [people] WHERE [coins] > ?", dalia::params(5), on_rows);
  };
  db.async_connection(context.get_executor(), on_open);
  context.run();
}

void count_with_a_future(ConnectionManager& db) {
  net::thread_pool threads(1);  // on which the connection waits
  AsyncConnectionHandle conn = db.async_connection(threads.get_executor(), net::use_future).get();
  std::future<std::int64_t> count = conn->count_entities("people", net::use_future);
  cout << "future: " << count.get() << " people\n";
}

net::awaitable<void> look_at_a_failure(AsyncConnection& conn) {
  constexpr auto as_tuple = net::experimental::as_tuple(net::use_awaitable);
  auto [failure, rows] = co_await conn.execute("SELECT [x] FROM [nowhere]", as_tuple);
  cout << "as_tuple: " << (failure ? "failed" : "done") << ", " << rows.size() << " rows\n";
}

net::awaitable<void> give_up_after_a_time(AsyncConnection& conn) {
  try {
    co_await conn.execute(slow_count, dalia::execute_options().timeout(50ms));
  } catch (const dalia::TimeoutError&) {
    cout << "timeout: stopped\n";
  }
}

net::awaitable<void> race_a_timer(AsyncConnection& conn) {
  net::steady_timer timer(co_await net::this_coro::executor, 50ms);
  const auto winner = co_await (conn.execute(slow_count) || timer.async_wait(net::use_awaitable));
  cout << "timer: " << (winner.index() == 0 ? "lost" : "won") << '\n';

  // The statement was stopped, on the server too; the connection is as it was.
  const auto people = co_await conn.count_entities("people");
  cout << "timer: the connection goes on, " << people << " people\n";
}

void cancel_a_future(ConnectionManager& db) {
  net::thread_pool threads(1);
  AsyncConnectionHandle conn = db.async_connection(threads.get_executor(), net::use_future).get();
  net::cancellation_signal stop;
  auto count = conn->execute(slow_count, net::bind_cancellation_slot(stop.slot(), net::use_future));
  stop.emit(net::cancellation_type::terminal);  // by the thread that began it, or by what the operation completes on
  try {
    count.get();
  } catch (const dalia::CancelledError&) {
    cout << "cancelled: by a signal\n";
  }
}

net::awaitable<void> keep_the_transaction(AsyncConnection& conn) {
  co_await conn.begin_transaction();
  co_await conn.save_entity("people", dalia::entity("id", 1, "coins", 11));
  net::steady_timer timer(co_await net::this_coro::executor, 50ms);
  co_await (conn.execute(slow_count) || timer.async_wait(net::use_awaitable));
  cout << "cancelled: a transaction that was open is " << (conn.in_transaction() ? "open\n" : "gone\n");
  co_await conn.rollback_transaction();
}

net::awaitable<void> pay(AsyncConnection& conn, std::string from, std::string to, int coins) {
  const std::string change = "UPDATE [people] SET [coins] = [coins] + ? WHERE [id] = ?";
  const auto transfer = [&](AsyncConnection& tx) -> net::awaitable<void> {
    co_await tx.execute(change, dalia::params(-coins, from));
    co_await tx.execute(change, dalia::params(coins, to));
  };
  co_await conn.transact(transfer, dalia::transaction_options().timeout(5s));  // runs again after a conflict
  const auto payer = co_await conn.get_entity("people", from);
  cout << "transact: " << payer->get<int>("coins") << " coins are left\n";
}

net::awaitable<void> read_in_parts(AsyncConnection& conn) {
  auto stream = co_await conn.stream_query("SELECT [coins] FROM [people] WHERE [coins] > ?", dalia::params(0));
  int coins = 0;
  int parts = 0;
  for (;;) {
    const dalia::ResultSet rows = co_await stream.read(40);
    if (rows.empty()) {
      break;
    }
    ++parts;
    for (const dalia::Row row : rows) {
      coins += row.get<int>("coins");
    }
  }
  cout << "stream: " << coins << " coins in " << parts << " parts\n";
}

net::awaitable<std::int64_t> count_those_with(ConnectionManager& db, int coins) {
  auto conn = co_await db.async_connection();
  co_return co_await conn->count_entities("people", dalia::where("[coins] = ?", coins));
}

net::awaitable<void> count_at_the_same_time(ConnectionManager& db) {
  const auto [ten, three] = co_await (count_those_with(db, 10) && count_those_with(db, 3));
  cout << "together: " << ten << " with ten coins, " << three << " with three\n";
}

net::awaitable<void> end_with_a_signal(AsyncConnection& conn) {
  net::signal_set signals(co_await net::this_coro::executor, SIGINT, SIGTERM);
  std::raise(SIGINT);  // somebody presses Ctrl-C
  const auto winner = co_await (conn.execute(slow_count) || signals.async_wait(net::use_awaitable));
  cout << "interrupt: " << (winner.index() == 0 ? "not heard\n" : "stopped\n");
}

net::awaitable<void> tour(ConnectionManager& db) {
  auto conn = co_await db.async_connection();
  co_await look_at_a_failure(*conn);
  co_await give_up_after_a_time(*conn);
  co_await race_a_timer(*conn);
  co_await keep_the_transaction(*conn);
  co_await pay(*conn, "1", "2", 7);
  co_await read_in_parts(*conn);
  co_await count_at_the_same_time(db);
  co_await end_with_a_signal(*conn);
}

/// Runs one coroutine to its end, on this thread.
void run(net::awaitable<void> work) {
  net::io_context context;
  net::co_spawn(context, std::move(work), [](std::exception_ptr failure) {
    if (failure) {
      std::rethrow_exception(failure);  // leaves context.run()
    }
  });
  context.run();
}

net::awaitable<void> prepare(ConnectionManager& db) {
  auto conn = co_await db.async_connection();
  co_await make_people(*conn);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto db = dalia::DatabaseFactory::create_database(
        dalia::DatabaseConfig::from_url(argc > 1 ? argv[1] : "sqlite::memory:"));
    run(prepare(*db));
    run(greet(*db));
    count_with_a_callback(*db);
    count_with_a_future(*db);
    cancel_a_future(*db);
    run(tour(*db));
  } catch (const std::exception& error) {
    std::cerr << "async_tour: " << error.what() << '\n';
    return 1;
  }
}
