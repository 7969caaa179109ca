// Cancelled at each wait of a call in turn, over an event loop of the test's own: the border to loops needs no Asio.
#include <poll.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "async/async_test.hpp"
#include "dalia/connections/async_call.hpp"
#include "dalia/connections/async_core.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

using internal::AsyncCall;
using internal::AsyncCore;

/// Runs on the test's thread, and tells how often it was waited.
class TurnLoop final : public EventLoop {
 public:
  std::function<void(int wait)> on_watch;  ///< called after each wait began, counted from 1

  ~TurnLoop() override { end(); }
  void watch(int descriptor, Readiness wanted, Deadline until, std::shared_ptr<Watcher> watcher) override {
    until_ = until;
    descriptor_.fd = descriptor;
    descriptor_.events =
        static_cast<short>((has(wanted, Readiness::Read) ? POLLIN : 0) | (has(wanted, Readiness::Write) ? POLLOUT : 0));
    waiting_ = std::move(watcher);
    ++waits_;
    if (on_watch) {
      on_watch(waits_);
    }
    if (was_interrupted_) {
      was_interrupted_ = false;
      interrupt_wait();
    }
  }
  void interrupt_wait() override {
    if (waiting_ == nullptr) {
      was_interrupted_ = true;
      return;
    }
    post(std::move(waiting_));
  }
  void release(int) noexcept override {}
  void rest() noexcept override {}
  void post(std::shared_ptr<Watcher> watcher) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(watcher));
  }
  [[nodiscard]] bool runs_here() const noexcept override { return false; }
  void run_aside(std::function<void()> work, std::shared_ptr<Watcher> then) override {
    std::thread(std::move(work)).join();
    post(std::move(then));
  }

  void restart() noexcept { waits_ = 0; }
  [[nodiscard]] int waits() const noexcept { return waits_; }
  /// Until that is true.
  void run(const std::atomic<bool>& is_done) {
    while (!is_done) {
      if (const std::shared_ptr<Watcher> watcher = next_posted()) {
        watcher->on_ready(Readiness::None);
        continue;
      }
      constexpr int patience = 20;
      if (waiting_ == nullptr) {
        std::this_thread::yield();
      } else if (::poll(&descriptor_, 1, patience) > 0) {
        const bool reads = (descriptor_.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool writes = (descriptor_.revents & (POLLOUT | POLLERR)) != 0;
        const std::shared_ptr<Watcher> watcher = std::move(waiting_);
        watcher->on_ready((reads ? Readiness::Read : Readiness::None) | (writes ? Readiness::Write : Readiness::None));
      } else if (until_.has_passed()) {
        post(std::move(waiting_));
      }
    }
  }

 private:
  std::shared_ptr<Watcher> next_posted() {
    const std::lock_guard lock(mutex_);
    if (posted_.empty()) {
      return nullptr;
    }
    std::shared_ptr<Watcher> watcher = std::move(posted_.front());
    posted_.pop_front();
    return watcher;
  }

  pollfd descriptor_{};
  Deadline until_;
  std::shared_ptr<Watcher> waiting_;
  std::mutex mutex_;  ///< guards the next
  std::deque<std::shared_ptr<Watcher>> posted_;
  bool was_interrupted_ = false;
  int waits_ = 0;
};

template <class T>
class TestCall final : public AsyncCall {
 public:
  TestCall(std::shared_ptr<AsyncCore> core, task<T> work) : AsyncCall(std::move(core)), work_(std::move(work)) {}
  ~TestCall() override { drop_work(); }

  void deliver(internal::Delivery) override {
    failure = take_failure();
    is_done = true;
  }

  std::atomic<bool> is_done{false};  ///< the members below may be read then
  std::optional<T> result;
  std::exception_ptr failure;

 protected:
  [[nodiscard]] Root body() override { return run(*this, std::move(work_)); }

 private:
  static Root run(TestCall& self, task<T> work) {
    T value = co_await work;
    self.result.emplace(std::move(value));
  }

  task<T> work_;
};

class EachAwait : public AsyncTest {
 protected:
  void SetUp() override {
    AsyncTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    observer_.emplace(manager().sync_connection());
    connect_core();
    run_to_end(core_->flow().save("item", entity("id", "a", "n", 1), SaveOptions()));
  }
  void TearDown() override {
    core_.reset();
    observer_.reset();
    AsyncTest::TearDown();
  }

  void connect_core() {
    core_.reset();
    core_ = manager().open_async(loop_);
  }

  template <class T>
  std::shared_ptr<TestCall<T>> start(task<T> work) {
    auto call = std::make_shared<TestCall<T>>(core_->shared_from_this(), std::move(work));
    core_->start(call);
    return call;
  }
  template <class T>
  T run_to_end(task<T> work) {
    auto call = start(std::move(work));
    loop_->run(call->is_done);
    if (call->failure) {
      std::rethrow_exception(call->failure);
    }
    return std::move(*call->result);
  }

  std::string state() {
    std::string text;
    const ResultSet rows =
        (*observer_)->execute("SELECT [id], [n], [_version], [deleted_at] FROM [item] ORDER BY [id]");
    for (const Row row : rows) {
      text += row[0].to_text() + "=" + row[1].to_text() + " v" + row[2].to_text() +
              (row[3].is_null() ? "; " : " deleted; ");
    }
    return text;
  }

  /// Makes the work, and cancels it at its first wait, then made anew at its second, and so on, until it has no more.
  /// @param restore  brings the state back to what it was before.
  template <class Make>
  void cancel_at_each_wait(const std::string& name, Make make) {
    constexpr int most_waits = 200;
    bool was_cancelled = true;
    for (int at = 1; was_cancelled && at < most_waits; ++at) {
      const std::string before = state();
      loop_->restart();
      auto call = std::make_shared<TestCall<typename decltype(make())::value_type>>(core_->shared_from_this(), make());
      loop_->on_watch = [&](int wait) {
        if (wait == at) {
          call->cancel();
        }
      };
      core_->start(call);
      loop_->run(call->is_done);
      loop_->on_watch = nullptr;
      was_cancelled = loop_->waits() >= at;
      if (call->failure) {
        check_failure(name, at, call->failure, before);
      }
      if (!core_->is_usable()) {
        ++lost_;
        connect_core();
      }
      EXPECT_FALSE(core_->in_transaction()) << name << " at wait " << at;
      const ResultSet rows = run_to_end(core_->execute("SELECT ?", params(at), ExecuteOptions()));
      EXPECT_EQ(rows.front()[0].to_text(), std::to_string(at)) << name;
      waits_ += was_cancelled ? 1 : 0;
    }
    EXPECT_FALSE(was_cancelled) << name << " never came to its end";
    EXPECT_EQ(unsound_history(**observer_, "item"), "") << name;
  }

  void check_failure(const std::string& name, int at, const std::exception_ptr& failure, const std::string& before) {
    try {
      std::rethrow_exception(failure);
    } catch (const CancelledError& error) {
      if (!error.outcome_unknown()) {
        EXPECT_EQ(state(), before) << name << " at wait " << at << ": " << error.what();
      }
    } catch (const Error& error) {
      ADD_FAILURE() << name << " at wait " << at << ": " << error.what();
    }
  }

  std::shared_ptr<TurnLoop> loop_ = std::make_shared<TurnLoop>();
  std::shared_ptr<AsyncCore> core_;
  int lost_ = 0;   ///< connections
  int waits_ = 0;  ///< that were cancelled

 private:
  std::optional<SyncConnectionHandle> observer_;
};
DALIA_ASYNC_SUITE(EachAwait);

TEST_P(EachAwait, OfEveryEntityOperation) {
  EntityFlow& flow = core_->flow();
  int n = 1;
  const auto save = [&](const std::string& id) {
    return flow.save("item", entity("id", id, "n", ++n), save_options().revive());
  };
  const auto fresh_field = [&] {
    // Where DDL is no part of a transaction, a column may be there without its field until that is saved again.
    return flow.save("item", entity("id", "a", "n", ++n, "fresh", 1), save_options().revive());
  };
  const auto several = [&] {
    std::vector<Entity> batch;
    batch.push_back(entity("id", "a", "n", ++n));
    batch.push_back(entity("id", "c" + std::to_string(n), "n", n, "other", n));
    return flow.save_all("item", std::move(batch), save_options().revive());
  };
  cancel_at_each_wait("save", [&] { return save("a"); });
  cancel_at_each_wait("save a new one", [&] { return save("new" + std::to_string(n)); });
  cancel_at_each_wait("save with a new field", fresh_field);
  cancel_at_each_wait("save several", several);
  cancel_at_each_wait("get", [&] { return flow.get("item", "a", GetOptions()); });
  cancel_at_each_wait("find", [&] { return flow.find("item", where("[n] > ?", 0)); });
  cancel_at_each_wait("count", [&] { return flow.count("item", EntityQuery()); });
  cancel_at_each_wait("history", [&] { return flow.history("item", "a", GetOptions()); });
  cancel_at_each_wait("version", [&] { return flow.version("item", "a", 1, GetOptions()); });
  cancel_at_each_wait("delete", [&] { return flow.remove("item", "a", DeleteOptions()); });
  cancel_at_each_wait("restore", [&] { return flow.restore("item", "a", RestoreOptions()); });
  cancel_at_each_wait("erase", [&] { return flow.erase("item", "a", RestoreOptions()); });
  cancel_at_each_wait("plan", [&] { return flow.plan("item", entity("unseen", 1)); });
  cancel_at_each_wait("ensure", [&] { return flow.ensure("item", entity("ensured", 1)); });
  cancel_at_each_wait("fields", [&] { return flow.fields("item"); });
  cancel_at_each_wait("names", [&] { return flow.names(); });
  EXPECT_EQ(lost_, 0) << "connections";
  if (manager().sql_generator().capabilities().is_remote) {
    EXPECT_GT(waits_, 5);
  }
}

}  // namespace
}  // namespace dalia::test
