#include "connections/worker.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace dalia::internal {
namespace {

/// At the end of the program what runs may still close a database; it gets some time for that.
class RunningThreads {
 public:
  ~RunningThreads() {
    constexpr std::chrono::seconds limit{10};
    std::unique_lock lock(mutex_);
    none_runs_.wait_for(lock, limit, [this] { return count_ == 0; });
  }
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void remove() {
    const std::lock_guard lock(mutex_);
    --count_;
    none_runs_.notify_all();
  }

 private:
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable none_runs_;
  std::size_t count_ = 0;
};

RunningThreads& running_threads() {
  static RunningThreads threads;
  return threads;
}

}  // namespace

struct Worker::State {
  void run_all() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return is_ending || !works.empty(); });
      if (works.empty()) {
        return;
      }
      std::function<void()> work = std::move(works.front());
      works.pop_front();
      lock.unlock();
      work();
      work = nullptr;  // what it holds may go with it
      lock.lock();
    }
  }

  std::mutex mutex;  ///< guards what follows
  std::condition_variable changed;
  std::deque<std::function<void()>> works;
  bool is_ending = false;
};

Worker::Worker() : state_(std::make_shared<State>()) {
  RunningThreads& threads = running_threads();
  threads.add();
  try {
    std::thread([state = state_, &threads]() mutable {
      state->run_all();
      state.reset();
      threads.remove();
    }).detach();
  } catch (...) {
    threads.remove();
    throw;
  }
}

Worker::~Worker() {
  const std::lock_guard lock(state_->mutex);
  state_->is_ending = true;
  state_->changed.notify_one();
}

void Worker::run(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  state_->works.push_back(std::move(work));
  state_->changed.notify_one();
}

}  // namespace dalia::internal
