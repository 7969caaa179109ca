/// The asynchronous calls of ConnectionManager.
#pragma once

#include <atomic>
#include <concepts>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "dalia/asio/async_connection.hpp"
#include "dalia/asio/completion.hpp"
#include "dalia/asio/loop.hpp"
#include "dalia/asio/net.hpp"
#include "dalia/core/error.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia::internal {
inline namespace DALIA_ASIO_FLAVOUR {

/// A connection on its way to a handler. It is opened on a thread of its own: name resolution and parts of the client
/// libraries block.
template <class Handler>
class Opening final : public EventLoop::Watcher {
 public:
  Opening(Handler handler, const net::any_io_executor& executor) : receiver_(std::move(handler), executor) {}

  /// On that thread.
  template <class Open>
  void run(const Open& open) noexcept {
    try {
      core_ = open();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
  void on_ready(Readiness) override {
    if (!is_delivered_.exchange(true)) {
      AsyncConnectionHandle handle = core_ == nullptr ? AsyncConnectionHandle() : AsyncConnectionHandle(core_);
      core_.reset();
      receiver_.receive(Delivery::Now, failure_, std::move(handle));
    }
  }
  /// The handler hears of it at once; what the thread opens is closed again.
  void cancel() {
    if (!is_delivered_.exchange(true)) {
      auto cancelled = std::make_exception_ptr(CancelledError("connecting was cancelled"));
      receiver_.receive(Delivery::Later, cancelled, std::nullopt);
    }
  }
  [[nodiscard]] const Handler& handler() const noexcept { return receiver_.handler(); }

 private:
  Receiver<AsyncConnectionHandle, Handler> receiver_;
  std::shared_ptr<AsyncCore> core_;
  std::exception_ptr failure_;
  std::atomic<bool> is_delivered_{false};
};

/// @tparam Open  (ConnectionManager&, loop) -> core; blocks.
template <class Open>
struct StartOpening {
  ConnectionManager* manager;
  Open open;

  template <class Handler>
  void operator()(Handler&& handler) const {
    using Executor = net::associated_executor_t<std::decay_t<Handler>>;
    static_assert(std::convertible_to<Executor, net::any_io_executor> && !std::same_as<Executor, net::system_executor>,
                  "this completion handler has no executor that a connection could wait on: give one as the first "
                  "argument");
    operator()(std::forward<Handler>(handler), net::any_io_executor(net::get_associated_executor(handler)));
  }
  template <class Handler>
  void operator()(Handler&& handler, const net::any_io_executor& executor) const {
    using Call = Opening<std::decay_t<Handler>>;
    const std::shared_ptr<AsioLoop> loop = AsioLoop::make(executor);
    auto opening = std::make_shared<Call>(std::forward<Handler>(handler), executor);
    auto slot = net::get_associated_cancellation_slot(opening->handler());
    if (slot.is_connected()) {
      slot.assign([cancelled = std::weak_ptr<Call>(opening)](net::cancellation_type) {
        if (const std::shared_ptr<Call> alive = cancelled.lock()) {
          alive->cancel();
        }
      });
    }
    const auto work = [opening, loop, start = *this] {
      opening->run([&] { return start.open(*start.manager, loop); });
    };
    loop->run_aside(work, opening);
  }
};

/// @param arguments  [executor or its context,] [token].
template <class Open>
auto initiate_opening(StartOpening<Open> start) {
  return net::async_initiate<const net::use_awaitable_t<>, Completion<AsyncConnectionHandle>::Signature>(
      std::move(start), net::use_awaitable);
}
template <class Open, class First, class... Rest>
auto initiate_opening(StartOpening<Open> start, First&& first, Rest&&... rest) {
  using Signature = Completion<AsyncConnectionHandle>::Signature;
  if constexpr (std::derived_from<std::remove_cvref_t<First>, net::execution_context>) {
    return initiate_opening(std::move(start), first.get_executor(), std::forward<Rest>(rest)...);
  } else if constexpr (std::convertible_to<First, net::any_io_executor>) {
    net::any_io_executor executor(std::forward<First>(first));
    if constexpr (sizeof...(Rest) == 0) {
      return net::async_initiate<const net::use_awaitable_t<>, Signature>(std::move(start), net::use_awaitable,
                                                                          std::move(executor));
    } else {
      return net::async_initiate<Rest..., Signature>(std::move(start), rest..., std::move(executor));
    }
  } else {
    static_assert(sizeof...(Rest) == 0, "the arguments are [an executor,] [a completion token]");
    return net::async_initiate<First, Signature>(std::move(start), first);
  }
}

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia::internal

namespace dalia {

template <class... Arguments>
auto ConnectionManager::async_connection(Arguments&&... arguments) {
  const auto open = [](ConnectionManager& manager, const std::shared_ptr<EventLoop>& loop) {
    return manager.open_async(loop);
  };
  return internal::initiate_opening(internal::StartOpening<decltype(open)>{this, open},
                                    std::forward<Arguments>(arguments)...);
}

template <class... Arguments>
auto ConnectionManager::get_async_connection(Arguments&&... arguments) {
  const auto open = [](ConnectionManager& manager, const std::shared_ptr<EventLoop>& loop) {
    return manager.cached_async(loop);
  };
  return internal::initiate_opening(internal::StartOpening<decltype(open)>{this, open},
                                    std::forward<Arguments>(arguments)...);
}

}  // namespace dalia
