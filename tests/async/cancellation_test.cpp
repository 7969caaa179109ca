// Calls that are cancelled at any moment: they are done or not done, and leave nothing behind.
#include <functional>
#include <map>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "async/async_test.hpp"
#include "support/instrumented.hpp"
#include "support/sound_history.hpp"
#include "support/test_executors.hpp"

namespace dalia::test {
namespace {

using Failure = std::exception_ptr;
using std::chrono::microseconds;

/// What is stored under an id.
struct Stored {
  std::int64_t n = 0;
  bool is_deleted = false;
  friend bool operator==(const Stored&, const Stored&) = default;
};
using State = std::map<std::string, Stored>;

std::string text_of(const State& state) {
  std::string text;
  for (const auto& [id, stored] : state) {
    text += fmt::format("{}={}{} ", id, stored.n, stored.is_deleted ? " deleted" : "");
  }
  return text;
}

struct Step {
  std::string name;
  std::function<net::awaitable<Failure>(AsyncConnection& conn, net::cancellation_slot slot)> run;
  std::function<void(State& state)> effect = [](State&) {};
};

/// @param operation  (connection, token) -> one asynchronous call.
template <class Operation>
auto cancellable(Operation operation) {
  return [operation](AsyncConnection& conn, net::cancellation_slot slot) -> net::awaitable<Failure> {
    auto token = net::bind_cancellation_slot(slot, as_tuple(net::use_awaitable));
    auto work = operation(conn, token);
    auto result = co_await std::move(work);
    co_return std::get<0>(result);
  };
}

Entity item(const std::string& id, std::int64_t n) {
  return entity("id", id, "n", n);
}

class CancelledCalls : public AsyncTest {
 protected:
  void SetUp() override {
    AsyncTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    observer_.emplace(manager().sync_connection());
    (*observer_)->save_entity("item", item("a", 0));
    (*observer_)->execute("CREATE TABLE [plain] ([n] INTEGER NOT NULL)");
    (*observer_)->execute("CREATE TABLE [marks] ([id] VARCHAR(10) NOT NULL, [n] INTEGER NOT NULL)");
    (*observer_)->execute("INSERT INTO [marks] VALUES ('a', 0), ('b', 0), ('c', 0)");
  }

  Step random_step() {
    const std::string id(1, static_cast<char>('a' + random(3)));
    const std::int64_t n = ++last_;
    switch (random(15)) {
      case 0:
      case 1:
        return {"save " + id, cancellable([=](auto& conn, auto token) {
                  return conn.save_entity("item", item(id, n), save_options().revive(), token);
                }),
                [=](State& state) { state[id] = Stored{n}; }};
      case 2:
        return {"save with a new column", cancellable([=](auto& conn, auto token) {
                  Entity wide = item(id, n);
                  wide.set("c" + std::to_string(n % 20), n);
                  return conn.save_entity("item", std::move(wide), save_options().revive(), token);
                }),
                [=](State& state) { state[id] = Stored{n}; }};
      case 3:
        return {"save several", cancellable([=](auto& conn, auto token) {
                  std::vector<Entity> batch;
                  for (const char* each : {"a", "b", "c"}) {
                    batch.push_back(item(each, n));
                  }
                  return conn.save_entities("item", std::move(batch), save_options().revive(), token);
                }),
                [=](State& state) {
                  for (const char* each : {"a", "b", "c"}) {
                    state[each] = Stored{n};
                  }
                }};
      case 4:
        return {"delete " + id,
                cancellable([=](auto& conn, auto token) { return conn.delete_entity("item", id, token); }),
                [=](State& state) {
                  if (const auto found = state.find(id); found != state.end()) {
                    found->second.is_deleted = true;
                  }
                }};
      case 5:
        return {"restore " + id,
                cancellable([=](auto& conn, auto token) { return conn.restore_entity("item", id, token); }),
                [=](State& state) {
                  if (const auto found = state.find(id); found != state.end()) {
                    found->second.is_deleted = false;
                  }
                }};
      case 6:
        return {"erase " + id,
                cancellable([=](auto& conn, auto token) { return conn.erase_entity("item", id, token); }),
                [=](State& state) { state.erase(id); }};
      case 7:
        return {"find", cancellable([](auto& conn, auto token) {
                  return conn.find_entities("item", where("[n] > ?", 0), token);
                })};
      case 8:
        return {"count", cancellable([](auto& conn, auto token) { return conn.count_entities("item", token); })};
      case 9:
        return {"history of " + id,
                cancellable([=](auto& conn, auto token) { return conn.get_entity_history("item", id, token); })};
      case 10:
        return {"get " + id, cancellable([=](auto& conn, auto token) { return conn.get_entity("item", id, token); })};
      case 11:
        return {"executemany", cancellable([=](auto& conn, auto token) {
                  std::vector<Params> rows(100, params(n));
                  return conn.executemany("INSERT INTO [plain] ([n]) VALUES (?)", std::move(rows), token);
                }),
                [this](State&) { ++plain_batches_; }};
      case 12:
        return {"pipeline", cancellable([=](auto& conn, auto token) {
                  Pipeline statements;
                  for (int i = 0; i < 100; ++i) {
                    statements.execute("INSERT INTO [plain] ([n]) VALUES (?)", params(n));
                    statements.execute("SELECT ?", params(n));
                  }
                  return conn.pipeline(std::move(statements), token);
                }),
                [this](State&) { ++plain_batches_; }};
      case 13:
        return {"executemany of an update", cancellable([=](auto& conn, auto token) {
                  std::vector<Params> rows;
                  for (const char* each : {"a", "b", "c"}) {
                    rows.push_back(params(n, each));
                  }
                  return conn.executemany("UPDATE [marks] SET [n] = ? WHERE [id] = ?", std::move(rows), token);
                }),
                [](State&) {}};
      default:
        return {"transact", cancellable([=](auto& conn, auto token) {
                  auto work = [=](AsyncConnection& tx) -> net::awaitable<void> {
                    Entity first = item("a", n);
                    co_await tx.save_entity("item", std::move(first), save_options().revive());
                    Entity second = item("b", n);
                    co_await tx.save_entity("item", std::move(second), save_options().revive());
                  };
                  return conn.transact(std::move(work), token);
                }),
                [=](State& state) { state["a"] = state["b"] = Stored{n}; }};
    }
  }

