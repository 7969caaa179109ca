#include "dalia/connections/async_core.hpp"

#include <chrono>
#include <deque>
#include <exception>
#include <thread>
#include <utility>

#include "connections/cancellation.hpp"
#include "connections/connection_core.hpp"
#include "connections/poll_driver.hpp"
#include "connections/row_stream_state.hpp"
#include "connections/worker.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {

/// Leaves the thread to others.
class AsyncCore::LoopWaiter final : public LinkWaiter {
 public:
  explicit LoopWaiter(AsyncCore& core) noexcept : core_(core) {}
  ~LoopWaiter() override { core_.loop_->release(descriptor_); }

  [[nodiscard]] std::unique_ptr<LinkWaiter> another() const override { return std::make_unique<LoopWaiter>(core_); }

 protected:
  bool start(Wait& wait) noexcept override {
    try {
      AsyncCall& call = *core_.current_;
      call.wait(wait.continuation, &wait.ready);
      descriptor_ = wait.descriptor;
      core_.loop_->watch(wait.descriptor, wait.wanted, wait.until, call.shared_from_this());
      return false;
    } catch (...) {
      wait.failure = std::current_exception();
      return true;
    }
  }
  bool start(Errand& errand) override {
    AsyncCall& call = *core_.current_;
    call.wait(errand.continuation, nullptr);
    core_.loop_->run_aside([&errand] { errand.run(); }, call.shared_from_this());
    return false;
  }

 private:
  AsyncCore& core_;
  int descriptor_ = -1;
};

/// Ends a stream that was dropped before its last row.
class AsyncCore::StreamClosing final : public AsyncCall {
 public:
  StreamClosing(std::shared_ptr<AsyncCore> core, std::shared_ptr<RowStream::State> stream) noexcept
      : AsyncCall(std::move(core)), stream_(std::move(stream)) {}
  ~StreamClosing() override { drop_work(); }

  void deliver(Delivery) override {}
  [[nodiscard]] bool is_cleanup() const noexcept override { return true; }

 protected:
  [[nodiscard]] Root body() override { return close(*this); }

 private:
  static Root close(StreamClosing& self) { co_await self.stream_->close(); }

  std::shared_ptr<RowStream::State> stream_;
};

AsyncCore::AsyncCore(std::unique_ptr<SessionDriver> driver, std::shared_ptr<DatabaseContext> context,
                     std::shared_ptr<EventLoop> loop)
    : loop_(std::move(loop)), cancellation_(std::make_shared<Cancellation>()) {
  driver->obey(cancellation_);
  if (auto* polled = dynamic_cast<PollDriver*>(driver.get())) {
    polled->wait_through(std::make_unique<LoopWaiter>(*this));
  } else {
    worker_ = std::make_unique<Worker>();
  }
  connection_ = std::make_shared<ConnectionCore>(std::move(driver), std::move(context));
}

AsyncCore::~AsyncCore() {
  if (worker_ != nullptr) {
    // Closing may block, and this may be a thread of the loop.
    worker_->run([connection = std::move(connection_)]() mutable { connection.reset(); });
  }
}

void AsyncCore::start(std::shared_ptr<AsyncCall> call) {
  switch (admit(call)) {
    case Admission::Runs:
      launch(std::move(call));
      return;
    case Admission::Waits:
      return;
    case Admission::Refused:
      call->fail(
          std::make_exception_ptr(UsageError("the connection is already running an operation; await it first, or give "
                                             "each task a connection of its own")));
      break;
    case Admission::Gone:
      call->fail(std::make_exception_ptr(
          ConnectionError("the connection is closed: its event loop ended in the middle of an operation")));
      break;
  }
  call->deliver(Delivery::Later);
}

AsyncCore::Admission AsyncCore::admit(const std::shared_ptr<AsyncCall>& call) {
  const std::lock_guard lock(mutex_);
  if (is_abandoned_) {
    return Admission::Gone;
  }
  if (current_ == nullptr) {
    become_current(call.get());
    return Admission::Runs;
  }
  if (call->is_cleanup()) {
    cleanups_.push_back(call);
    return Admission::Waits;
  }
  if (current_->is_cleanup() && next_ == nullptr) {
    next_ = call;
    return Admission::Waits;
  }
  return Admission::Refused;
}

void AsyncCore::become_current(AsyncCall* call) noexcept {
  current_ = call;
  cancellation_->clear();
}

void AsyncCore::launch(std::shared_ptr<AsyncCall> call) {
  if (worker_ == nullptr) {
    if (call->begin()) {
      finish(*call, Delivery::Later);
    }
    return;
  }
  if (!loop_->begin_outside()) {
    call->fail(std::make_exception_ptr(ConnectionError("the event loop of the connection has ended")));
    finish(*call, Delivery::Later);
    return;
  }
  worker_->run([call = std::move(call), loop = loop_]() mutable {
    if (call->begin()) {
      call->end(Delivery::Later);
    }
    call.reset();
    loop->end_outside();
  });
}

void AsyncCore::finish(AsyncCall& call, Delivery delivery) {
  /// Also where the receiver of the result throws.
  struct GoingOn {
    AsyncCore& core;
    ~GoingOn() { core.go_on(); }
  };
  {
    const std::lock_guard lock(mutex_);
    current_ = nullptr;
  }
  const GoingOn then{*this};
  call.deliver(delivery);
}

/// With what waits for its turn; else the loop may rest, unless a call began meanwhile.
void AsyncCore::go_on() noexcept {
  std::shared_ptr<AsyncCall> call;
  {
    const std::lock_guard lock(mutex_);
    if (current_ != nullptr) {
      return;
    }
    if (!cleanups_.empty()) {
      call = std::move(cleanups_.front());
      cleanups_.pop_front();
    } else {
      call = std::move(next_);
    }
    if (call == nullptr) {
      if (worker_ == nullptr) {
        loop_->rest();
      }
      return;
    }
    become_current(call.get());
  }
  launch(std::move(call));
}

void AsyncCore::cancel(const AsyncCall& call) noexcept {
  std::shared_ptr<AsyncCall> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (current_ == &call) {
      stop_current();
    } else if (next_.get() == &call) {
      waiting = std::move(next_);
    }
  }
  if (waiting != nullptr) {
    waiting->fail(std::make_exception_ptr(CancelledError("the operation was cancelled before it began")));
    waiting->deliver(Delivery::Later);
  }
}

void AsyncCore::leave() noexcept {
  const std::lock_guard lock(mutex_);
  if (current_ != nullptr) {
    stop_current();
  }
}

/// The caller holds the mutex.
void AsyncCore::stop_current() noexcept {
  if (current_->is_cleanup()) {
    return;
  }
  cancellation_->request();
  if (worker_ == nullptr) {
    loop_->interrupt_wait();
    return;
  }
  try {
    // An interruption that comes between two steps of the client library is not heard: hence again and again.
    Worker().run([core = shared_from_this(), call = current_] {
      constexpr std::chrono::milliseconds interval{10};
      while (core->interrupt(call)) {
        std::this_thread::sleep_for(interval);
      }
    });
  } catch (const std::exception&) {
    connection_->executor().stop_call();  // no thread to be had
  }
}

/// @return whether that call still runs and has not heard of its cancellation.
bool AsyncCore::interrupt(const AsyncCall* call) noexcept {
  const std::lock_guard lock(mutex_);
  if (current_ != call || !cancellation_->is_requested()) {
    return false;
  }
  connection_->executor().stop_call();
  return true;
}

void AsyncCore::abandon(const AsyncCall& call) noexcept {
  std::shared_ptr<AsyncCall> next;
  std::deque<std::shared_ptr<AsyncCall>> cleanups;
  {
    const std::lock_guard lock(mutex_);
    if (current_ != &call) {
      return;
    }
    current_ = nullptr;
    is_abandoned_ = true;
    next.swap(next_);
    cleanups.swap(cleanups_);
  }
  connection_->executor().cut();
  connection_->executor().close();
}

void AsyncCore::listen_to_the_end_of_the_loop() {
  loop_->set_stopper([core = weak_from_this()] {
    if (const std::shared_ptr<AsyncCore> alive = core.lock()) {
      alive->leave();
    }
  });
}

task<ResultSet> AsyncCore::execute(std::string sql, Params params, ExecuteOptions options) {
  return connection_->execute(std::move(sql), std::move(params), std::move(options));
}

task<ResultSet> AsyncCore::execute_many(std::string sql, std::unique_ptr<RowSource> rows, ExecuteOptions options) {
  auto work = connection_->execute_many(sql, *rows, options);
  ResultSet result = co_await work;
  co_return result;
}

task<std::vector<ResultSet>> AsyncCore::pipeline(Pipeline statements, ExecuteOptions options) {
  auto work = connection_->pipeline(statements, options);
  std::vector<ResultSet> results = co_await work;
  co_return results;
}

task<std::shared_ptr<RowStream::State>> AsyncCore::stream(std::string sql, Params params, ExecuteOptions options) {
  auto work = connection_->stream(std::move(sql), std::move(params), std::move(options));
  std::unique_ptr<RowStream::State> stream = co_await work;
  co_return stream;
}

task<ResultSet> AsyncCore::read(std::shared_ptr<RowStream::State> stream, std::size_t most) {
  auto work = stream->read(most);
  ResultSet rows = co_await work;
  co_return rows;
}

void AsyncCore::drop(std::shared_ptr<RowStream::State> stream) noexcept {
  start(std::make_shared<StreamClosing>(shared_from_this(), std::move(stream)));
}

task<std::optional<Notification>> AsyncCore::notification(std::chrono::nanoseconds limit) {
  return connection_->notification(limit);
}

task<void> AsyncCore::begin(TransactionOptions options) {
  return connection_->begin(options);
}

task<void> AsyncCore::commit() {
  return connection_->commit();
}

task<void> AsyncCore::roll_back() {
  return connection_->roll_back();
}

task<void> AsyncCore::undo() {
  return connection_->undo();
}

task<void> AsyncCore::close() {
  if (connection_->executor().has_streams()) {
    connection_->executor().cut();
  }
  connection_->executor().close();
  co_return;
}

EntityFlow& AsyncCore::flow() noexcept {
  return connection_->flow();
}

bool AsyncCore::in_transaction() const noexcept {
  return connection_->executor().in_transaction();
}

bool AsyncCore::is_usable() const noexcept {
  return connection_->is_usable();
}

VersionDetails AsyncCore::version_details() {
  return connection_->version_details();
}

const SqlGenerator& AsyncCore::sql_generator() const noexcept {
  return connection_->context().generator();
}

void* AsyncCore::native_handle() noexcept {
  return connection_->native_handle();
}

std::chrono::nanoseconds AsyncCore::limit_of(const TransactionOptions& options) const {
  return connection_->limit_of(options);
}

}  // namespace dalia::internal
