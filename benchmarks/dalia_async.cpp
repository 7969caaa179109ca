#include "dalia_async.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <future>
#include <utility>
#include <vector>

#include "coroutine_loop.hpp"
#include "dalia_saves.hpp"
#include "dalia_statements.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {
namespace {

AsyncConnectionHandle connect(ConnectionManager& manager, CoroutineLoop& loop) {
  AsyncConnectionHandle opened;
  loop.start([&]() -> net::awaitable<void> { opened = co_await manager.async_connection(); });
  loop.run();
  return opened;
}

/// Connections for coroutines of one thread, who get them in the order in which they ask.
class FreeConnections {
 public:
  void add(AsyncConnection& connection) { free_.push_back(&connection); }
  /// Null where none is free.
  [[nodiscard]] AsyncConnection* try_take() {
    if (free_.empty()) {
      return nullptr;
    }
    AsyncConnection* connection = free_.back();
    free_.pop_back();
    return connection;
  }
  [[nodiscard]] net::awaitable<AsyncConnection*> take_next() {
    const auto wait = [this](Waiting handler) { waiting_.push_back(std::move(handler)); };
    return net::async_initiate<const net::use_awaitable_t<>, Signature>(wait, net::use_awaitable);
  }
  void give_back(AsyncConnection& connection) {
    if (waiting_.empty()) {
      return add(connection);
    }
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    std::move(next)(&connection);
  }

 private:
  using Signature = void(AsyncConnection*);
  using Waiting = net::async_result<net::use_awaitable_t<>, Signature>::handler_type;

  std::vector<AsyncConnection*> free_;
  std::deque<Waiting> waiting_;
};

class DaliaAsyncSelect final : public Workload {
 public:
  DaliaAsyncSelect(const Scratch& scratch, std::size_t rows, const Concurrency& load)
      : tasks_(load.tasks), ids_(rows), manager_(scratch.open()) {
    for (std::size_t i = 0; i < load.connections; ++i) {
      connections_.push_back(connect(*manager_, loop_));
      free_.add(*connections_.back());
    }
  }

  void run(std::size_t operations) override {
    left_ = operations;
    for (std::size_t task = 0; task < tasks_; ++task) {
      loop_.start(select_all());
    }
    loop_.run();
  }

 private:
  net::awaitable<void> select_all() {
    Sample sample;
    while (left_ > 0) {
      --left_;
      AsyncConnection* connection = free_.try_take();
      if (connection == nullptr) {
        connection = co_await free_.take_next();
      }
      const ResultSet found = co_await connection->execute(select_sql, params(ids_.next()));
      read_sample(found.front(), sample);
      benchmark::DoNotOptimize(sample);
      free_.give_back(*connection);
    }
  }

  std::size_t tasks_;
  std::size_t left_ = 0;
  IdWalk ids_;
  std::unique_ptr<ConnectionManager> manager_;
  CoroutineLoop loop_;
  std::vector<AsyncConnectionHandle> connections_;
  FreeConnections free_;
};

class DaliaThreadsSelect final : public Workload {
 public:
  DaliaThreadsSelect(const Scratch& scratch, std::size_t rows, std::size_t threads)
      : rows_(rows), manager_(scratch.open()) {
    for (std::size_t i = 0; i < threads; ++i) {
      connections_.push_back(manager_->sync_connection());
    }
  }

  void run(std::size_t operations) override {
    std::vector<std::future<void>> threads;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      const std::size_t own = (operations + i) / connections_.size();
      threads.push_back(std::async(std::launch::async, [this, i, own] { select_all(*connections_[i], own); }));
    }
    for (std::future<void>& thread : threads) {
      thread.get();
    }
  }

 private:
  void select_all(SyncConnection& connection, std::size_t operations) const {
    IdWalk ids(rows_);
    Sample sample;
    for (std::size_t i = 0; i < operations; ++i) {
      const ResultSet found = connection.execute(select_sql, params(ids.next()));
      read_sample(found.front(), sample);
      benchmark::DoNotOptimize(sample);
    }
  }

  std::size_t rows_;
  std::unique_ptr<ConnectionManager> manager_;
  std::vector<SyncConnectionHandle> connections_;
};

class DaliaAsyncSave final : public Workload {
 public:
  DaliaAsyncSave(MakeScratch make_scratch, Ids ids)
      : scratch_(with_persons(make_scratch(0))),
        manager_(scratch_->open()),
        connection_(connect(*manager_, loop_)),
        persons_(ids) {}

  void run(std::size_t operations) override {
    loop_.start(save_all(operations));
    loop_.run();
  }

 private:
  static std::unique_ptr<Scratch> with_persons(std::unique_ptr<Scratch> scratch) {
    add_persons(*scratch, found_rows);
    return scratch;
  }

  net::awaitable<void> save_all(std::size_t operations) {
    for (std::size_t i = 0; i < operations; ++i) {
      const Entity stored = co_await connection_->save_entity("person", entity_of(persons_.next()));
      benchmark::DoNotOptimize(stored.size());
    }
  }

  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<ConnectionManager> manager_;
  CoroutineLoop loop_;
  AsyncConnectionHandle connection_;
  Persons persons_;
};

}  // namespace

MakeWorkload dalia_async_select(FindScratch scratch, Concurrency load) {
  return [scratch = std::move(scratch), load](std::size_t rows) {
    return std::make_unique<DaliaAsyncSelect>(scratch(rows), rows, load);
  };
}

MakeWorkload dalia_threads_select(FindScratch scratch, std::size_t threads) {
  return [scratch = std::move(scratch), threads](std::size_t rows) {
    return std::make_unique<DaliaThreadsSelect>(scratch(rows), rows, threads);
  };
}

MakeWorkload dalia_async_save(MakeScratch scratch, Ids ids) {
  return [=](std::size_t /*table_rows*/) { return std::make_unique<DaliaAsyncSave>(scratch, ids); };
}

}  // namespace dalia::benchmarks
