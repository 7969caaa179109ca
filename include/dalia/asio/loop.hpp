/// AsioLoop: an EventLoop over an executor of Asio.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "dalia/asio/net.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/event_loop.hpp"
#include "dalia/core/readiness.hpp"

namespace dalia::internal {
inline namespace DALIA_ASIO_FLAVOUR {

/// What is told when its execution context ends.
class ContextGuest {
 public:
  virtual void end_with_context() noexcept = 0;

 protected:
  ~ContextGuest() = default;
};

/// The guests of one execution context. Destroying the context while a guest leaves waits for it.
class ContextGuests {
 public:
  void add(ContextGuest& guest) {
    const std::lock_guard lock(mutex_);
    guests_.push_back(&guest);
  }
  void remove(ContextGuest& guest) noexcept {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, &guest] { return ending_ != &guest; });
    std::erase(guests_, &guest);
  }
  void end_all() noexcept {
    std::unique_lock lock(mutex_);
    while (!guests_.empty()) {
      ending_ = guests_.back();
      guests_.pop_back();
      lock.unlock();
      ending_->end_with_context();  // without the lock: it may wait for threads that remove others
      lock.lock();
      ending_ = nullptr;
      changed_.notify_all();
    }
  }

 private:
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::vector<ContextGuest*> guests_;
  ContextGuest* ending_ = nullptr;  ///< is being told
};

/// Brings the guests to their end before the context's other parts go.
class ContextGuestService final : public net::execution_context::service {
 public:
  using key_type = ContextGuestService;
  static inline net::execution_context::id id;

  explicit ContextGuestService(net::execution_context& context) : net::execution_context::service(context) {}
  [[nodiscard]] const std::shared_ptr<ContextGuests>& guests() const noexcept { return guests_; }

 private:
  void shutdown() override { guests_->end_all(); }

  std::shared_ptr<ContextGuests> guests_ = std::make_shared<ContextGuests>();  ///< guests may leave later
};

/// Pending handlers keep the watcher alive, and this loop; nothing here keeps the watcher. So a context that is
/// destroyed lets go of everything.
class AsioLoop final : public EventLoop, public std::enable_shared_from_this<AsioLoop>, private ContextGuest {
 public:
  /// @param executor  of a context that runs I/O: an io_context, a thread_pool, or a strand of one.
  [[nodiscard]] static std::shared_ptr<AsioLoop> make(const net::any_io_executor& executor) {
    return std::make_shared<AsioLoop>(executor);
  }
  explicit AsioLoop(const net::any_io_executor& executor)
      : executor_(executor),
        guests_(net::use_service<ContextGuestService>(net::query(executor, net::execution::context)).guests()) {
    guests_->add(*this);
  }
  ~AsioLoop() override {
    guests_->remove(*this);
    drop_io();
  }

  [[nodiscard]] const net::any_io_executor& executor() const noexcept { return executor_; }

  void watch(int descriptor, Readiness wanted, Deadline until, std::shared_ptr<Watcher> watcher) override {
    const std::lock_guard lock(mutex_);
    if (has_gone_) {
      return;
    }
    if (was_interrupted_) {
      was_interrupted_ = false;
      post_now(std::move(watcher));
      return;
    }
    is_waiting_ = true;
    ++wait_;
    until_ = until;
    watcher_ = watcher;
    if (descriptor != -1) {
      attach(descriptor);
      if (has(wanted, Readiness::Read)) {
        wait_for(net::posix::stream_descriptor::wait_read, Readiness::Read, watcher);
      }
      if (has(wanted, Readiness::Write)) {
        wait_for(net::posix::stream_descriptor::wait_write, Readiness::Write, watcher);
      }
    }
    arm_timer(descriptor == -1 ? std::move(watcher) : nullptr);
  }

  void interrupt_wait() override {
    const std::lock_guard lock(mutex_);
    if (!is_waiting_) {
      was_interrupted_ = true;
      return;
    }
    if (std::shared_ptr<Watcher> watcher = end_wait()) {
      post_now(std::move(watcher));
    }
  }

  void release(int descriptor) noexcept override {
    const std::lock_guard lock(mutex_);
    if (stream_ && descriptor != -1 && descriptor_ == descriptor) {
      detach();
    }
  }

  void rest() noexcept override {
    const std::lock_guard lock(mutex_);
    was_interrupted_ = false;
    if (armed_until_) {
      armed_until_.reset();
      timer_->cancel();
    }
  }

  void post(std::shared_ptr<Watcher> watcher) override {
    const std::lock_guard lock(mutex_);
    if (!has_gone_) {
      post_now(std::move(watcher));
    }
  }

  [[nodiscard]] bool runs_here() const noexcept override {
    return runs_here_on<net::io_context::executor_type>() || runs_here_on<net::thread_pool::executor_type>() ||
           runs_here_on<net::strand<net::any_io_executor>>() ||
           runs_here_on<net::strand<net::io_context::executor_type>>() ||
           runs_here_on<net::strand<net::thread_pool::executor_type>>();
  }

