/// NotificationStream: the notifications of some channels, for as long as anybody wants them.
#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dalia/asio/async_connection.hpp"
#include "dalia/asio/connecting.hpp"
#include "dalia/asio/net.hpp"
#include "dalia/connections/notification.hpp"
#include "dalia/core/error.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia {
inline namespace DALIA_ASIO_FLAVOUR {

/// Listens on a connection of its own (LISTEN of PostgreSQL). A link that is lost is made anew, for as long as it
/// takes, and the next notification is then a gap. A server that says nothing is asked every 30 s whether it is still
/// there. One coroutine at a time waits for it.
class NotificationStream {
 public:
  /// Connects when it is first waited for. @param manager  outlives it.
  NotificationStream(ConnectionManager& manager, std::vector<std::string> channels)
      : manager_(manager), channels_(std::move(channels)) {}

  /// The next one; it waits as long as that takes.
  /// @throws AuthenticationError, UsageError (an engine without notifications), CancelledError, and errors of Asio
  /// where the coroutine is cancelled. It may be waited for again after any of them.
  [[nodiscard]] net::awaitable<Notification> next() {
    for (;;) {
      bool is_lost = false;
      try {
        if (!is_listening_ || !connection_->is_usable()) {
          co_await listen();
          if (std::exchange(has_listened_, true)) {
            co_return Notification::gap();
          }
        }
        auto waiting = wait();
        std::optional<Notification> notification = co_await std::move(waiting);
        if (notification) {
          failures_ = 0;
          co_return std::move(*notification);
        }
      } catch (const AuthenticationError&) {
        throw;
      } catch (const ConnectionError&) {
        is_lost = true;
      } catch (const TimeoutError&) {
        is_lost = true;
      }
      if (is_lost) {
        is_listening_ = false;
        connection_ = AsyncConnectionHandle();
        net::steady_timer timer(co_await net::this_coro::executor, next_pause());
        co_await timer.async_wait(net::use_awaitable);
      }
    }
  }

 private:
  static constexpr std::chrono::seconds silence{30};
  static constexpr std::chrono::seconds answer_limit{5};

  net::awaitable<void> listen() {
    is_listening_ = false;
    auto opening = manager_.async_connection();
    connection_ = co_await std::move(opening);
    for (const std::string& channel : channels_) {
      const std::string sql = "LISTEN " + connection_->sql_generator().escape_identifier(channel);
      co_await connection_->execute(sql);
    }
    is_listening_ = true;
  }

  /// Nothing where it had to ask whether the server is there.
  net::awaitable<std::optional<Notification>> wait() {
    auto waiting = connection_->wait_for_notification(silence);
    std::optional<Notification> notification = co_await std::move(waiting);
    if (!notification) {
      co_await connection_->execute("SELECT 1", execute_options().timeout(answer_limit));
    }
    co_return notification;
  }

  [[nodiscard]] std::chrono::milliseconds next_pause() noexcept {
    constexpr std::chrono::milliseconds first{50};
    constexpr std::chrono::milliseconds longest{5'000};
    constexpr int most_doublings = 7;
    return std::min(first * (1 << std::min(failures_++, most_doublings)), longest);
  }

  ConnectionManager& manager_;
  std::vector<std::string> channels_;
  AsyncConnectionHandle connection_;
  bool is_listening_ = false;  ///< to all channels
  bool has_listened_ = false;
  int failures_ = 0;  ///< in a row
};

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia
