/// AsyncCall: one call on an asynchronous connection, from its start to the delivery of its result.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include "dalia/core/event_loop.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/frame_cache.hpp"
#include "dalia/core/readiness.hpp"

namespace dalia::internal {

class AsyncCore;

/// Where a result is handed over.
enum class Delivery {
  Later,  ///< not from within this stack: the call that began it has not returned, or this is another thread
  Now     ///< at once where the receiver allows it
};

/// A binding to an event loop derives from it: it writes body() as a coroutine that awaits the work and keeps its
/// result, and hands that over in deliver(). Held by shared pointers; whoever waits for something keeps it alive, and
/// one that is destroyed before its end takes the whole operation with it.
class DALIA_EXPORT AsyncCall : public EventLoop::Watcher, public std::enable_shared_from_this<AsyncCall> {
 public:
  /// The coroutine at the bottom of a call.
  class Root {
   public:
    class promise_type;

    explicit Root(std::coroutine_handle<> frame) noexcept : frame_(frame) {}
    Root(Root&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    Root& operator=(Root&& other) noexcept {
      std::swap(frame_, other.frame_);
      return *this;
    }
    ~Root() {
      if (frame_) {
        frame_.destroy();
      }
    }

   private:
    friend class AsyncCall;
    std::coroutine_handle<> frame_;
  };

  explicit AsyncCall(std::shared_ptr<AsyncCore> core) noexcept;
  ~AsyncCall() override;

  /// Runs until the first wait. True: to its end.
  [[nodiscard]] bool begin();
  /// Instead of begin(): it ends with this failure.
  void fail(std::exception_ptr failure) noexcept { failure_ = std::move(failure); }
  /// As AsyncCore::cancel.
  void cancel() noexcept;
  /// It has come to its end.
  void end(Delivery delivery);
  /// Goes on after a wait.
  void on_ready(Readiness happened) final;
  /// @param readiness  where on_ready() writes what happened; null where that does not matter.
  void wait(std::coroutine_handle<> continuation, Readiness* readiness) noexcept {
    continuation_ = continuation;
    readiness_ = readiness;
  }

  /// Hands the result over, or the failure. Called once; afterwards the call is of no more use.
  /// @throws what the receiver throws.
  virtual void deliver(Delivery delivery) = 0;
  /// Cleans up behind another call: the next one waits for it.
  [[nodiscard]] virtual bool is_cleanup() const noexcept { return false; }

 protected:
  [[nodiscard]] virtual Root body() = 0;
  [[nodiscard]] std::exception_ptr take_failure() noexcept { return std::exchange(failure_, nullptr); }
  [[nodiscard]] AsyncCore& core() const noexcept { return *core_; }
  /// To be called by the destructor of what derives from it: the work goes before what it uses.
  void drop_work() noexcept;

 private:
  [[nodiscard]] static bool resume(std::coroutine_handle<> at);
  /// Tells the resume() of this thread's stack that the root has come to its end there.
  static void note_end() noexcept;

  std::shared_ptr<AsyncCore> core_;  ///< outlives the work
  Root root_{nullptr};
  std::exception_ptr failure_;
  std::coroutine_handle<> continuation_;
  Readiness* readiness_ = nullptr;
};

class AsyncCall::Root::promise_type {
 public:
  /// The coroutine is a function whose first argument is the call.
  template <class... Rest>
  explicit promise_type(AsyncCall& call, const Rest&...) noexcept : call_(call) {}

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

  Root get_return_object() noexcept { return Root(std::coroutine_handle<promise_type>::from_promise(*this)); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept {
    note_end();
    return {};
  }
  void unhandled_exception() noexcept { call_.failure_ = std::current_exception(); }
  void return_void() const noexcept {}

 private:
  AsyncCall& call_;
};

}  // namespace dalia::internal