  void run_aside(std::function<void()> work, std::shared_ptr<Watcher> then) override {
    if (!begin_outside()) {
      return;
    }
    auto guard = net::make_work_guard(executor_);
    try {
      std::thread([self = shared_from_this(), work = std::move(work), then, guard = std::move(guard)]() mutable {
        work();
        work = nullptr;
        self->post(std::move(then));
        guard.reset();
        self->end_outside();
      }).detach();
    } catch (...) {
      end_outside();
      throw;
    }
  }

 private:
  // From here on the caller holds the mutex, where nothing else is said.

  void wait_for(net::posix::stream_descriptor::wait_type type, Readiness readiness, std::shared_ptr<Watcher> watcher) {
    stream_->async_wait(type, [self = shared_from_this(), watcher = std::move(watcher), wait = wait_,
                               readiness](const AsioError& error) mutable {
      // A link that is broken is ready.
      if (error != net::error::operation_aborted && self->takes_wait(wait)) {
        watcher->on_ready(readiness);
      }
    });
  }

  /// Without the mutex. Whoever is first to end the wait goes on with it.
  bool takes_wait(std::uint64_t wait) {
    const std::lock_guard lock(mutex_);
    if (!is_waiting_ || wait != wait_ || has_gone_) {
      return false;
    }
    is_waiting_ = false;
    return true;
  }

  /// Takes the wait that runs away from what may still happen.
  std::shared_ptr<Watcher> end_wait() {
    is_waiting_ = false;
    std::shared_ptr<Watcher> watcher = watcher_.lock();  // before its handlers let go of it
    if (stream_) {
      AsioError ignored;
      stream_->cancel(ignored);
    }
    return watcher;
  }

  /// A timer that is armed for an earlier moment stays: most waits end long before it.
  /// @param owner  what nothing else keeps alive.
  void arm_timer(std::shared_ptr<Watcher> owner) {
    if (until_.is_never() || (armed_until_ && *armed_until_ <= until_ && owner == nullptr)) {
      return;
    }
    if (!timer_) {
      timer_.emplace(executor_);
    }
    armed_until_ = until_;
    timer_->expires_at(until_.at());
    timer_->async_wait(
        [self = shared_from_this(), owner = std::move(owner), timing = ++timing_](const AsioError& error) {
          if (error != net::error::operation_aborted) {
            self->on_timer(timing, owner);
          }
        });
  }

  /// Without the mutex.
  void on_timer(std::uint64_t timing, const std::shared_ptr<Watcher>& owner) {
    std::shared_ptr<Watcher> watcher;
    {
      const std::lock_guard lock(mutex_);
      if (timing != timing_ || has_gone_) {
        return;
      }
      armed_until_.reset();
      if (!is_waiting_) {
        return;
      }
      if (!until_.has_passed()) {
        arm_timer(owner);
        return;
      }
      watcher = end_wait();
    }
    if (watcher != nullptr) {
      watcher->on_ready(Readiness::None);
    }
  }

  void attach(int descriptor) {
    if (descriptor_ == descriptor) {
      return;
    }
    if (descriptor_ != -1) {
      detach();
    }
    if (!stream_) {
      stream_.emplace(executor_);
    }
    stream_->assign(descriptor);
    descriptor_ = descriptor;
  }

  /// The descriptor stays its owner's.
  void detach() noexcept {
    try {
      static_cast<void>(stream_->release());
    } catch (const std::exception&) {
      // It was not watched.
    }
    descriptor_ = -1;
  }

  void post_now(std::shared_ptr<Watcher> watcher) {
    net::post(executor_, [watcher = std::move(watcher)] { watcher->on_ready(Readiness::None); });
  }

  template <class Executor>
  [[nodiscard]] bool runs_here_on() const noexcept {
    const Executor* executor = executor_.target<Executor>();
    return executor != nullptr && executor->running_in_this_thread();
  }

  /// Without the mutex.
  void end_with_context() noexcept override {
    end();
    drop_io();
  }

  /// Without the mutex. What waits is let go of after it, as it may come back here.
  void drop_io() noexcept {
    std::optional<net::posix::stream_descriptor> stream;
    std::optional<net::steady_timer> timer;
    {
      const std::lock_guard lock(mutex_);
      has_gone_ = true;
      is_waiting_ = false;
      if (stream_ && descriptor_ != -1) {
        detach();
      }
      stream.swap(stream_);
      timer.swap(timer_);
    }
  }

  net::any_io_executor executor_;
  std::shared_ptr<ContextGuests> guests_;
  mutable std::mutex mutex_;  ///< guards what follows; nothing of others runs under it
  std::optional<net::posix::stream_descriptor> stream_;
  std::optional<net::steady_timer> timer_;
  int descriptor_ = -1;      ///< that stream_ watches
  bool is_waiting_ = false;  ///< nobody has ended the last wait yet
  std::uint64_t wait_ = 0;   ///< counts; handlers of older ones come too late
  Deadline until_;
  std::weak_ptr<Watcher> watcher_;
  std::optional<Deadline> armed_until_;  ///< the timer is
  std::uint64_t timing_ = 0;             ///< counts, as above
  bool was_interrupted_ = false;
  bool has_gone_ = false;
};

}  // namespace DALIA_ASIO_FLAVOUR
}  // namespace dalia::internal
