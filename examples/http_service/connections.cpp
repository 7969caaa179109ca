#include "connections.hpp"

#include <algorithm>
#include <tuple>

#include <boost/asio/as_tuple.hpp>

namespace http_service {

Connections::Lease::~Lease() {
  if (owner_ != nullptr) {
    owner_->give_back(std::move(connection_));
  }
}

Connections::Connections(dalia::ConnectionManager& database, net::any_io_executor executor, std::size_t most,
                         std::chrono::milliseconds patience)
    : database_(database), executor_(std::move(executor)), patience_(patience), free_(most) {}

net::awaitable<Connections::Lease> Connections::acquire() {
  Lease lease = co_await turn();
  lease.connection_ = take_idle();
  if (!lease.connection_) {
    lease.connection_ = co_await database_.async_connection(executor_);
  }
  co_return lease;
}

net::awaitable<Connections::Lease> Connections::turn() {
  const net::any_io_executor executor = co_await net::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor, patience_);
  {
    const std::lock_guard lock(mutex_);
    if (free_ > 0) {
      --free_;
      co_return Lease(shared_from_this());
    }
    waiters_.push_back(waiter);
  }
  co_await waiter->timer.async_wait(net::as_tuple(net::use_awaitable));
  const std::lock_guard lock(mutex_);
  if (!waiter->has_turn) {
    std::erase(waiters_, waiter);
    throw dalia::TimeoutError("no connection came free in time", dalia::TimeoutPhase::Acquire);
  }
  co_return Lease(shared_from_this());
}

dalia::AsyncConnectionHandle Connections::take_idle() {
  const std::lock_guard lock(mutex_);
  dalia::AsyncConnectionHandle connection;
  if (!idle_.empty()) {
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  return connection;
}

void Connections::give_back(dalia::AsyncConnectionHandle connection) noexcept {
  std::vector<dalia::AsyncConnectionHandle> lost;  // closed after the lock
  const std::lock_guard lock(mutex_);
  if (connection && connection->is_usable() && !connection->in_transaction()) {
    idle_.push_back(std::move(connection));
  } else {
    lost.swap(idle_);  // what was lost with this one is found out now, not one request after the other
  }
  if (waiters_.empty()) {
    ++free_;
    return;
  }
  const std::shared_ptr<Waiter> next = std::move(waiters_.front());
  waiters_.pop_front();
  next->has_turn = true;
  net::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
}

void Connections::close_idle() noexcept {
  std::vector<dalia::AsyncConnectionHandle> closed;  // after the lock
  const std::lock_guard lock(mutex_);
  closed.swap(idle_);
}

}  // namespace http_service
