/// Coroutines on the thread that asks for their results.
#pragma once

#include <future>
#include <utility>
#include <vector>

#include "dalia/asio.hpp"

namespace dalia::benchmarks {

class CoroutineLoop {
 public:
  /// @param work  an awaitable<void>, or a function that returns one.
  template <class Work>
  void start(Work work) {
    started_.push_back(net::co_spawn(context_, std::move(work), net::use_future));
  }
  /// Until all of them are done. @throws what one of them throws.
  void run() {
    context_.restart();
    context_.run();
    for (std::future<void>& each : std::exchange(started_, {})) {
      each.get();
    }
  }
  [[nodiscard]] net::io_context& context() noexcept { return context_; }

 private:
  static constexpr int threads = 1;

  net::io_context context_{threads};
  std::vector<std::future<void>> started_;
};

}  // namespace dalia::benchmarks
