/// AsyncConnection: one connection for coroutines, callbacks and futures. It has the calls of SyncConnection.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "dalia/asio/completion.hpp"
#include "dalia/asio/net.hpp"
#include "dalia/connections/transaction_attempts.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/tail.hpp"
#include "dalia/entity/entity_mixin.hpp"

namespace dalia::internal {
inline namespace DALIA_ASIO_FLAVOUR {

/// Rows of parameters with their owner.
template <class Range>
class OwnedRows final : public RowSource {
 public:
  explicit OwnedRows(Range rows) : rows_(std::move(rows)), source_(rows_) {}
  [[nodiscard]] bool next(std::span<ValueRef> cells) override { return source_.next(cells); }

 private:
  using Source = std::conditional_t<std::same_as<Range, std::vector<Params>>, ParamsSource, TupleSource<Range>>;

  Range rows_;
  Source source_;
};

/// Awaits work and keeps its result.
template <class T>
struct Kept {
  std::optional<T> value;
  net::awaitable<void> await(net::awaitable<T> work) {
    T result = co_await std::move(work);
    value.emplace(std::move(result));
  }
  T take() { return std::move(*value); }
};
template <>
struct Kept<void> {
  net::awaitable<void> await(net::awaitable<void> work) { return work; }
  void take() {}
};

/// Executors whose context somebody runs. That of use_future only passes results on: what it is given runs on threads
/// of Asio's own.
template <class Executor>
concept ExecutorOfAContext = std::same_as<Executor, net::any_io_executor> ||
    (std::convertible_to<Executor, net::any_io_executor>&&
         net::can_require<Executor, net::execution::outstanding_work_t::tracked_t>::value);

/// Runs a coroutine on the executor of whoever takes its result: a cancellation comes from there.
/// @param fallback  where that runs nothing.
template <class T, class Token>
auto spawn(const net::any_io_executor& fallback, net::awaitable<T> work, Token&& token) {
  const auto start = [](auto&& handler, net::awaitable<T> spawned, const net::any_io_executor& otherwise) {
    net::any_io_executor executor = otherwise;
    if constexpr (ExecutorOfAContext<
                      net::associated_executor_t<std::decay_t<decltype(handler)>, net::any_io_executor>>) {
      executor = net::get_associated_executor(handler, otherwise);
    }
    net::co_spawn(executor, std::move(spawned), std::forward<decltype(handler)>(handler));
  };
  return net::async_initiate<Token, typename Completion<T>::Signature>(start, token, std::move(work), fallback);
}

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia::internal

namespace dalia {
inline namespace DALIA_ASIO_FLAVOUR {

/// The rows of one statement, read in parts in bounded memory. Until it ends or is destroyed the engine may hold read
/// locks. Move-only; belongs to its connection like a call of it.
class AsyncRowStream {
 public:
  /// Has no stream.
  AsyncRowStream() = default;
  AsyncRowStream(Async mode, std::shared_ptr<RowStream::State> state)
      : mode_(std::move(mode)), state_(std::move(state)) {}
  AsyncRowStream(AsyncRowStream&& other) noexcept
      : mode_(std::exchange(other.mode_, std::nullopt)), state_(std::move(other.state_)) {}
  AsyncRowStream& operator=(AsyncRowStream&& other) noexcept {
    std::swap(mode_, other.mode_);
    std::swap(state_, other.state_);
    return *this;
  }
  ~AsyncRowStream() {
    if (state_ != nullptr) {
      mode_->core().drop(std::move(state_));
    }
  }

  /// Up to `most` rows; fewer only at the end, so that an empty ResultSet is behind it.
  /// @throws what execute throws; UsageError, at once, where this object has no stream.
  template <class... Token>
  auto read(std::size_t most, Token&&... token) {
    if (!mode_) {
      throw UsageError("this object has no stream: it was moved from, or never had one");
    }
    return mode_->finish(mode_->core().read(state_, most), std::forward<Token>(token)...);
  }

 private:
  std::optional<Async> mode_;
  std::shared_ptr<RowStream::State> state_;
};

/// One operation at a time: a second one fails with UsageError. Operations may be started from any thread, one after
/// the other. An operation may be cancelled through its cancellation slot; it then ends with CancelledError, and leaves
/// the connection clean, or closed where the server does not answer. The operation that still runs when the connection
/// is destroyed is cancelled. Arguments are copied or moved before a call returns.
/// @param tail  of each call: [its options,] [a completion token]; see EntityMixin.
class AsyncConnection final : public EntityMixin<Async> {
 public:
  explicit AsyncConnection(const std::shared_ptr<internal::AsyncCore>& core)
      : EntityMixin<Async>(core->flow(), Async(core)) {}

  /// As SyncConnection::execute. Options: Params, then ExecuteOptions.
  template <class... Tail>
  auto execute(std::string_view sql, Tail&&... tail) {
    return this->template finish<Params, ExecuteOptions>(
        core().execute(std::string(sql), internal::option_in<Params>(tail...),
                       internal::option_in<ExecuteOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }

  /// As SyncConnection::executemany. Options: ExecuteOptions.
  /// @param rows  std::vector<Params>, or a range of tuples that owns them.
  template <std::ranges::input_range Range, class... Tail>
  auto executemany(std::string_view sql, Range rows, Tail&&... tail) {
    return executemany(sql, std::unique_ptr<RowSource>(std::make_unique<internal::OwnedRows<Range>>(std::move(rows))),
                       std::forward<Tail>(tail)...);
  }
  template <class... Tail>
  auto executemany(std::string_view sql, std::unique_ptr<RowSource> rows, Tail&&... tail) {
    return this->template finish<ExecuteOptions>(
        core().execute_many(std::string(sql), std::move(rows), internal::option_in<ExecuteOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }

  /// As SyncConnection::pipeline. Options: ExecuteOptions.
  template <class... Tail>
  auto pipeline(Pipeline statements, Tail&&... tail) {
    return this->template finish<ExecuteOptions>(
        core().pipeline(std::move(statements), internal::option_in<ExecuteOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }

  /// As SyncConnection::stream_query. Options: Params, then ExecuteOptions. @return an AsyncRowStream.
  template <class... Tail>
  auto stream_query(std::string_view sql, Tail&&... tail) {
    return this->template finish<Params, ExecuteOptions>(
        open_stream(mode(), core().stream(std::string(sql), internal::option_in<Params>(tail...),
                                          internal::option_in<ExecuteOptions>(tail...))),
        std::forward<Tail>(tail)...);
  }

  /// As those of SyncConnection. Options: TransactionOptions.
  template <class... Tail>
  auto begin_transaction(Tail&&... tail) {
    return this->template finish<TransactionOptions>(core().begin(internal::option_in<TransactionOptions>(tail...)),
                                                     std::forward<Tail>(tail)...);
  }
  template <class... Tail>
  auto commit_transaction(Tail&&... tail) {
    return this->template finish<>(core().commit(), std::forward<Tail>(tail)...);
  }
  template <class... Tail>
  auto rollback_transaction(Tail&&... tail) {
    return this->template finish<>(core().roll_back(), std::forward<Tail>(tail)...);
  }
  /// The engine's own answer. Not while an operation runs.
  [[nodiscard]] bool in_transaction() const noexcept { return core().in_transaction(); }

  /// As SyncConnection::transact. Options: TransactionOptions. A work that is cancelled is rolled back.
  /// @param work  AsyncConnection& -> net::awaitable<T>. It is moved; what it refers to must outlive the operation.
  template <class Work, class... Tail>
  auto transact(Work work, Tail&&... tail) {
    const auto run = [&](auto&&... token) {
      auto running = run_transaction(mode(), std::move(work), internal::option_in<TransactionOptions>(tail...));
      if constexpr (sizeof...(token) == 0) {
        return running;
      } else {
        const net::any_io_executor& fallback = static_cast<internal::AsioLoop&>(core().loop()).executor();
        return internal::spawn(fallback, std::move(running), std::forward<decltype(token)>(token)...);
      }
    };
    return internal::call_behind<TransactionOptions>(run, std::forward<Tail>(tail)...);
  }

  /// The next notification of what this session listens to (LISTEN of PostgreSQL), or nothing within that time. See
  /// NotificationStream, which listens for good. @return std::optional<Notification>.
  /// @throws UsageError where the engine sends none.
  template <class... Token>
  auto wait_for_notification(std::chrono::nanoseconds limit, Token&&... token) {
    return this->template finish<>(core().notification(limit), std::forward<Token>(token)...);
  }

  [[nodiscard]] VersionDetails get_version_details() { return core().version_details(); }
  [[nodiscard]] const SqlGenerator& sql_generator() const noexcept { return core().sql_generator(); }
  /// False once the session is gone or it was closed. Not while an operation runs.
  [[nodiscard]] bool is_usable() const noexcept { return core().is_usable(); }
  /// Rolls back what is open and closes; every later call fails with ConnectionError.
  template <class... Tail>
  auto close(Tail&&... tail) {
    return this->template finish<>(core().close(), std::forward<Tail>(tail)...);
  }
  /// As SyncConnection::native_handle.
  [[nodiscard]] void* native_handle() noexcept { return core().native_handle(); }

 private:
  [[nodiscard]] internal::AsyncCore& core() const noexcept { return mode().core(); }

  static task<AsyncRowStream> open_stream(Async mode, task<std::shared_ptr<RowStream::State>> opening) {
    std::shared_ptr<RowStream::State> state = co_await opening;
    co_return AsyncRowStream(std::move(mode), std::move(state));
  }

  template <class Work>
  static std::invoke_result_t<Work&, AsyncConnection&> run_transaction(Async mode, Work work,
                                                                       TransactionOptions options);

  explicit AsyncConnection(const Async& mode) : EntityMixin<Async>(mode.core().flow(), mode) {}
};

template <class Work>
std::invoke_result_t<Work&, AsyncConnection&> AsyncConnection::run_transaction(Async mode, Work work,
                                                                               TransactionOptions options) {
  using Result = typename std::invoke_result_t<Work&, AsyncConnection&>::value_type;
  AsyncConnection transaction(mode);
  if (transaction.in_transaction()) {
    co_return co_await work(transaction);
  }
  internal::TransactionAttempts attempts(options, mode.core().limit_of(options));
  for (;;) {
    internal::Kept<Result> result;
    std::exception_ptr failure;
    try {
      co_await transaction.begin_transaction(attempts.options());
      auto working = work(transaction);
      co_await result.await(std::move(working));
      co_await transaction.commit_transaction();
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) {
      co_return result.take();
    }
    // Also where the coroutine has been cancelled.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    auto uncancelled = net::bind_cancellation_slot(net::cancellation_slot(), net::use_awaitable);
    co_await transaction.template finish<>(mode.core().undo(), uncancelled);
    co_await net::this_coro::throw_if_cancelled(throws);
    const auto wait = attempts.wait_after(failure);
    net::steady_timer timer(co_await net::this_coro::executor, wait);
    co_await timer.async_wait(net::use_awaitable);
  }
}

/// Joins the transaction that is open, or runs work in one of its own, once.
template <class Work, class... Token>
auto auto_transaction(AsyncConnection& connection, Work work, Token&&... token) {
  return connection.transact(std::move(work), transaction_options().max_retries(0), std::forward<Token>(token)...);
}

/// Owns a connection. Move-only; may be empty.
class AsyncConnectionHandle {
 public:
  AsyncConnectionHandle() = default;
  explicit AsyncConnectionHandle(const std::shared_ptr<internal::AsyncCore>& core)
      : connection_(std::make_unique<AsyncConnection>(core)) {}

  [[nodiscard]] AsyncConnection* operator->() const noexcept { return connection_.get(); }
  [[nodiscard]] AsyncConnection& operator*() const noexcept { return *connection_; }
  explicit operator bool() const noexcept { return connection_ != nullptr; }

 private:
  std::unique_ptr<AsyncConnection> connection_;
};

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia
