/// How results reach completion tokens: the Async mode of EntityMixin, and what calls are made of.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "dalia/asio/loop.hpp"
#include "dalia/asio/net.hpp"
#include "dalia/connections/async_call.hpp"
#include "dalia/connections/async_core.hpp"
#include "dalia/core/frame_cache.hpp"
#include "dalia/core/task.hpp"

namespace dalia::internal {
inline namespace DALIA_ASIO_FLAVOUR {

/// What a completion handler takes: the exception, or null, and behind it the result. A result type has a default value
/// for the case that there is an exception.
template <class T>
struct Completion {
  using Signature = void(std::exception_ptr, T);
  using Result = std::optional<T>;
};
template <>
struct Completion<void> {
  using Signature = void(std::exception_ptr);
  struct Result {};
};

/// A handler, and the context it runs in kept going until it has been called. It is called on its associated executor.
template <class T, class Handler>
class Receiver {
 public:
  using Executor = net::associated_executor_t<Handler, net::any_io_executor>;
  using Result = typename Completion<T>::Result;

  /// @param fallback  where the handler has no executor of its own: that of the event loop.
  Receiver(Handler handler, const net::any_io_executor& fallback)
      : handler_(std::move(handler)),
        guard_(net::get_associated_executor(handler_, fallback)),
        is_on_the_loop_(is_same(net::get_associated_executor(handler_, fallback), fallback)) {}

  [[nodiscard]] const Handler& handler() const noexcept { return handler_; }

  /// @param delivery  Now: the caller is on the event loop's executor.
  void receive(Delivery delivery, std::exception_ptr failure, Result&& result) {
    auto guard = std::move(guard_);
    if (delivery == Delivery::Now && is_on_the_loop_) {
      Handler handler = std::move(handler_);
      return call(handler, std::move(failure), result);
    }
    const Executor executor = guard.get_executor();
    auto later = [handler = std::move(handler_), failure = std::move(failure), result = std::move(result)]() mutable {
      call(handler, std::move(failure), result);
    };
    if (delivery == Delivery::Now) {
      net::dispatch(executor, std::move(later));
    } else {
      net::post(executor, std::move(later));
    }
  }

 private:
  static bool is_same(const Executor& executor, const net::any_io_executor& loop) noexcept {
    if constexpr (std::is_same_v<Executor, net::any_io_executor>) {
      return executor == loop;
    } else {
      return false;
    }
  }
  static void call(Handler& handler, std::exception_ptr failure, Result& result) {
    if constexpr (std::is_void_v<T>) {
      std::move(handler)(std::move(failure));
    } else if (result) {
      std::move(handler)(std::move(failure), std::move(*result));
    } else {
      std::move(handler)(std::move(failure), T());
    }
  }

  Handler handler_;
  net::executor_work_guard<Executor> guard_;
  bool is_on_the_loop_;  ///< the handler's executor
};

/// A task of a connection on its way to a handler.
template <class T, class Handler>
class HandlerCall final : public AsyncCall {
 public:
  HandlerCall(std::shared_ptr<AsyncCore> core, task<T> work, Handler handler, const net::any_io_executor& fallback)
      : AsyncCall(std::move(core)), work_(std::move(work)), receiver_(std::move(handler), fallback) {}
  ~HandlerCall() override { drop_work(); }

  void deliver(Delivery delivery) override { receiver_.receive(delivery, take_failure(), std::move(result_)); }
  [[nodiscard]] const Handler& handler() const noexcept { return receiver_.handler(); }

 protected:
  [[nodiscard]] Root body() override { return run(*this, std::move(work_)); }

 private:
  static Root run(HandlerCall& self, task<T> work) {
    if constexpr (std::is_void_v<T>) {
      co_await work;
    } else {
      T result = co_await work;
      self.result_.emplace(std::move(result));
    }
  }

  task<T> work_;
  Receiver<T, Handler> receiver_;
  [[no_unique_address]] typename Completion<T>::Result result_;
};

/// Starts a call when its completion token says so: at once, or when it is awaited.
template <class T>
struct StartCall {
  std::shared_ptr<AsyncCore> core;

  template <class Handler>
  void operator()(Handler&& handler, task<T> work) const {
    using Call = HandlerCall<T, std::decay_t<Handler>>;
    const net::any_io_executor& fallback = static_cast<AsioLoop&>(core->loop()).executor();
    auto call = std::allocate_shared<Call>(FrameAllocator<Call>(), core, std::move(work),
                                           std::forward<Handler>(handler), fallback);
    auto slot = net::get_associated_cancellation_slot(call->handler());
    if (slot.is_connected()) {
      slot.assign([cancelled = std::weak_ptr<Call>(call)](net::cancellation_type) {
        if (const std::shared_ptr<Call> alive = cancelled.lock()) {
          alive->cancel();
        }
      });
    }
    core->start(std::move(call));
  }
};

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia::internal

namespace dalia {
inline namespace DALIA_ASIO_FLAVOUR {

/// The asynchronous mode: a call takes a completion token, use_awaitable where none is given.
class Async {
 public:
  explicit Async(std::shared_ptr<internal::AsyncCore> core) noexcept : core_(std::move(core)) {}

  template <class T>
  auto finish(task<T> work) const {
    return finish(std::move(work), net::use_awaitable);
  }
  template <class T, class Token>
  auto finish(task<T> work, Token&& token) const {
    return net::async_initiate<Token, typename internal::Completion<T>::Signature>(
        internal::StartCall<T>{core_->shared_from_this()}, token, std::move(work));
  }

  [[nodiscard]] internal::AsyncCore& core() const noexcept { return *core_; }

 private:
  std::shared_ptr<internal::AsyncCore> core_;  ///< as one of the owners of the connection
};

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia
