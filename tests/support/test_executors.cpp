#include "support/test_executors.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace dalia::test {
namespace {

class Loops {
 public:
  Loops() : guard_(net::make_work_guard(single_)), thread_([this] { single_.run(); }) {}
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;
  ~Loops() {
    guard_.reset();
    single_.stop();
    thread_.join();
  }

  net::any_io_executor next() {
    if (count_++ % 2 == 0) {
      return single_.get_executor();
    }
    return pool_.get_executor();
  }

  net::any_io_executor blocking() { return blocking_.get_executor(); }

 private:
  net::io_context single_;
  net::executor_work_guard<net::io_context::executor_type> guard_;
  std::thread thread_;
  net::thread_pool pool_{3};
  net::thread_pool blocking_{8};
  std::atomic<unsigned> count_{0};
};

/// Ends the threads with the last test: OpenSSL frees what it keeps for a thread when that ends, but not any more once
/// the program's own end has begun.
class LoopsOfAllTests : public testing::Environment {
 public:
  void TearDown() override { loops_.reset(); }

  Loops& loops() {
    const std::lock_guard lock(mutex_);
    if (!loops_.has_value()) {
      loops_.emplace();
    }
    return *loops_;
  }

 private:
  std::mutex mutex_;
  std::optional<Loops> loops_;
};

LoopsOfAllTests& environment() {
  // GoogleTest owns it.
  static auto* const all = new LoopsOfAllTests;
  return *all;
}

[[maybe_unused]] const testing::Environment* const registered = testing::AddGlobalTestEnvironment(&environment());

}  // namespace

net::any_io_executor next_test_executor() {
  return environment().loops().next();
}

net::any_io_executor blocking_test_executor() {
  return environment().loops().blocking();
}

}  // namespace dalia::test
