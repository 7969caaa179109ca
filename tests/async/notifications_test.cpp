// LISTEN and NOTIFY.
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "async/async_test.hpp"

namespace dalia::test {
namespace {

using namespace std::chrono_literals;
using namespace net::experimental::awaitable_operators;

class Notifications : public AsyncTest {};

std::vector<const Backend*> only(std::string_view name) {
  return std::vector<const Backend*>(1, &backend_named(name));
}
INSTANTIATE_TEST_SUITE_P(All, Notifications, testing::ValuesIn(only("postgres")),
                         [](const testing::TestParamInfo<const Backend*>&) { return std::string("postgres"); });

void notify(SyncConnection& conn, const std::string& channel, const std::string& payload) {
  conn.execute("SELECT pg_notify(?, ?)", params(channel, payload));
}

/// A channel that no other test sends to.
std::string own_channel(const std::string& name) {
  return name + "_" + std::to_string(::getpid());
}

/// What has been heard; pings show that somebody listens.
struct Heard {
  std::vector<std::string> payloads;
  bool is_listening = false;
};

net::awaitable<void> hear(NotificationStream& stream, Heard& heard, std::size_t count) {
  while (heard.payloads.size() < count) {
    const Notification next = co_await stream.next();
    if (next.payload() == "ping") {
      heard.is_listening = true;
    } else {
      heard.payloads.push_back(next.is_gap() ? "gap" : next.payload());
    }
  }
}

class Listener {
 public:
  Listener(net::io_context& io, NotificationStream& stream, std::size_t count) : io_(io) {
    net::co_spawn(io_, hear(stream, heard_, count), [](const std::exception_ptr& failure) {
      if (failure) {
        std::rethrow_exception(failure);
      }
    });
  }

  /// Sends pings until one arrives.
  void wait_until_listening(SyncConnection& sender, const std::string& channel) {
    heard_.is_listening = false;
    for (int i = 0; i < 1000 && !heard_.is_listening; ++i) {
      notify(sender, channel, "ping");
      io_.run_for(20ms);
    }
    ASSERT_TRUE(heard_.is_listening);
  }
  const std::vector<std::string>& hear_all() {
    io_.run_for(20s);
    return heard_.payloads;
  }

 private:
  net::io_context& io_;
  Heard heard_;
};

TEST_P(Notifications, ArriveInOrderFromAllChannels) {
  const auto sender = manager().sync_connection();
  const std::string jobs = own_channel("jobs");
  const std::string odd = own_channel("Odd \"name\"");
  NotificationStream stream(manager(), {jobs, odd});
  Listener listener(io(), stream, 3);
  listener.wait_until_listening(*sender, odd);
  notify(*sender, jobs, "1");
  notify(*sender, own_channel("elsewhere"), "not heard");
  notify(*sender, odd, "2");
  notify(*sender, jobs, "");
  EXPECT_EQ(listener.hear_all(), (std::vector<std::string>{"1", "2", ""}));
}

TEST_P(Notifications, ALostLinkIsMadeAnewAndTold) {
  const auto sender = manager().sync_connection();
  const std::string jobs = own_channel("jobs");
  NotificationStream stream(manager(), {jobs});
  Listener listener(io(), stream, 3);
  listener.wait_until_listening(*sender, jobs);
  notify(*sender, jobs, "before");
  io().run_for(100ms);
  sender->execute("SELECT pg_terminate_backend([pid]) FROM [pg_stat_activity] WHERE [query] = ?",
                  params("LISTEN \"" + jobs + "\""));
  std::this_thread::sleep_for(200ms);  // the old session goes, and the new one is not there before the loop runs
  notify(*sender, jobs, "missed");
  listener.wait_until_listening(*sender, jobs);
  notify(*sender, jobs, "after");
  EXPECT_EQ(listener.hear_all(), (std::vector<std::string>{"before", "gap", "after"}));
}

net::awaitable<std::size_t> give_up_waiting(NotificationStream& stream) {
  net::steady_timer timer(co_await net::this_coro::executor, 2s);
  auto first = co_await (stream.next() || timer.async_wait(net::use_awaitable));
  co_return first.index();
}

TEST_P(Notifications, WaitingCanBeGivenUpAndTakenUpAgain) {
  const auto sender = manager().sync_connection();
  const std::string jobs = own_channel("jobs");
  NotificationStream stream(manager(), {jobs});
  EXPECT_EQ(run(give_up_waiting(stream)), 1u);
  notify(*sender, jobs, "meanwhile");
  io().restart();
  Listener listener(io(), stream, 1);
  EXPECT_EQ(listener.hear_all(), std::vector<std::string>{"meanwhile"});
}

TEST_P(Notifications, ComeWhileTheConnectionIsUsedToo) {
  const AsyncConnectionHandle conn = connect();
  const std::string jobs = own_channel("jobs");
  const auto result = [this](auto future) {
    io().restart();
    io().run();
    return future.get();
  };
  static_cast<void>(result(conn->execute("LISTEN " + jobs, net::use_future)));
  notify(*manager().sync_connection(), jobs, "1");
  EXPECT_EQ(result(conn->execute("SELECT 1", net::use_future)).size(), 1u);
  const auto first = result(conn->wait_for_notification(5s, net::use_future));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload(), "1");
  EXPECT_EQ(first->channel(), jobs);
  EXPECT_FALSE(result(conn->wait_for_notification(20ms, net::use_future)));
  EXPECT_EQ(result(conn->execute("SELECT 2", net::use_future)).size(), 1u);
}

class NoNotifications : public AsyncTest {};
INSTANTIATE_TEST_SUITE_P(All, NoNotifications, testing::Values(&backend_named("sqlite"), &backend_named("mysql")),
                         [](const testing::TestParamInfo<const Backend*>& of) { return std::string(of.param->name); });

TEST_P(NoNotifications, AreAnError) {
  const AsyncConnectionHandle conn = connect();
  auto waiting = conn->wait_for_notification(1s, net::use_future);
  io().restart();
  io().run();
  EXPECT_THROW(static_cast<void>(waiting.get()), UsageError);
  EXPECT_TRUE(conn->is_usable());
}

}  // namespace
}  // namespace dalia::test
