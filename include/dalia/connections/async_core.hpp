/// AsyncCore: an asynchronous connection without its binding to an event loop's library. asio.hpp makes an
/// AsyncConnection of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dalia/connections/async_call.hpp"
#include "dalia/connections/execute_options.hpp"
#include "dalia/connections/notification.hpp"
#include "dalia/connections/pipeline.hpp"
#include "dalia/connections/row_source.hpp"
#include "dalia/connections/row_stream.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/connections/transaction.hpp"
#include "dalia/core/event_loop.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_flow.hpp"
#include "dalia/generators/sql_generator.hpp"

namespace dalia {
class DatabaseContext;
}

namespace dalia::internal {

class Cancellation;
class ConnectionCore;
class SessionDriver;
class Worker;

/// Calls run one after the other: on the threads of the event loop where the client library can be polled, else as a
/// whole on a thread of the connection's own. Tasks are to be run by calls of this core, which own their arguments.
class DALIA_EXPORT AsyncCore : public std::enable_shared_from_this<AsyncCore> {
 public:
  AsyncCore(std::unique_ptr<SessionDriver> driver, std::shared_ptr<DatabaseContext> context,
            std::shared_ptr<EventLoop> loop);
  AsyncCore(const AsyncCore&) = delete;
  AsyncCore& operator=(const AsyncCore&) = delete;
  ~AsyncCore();

  /// Delivers the result later, or UsageError where another call runs. From any thread.
  void start(std::shared_ptr<AsyncCall> call);
  /// Where that call still runs it ends soon, with CancelledError unless it was about to end anyway. From any thread.
  void cancel(const AsyncCall& call) noexcept;
  /// The call was destroyed before its end, so that the link is in no known state.
  void abandon(const AsyncCall& call) noexcept;
  /// The call has come to its end.
  void finish(AsyncCall& call, Delivery delivery);
  /// Nobody is left who would want the result of the call that runs: it is cancelled.
  void leave() noexcept;
  /// To be called once, first: calls that run on a thread end before their loop.
  void listen_to_the_end_of_the_loop();

  task<ResultSet> execute(std::string sql, Params params, ExecuteOptions options);
  task<ResultSet> execute_many(std::string sql, std::unique_ptr<RowSource> rows, ExecuteOptions options);
  task<std::vector<ResultSet>> pipeline(Pipeline statements, ExecuteOptions options);
  /// The stream goes through drop(), always.
  task<std::shared_ptr<RowStream::State>> stream(std::string sql, Params params, ExecuteOptions options);
  task<ResultSet> read(std::shared_ptr<RowStream::State> stream, std::size_t most);
  /// Gives up a stream; nobody waits for that.
  void drop(std::shared_ptr<RowStream::State> stream) noexcept;
  task<std::optional<Notification>> notification(std::chrono::nanoseconds limit);
  task<void> begin(TransactionOptions options);
  task<void> commit();
  task<void> roll_back();
  /// Rolls back what is open, after a failure, which is the one to tell: it has none of its own.
  task<void> undo();
  /// Closes; later calls fail with ConnectionError.
  task<void> close();

  [[nodiscard]] EntityFlow& flow() noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] bool is_usable() const noexcept;
  [[nodiscard]] VersionDetails version_details();
  [[nodiscard]] const SqlGenerator& sql_generator() const noexcept;
  [[nodiscard]] void* native_handle() noexcept;
  [[nodiscard]] std::chrono::nanoseconds limit_of(const TransactionOptions& options) const;
  [[nodiscard]] EventLoop& loop() const noexcept { return *loop_; }

 private:
  class LoopWaiter;
  class StreamClosing;

  enum class Admission { Runs, Waits, Refused, Gone };

  [[nodiscard]] Admission admit(const std::shared_ptr<AsyncCall>& call);
  void become_current(AsyncCall* call) noexcept;
  void launch(std::shared_ptr<AsyncCall> call);
  void go_on() noexcept;
  void stop_current() noexcept;
  [[nodiscard]] bool interrupt(const AsyncCall* call) noexcept;

  std::shared_ptr<EventLoop> loop_;
  std::shared_ptr<Cancellation> cancellation_;
  std::shared_ptr<ConnectionCore> connection_;  ///< a worker may be the last to have it
  std::unique_ptr<Worker> worker_;              ///< null where the client library can be polled

  std::mutex mutex_;              ///< guards what follows
  AsyncCall* current_ = nullptr;  ///< kept alive by what it waits for
  std::deque<std::shared_ptr<AsyncCall>> cleanups_;
  std::shared_ptr<AsyncCall> next_;  ///< waits for those that clean up
  bool is_abandoned_ = false;
};

}  // namespace dalia::internal