  int random(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  State stored() {
    State state;
    const ResultSet rows = (*observer_)->execute("SELECT [id], [n], [deleted_at] FROM [item]");
    for (const Row row : rows) {
      state[row[0].to_text()] = Stored{row[1].get<std::int64_t>(), !row[2].is_null()};
    }
    return state;
  }
  std::int64_t plain_rows() {
    return (*observer_)->execute("SELECT count(*) FROM [plain]").front().get<std::int64_t>(0);
  }

  /// Runs the step and cancels it after a random time. @return its failure.
  static net::awaitable<Failure> attempt(AsyncConnection& conn, const Step& step, microseconds after) {
    auto signal = std::make_shared<net::cancellation_signal>();
    net::steady_timer timer(co_await net::this_coro::executor, after);
    timer.async_wait([signal](const AsioError& error) {
      if (!error) {
        signal->emit(net::cancellation_type::all);
      }
    });
    auto running = step.run(conn, signal->slot());
    Failure failure = co_await std::move(running);
    co_return failure;
  }

  net::awaitable<void> cancel_many(int rounds) {
    AsyncConnectionHandle conn;
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
      if (!conn || !conn->is_usable()) {
        auto executor = waits_on_;
        conn = co_await manager().async_connection(executor, net::use_awaitable);
        ++connections_;
      }
      const Step step = random_step();
      const State before = stored();
      const std::int64_t batches_before = plain_batches_;
      State after = before;
      step.effect(after);
      const microseconds time(1 << random(13));
      auto attempting = attempt(*conn, step, time);
      const Failure failure = co_await std::move(attempting);
      check(step, failure, before, after, batches_before);
      if (conn->is_usable()) {
        EXPECT_FALSE(conn->in_transaction()) << step.name;
        const ResultSet answer = co_await conn->execute("SELECT ?", params(round));
        EXPECT_EQ(answer.front()[0].to_text(), std::to_string(round))
            << "an earlier statement's rows after " << step.name;
      }
    }
  }

  void check(const Step& step, const Failure& failure, const State& before, const State& after,
             std::int64_t batches_before) {
    const State now = stored();
    const std::int64_t batches = plain_rows() / 100;
    EXPECT_EQ(plain_rows() % 100, 0);
    EXPECT_EQ((*observer_)->execute("SELECT DISTINCT [n] FROM [marks]").size(), 1U) << step.name;
    bool may_be_done = true;
    bool may_be_undone = false;
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const CancelledError& error) {
        ++cancelled_;
        may_be_done = error.outcome_unknown();
        may_be_undone = true;
      } catch (const Error& error) {
        may_be_done = error.outcome_unknown();
        may_be_undone = true;
        ADD_FAILURE() << step.name << ": " << error.what();
      } catch (const std::exception&) {  // of Asio, from a coroutine that was cancelled between two calls
        ++cancelled_;
        may_be_done = false;
        may_be_undone = true;
      }
    }
    EXPECT_TRUE((may_be_done && now == after && batches == plain_batches_) ||
                (may_be_undone && now == before && batches == batches_before))
        << step.name << (failure ? " was cancelled" : " was done") << "\nbefore " << text_of(before) << batches_before
        << "\nafter  " << text_of(after) << plain_batches_ << "\nnow    " << text_of(now) << batches;
    plain_batches_ = batches;
  }

  net::any_io_executor waits_on_;  ///< the connection
  int connections_ = 0;
  int cancelled_ = 0;

 private:
  std::optional<SyncConnectionHandle> observer_;
  std::mt19937_64 random_{test_seed()};
  std::int64_t last_ = 0;
  std::int64_t plain_batches_ = 0;
};
DALIA_ASYNC_SUITE(CancelledCalls);

TEST_P(CancelledCalls, AreDoneOrNotAndLeaveNothingBehind) {
  const int rounds = tries(500);
  for (int turn = 0; turn < 2; ++turn) {
    waits_on_ = next_test_executor();
    net::co_spawn(net::make_strand(waits_on_), cancel_many(rounds), net::use_future).get();
  }
  const auto conn = manager().sync_connection();
  EXPECT_EQ(unsound_history(*conn, "item"), "");
  EXPECT_GT(cancelled_, rounds / 10);
  EXPECT_LT(connections_, 2 + rounds / 10) << "most connections should survive";
  std::cout << cancelled_ << " of " << 2 * rounds << " calls were cancelled, " << connections_ << " connections\n";
}

}  // namespace
}  // namespace dalia::test
