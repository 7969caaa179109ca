#include "support/test_executors.hpp"

#include <atomic>
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

 private:
  net::io_context single_;
  net::executor_work_guard<net::io_context::executor_type> guard_;
  std::thread thread_;
  net::thread_pool pool_{3};
  std::atomic<unsigned> count_{0};
};

}  // namespace

net::any_io_executor next_test_executor() {
  static Loops loops;
  return loops.next();
}

net::any_io_executor blocking_test_executor() {
  static net::thread_pool threads(8);
  return threads.get_executor();
}

}  // namespace dalia::test
