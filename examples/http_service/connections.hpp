/// Connections: a fixed number of them that requests take turns with.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "net.hpp"

namespace http_service {

/// Opens connections when they are first needed, and again where they were lost. Held by a shared pointer: what was
/// acquired keeps it alive. Thread-safe. Only acquire() and Lease are used outside, so that a connection pool can take
/// its place.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  /// A connection for the lifetime of the object. Move-only.
  class Lease {
   public:
    explicit Lease(std::shared_ptr<Connections> owner) noexcept : owner_(std::move(owner)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    [[nodiscard]] dalia::AsyncConnection* operator->() const noexcept { return connection_.operator->(); }
    [[nodiscard]] dalia::AsyncConnection& operator*() const noexcept { return *connection_; }

   private:
    friend class Connections;
    std::shared_ptr<Connections> owner_;
    dalia::AsyncConnectionHandle connection_;
  };

  /// @param executor  on which the connections wait.
  Connections(dalia::ConnectionManager& database, net::any_io_executor executor, std::size_t most,
              std::chrono::milliseconds patience);

  /// In the order of arrival. The caller's executor is a strand, or runs on one thread.
  /// @throws dalia::TimeoutError where none came free in time, or what opening a connection throws.
  [[nodiscard]] net::awaitable<Lease> acquire();
  /// Closes those that nobody uses.
  void close_idle() noexcept;

 private:
  struct Waiter {
    Waiter(const net::any_io_executor& executor, std::chrono::milliseconds patience) : timer(executor, patience) {}

    net::steady_timer timer;
    bool has_turn = false;
  };

  [[nodiscard]] net::awaitable<Lease> turn();
  [[nodiscard]] dalia::AsyncConnectionHandle take_idle();
  void give_back(dalia::AsyncConnectionHandle connection) noexcept;

  dalia::ConnectionManager& database_;
  net::any_io_executor executor_;
  std::chrono::milliseconds patience_;

  std::mutex mutex_;  ///< guards what follows
  std::size_t free_;  ///< turns that nobody has; 0 where somebody waits
  std::vector<dalia::AsyncConnectionHandle> idle_;
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace http_service
