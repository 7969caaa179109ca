/// The bare client in coroutines of Asio without dalia: what is left of the difference to epoll is dalia's.
#pragma once

#include <benchmark/benchmark.h>
#include <sys/epoll.h>

#include <functional>
#include <memory>
#include <vector>

#include "coroutine_loop.hpp"
#include "runner.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {

/// A coroutine for each link.
/// @tparam Link  as for BareMultiplexed.
template <class Link>
class BareCoroutines final : public Workload {
 public:
  using Scratch = typename Link::Scratch;

  BareCoroutines(const Scratch& scratch, std::size_t rows, std::size_t links) : ids_(rows) {
    for (std::size_t i = 0; i < links; ++i) {
      links_.push_back(std::make_unique<Watched>(scratch, loop_.context()));
    }
  }

  void run(std::size_t operations) override {
    left_ = operations;
    for (const std::unique_ptr<Watched>& each : links_) {
      loop_.start(select_all(*each));
    }
    loop_.run();
  }

 private:
  struct Watched {
    Watched(const Scratch& scratch, net::io_context& context) : link(scratch), stream(context, link.descriptor()) {}
    ~Watched() { static_cast<void>(stream.release()); }

    Link link;
    net::posix::stream_descriptor stream;
  };

  net::awaitable<void> select_all(Watched& watched) {
    Sample sample;
    while (left_ > 0) {
      --left_;
      std::uint32_t wanted = watched.link.start(ids_.next());
      while (wanted != 0) {
        const bool writes = (wanted & EPOLLOUT) != 0;
        const auto what = writes ? net::posix::stream_descriptor::wait_write : net::posix::stream_descriptor::wait_read;
        co_await watched.stream.async_wait(what, net::use_awaitable);
        wanted = watched.link.go_on(writes ? EPOLLOUT : EPOLLIN);
      }
      watched.link.read(sample);
      benchmark::DoNotOptimize(sample);
    }
  }

  CoroutineLoop loop_;
  IdWalk ids_;
  std::vector<std::unique_ptr<Watched>> links_;
  std::size_t left_ = 0;
};

/// @param scratch  common_scratch() of what the links connect to.
template <class Link>
MakeWorkload bare_coroutines(std::function<const typename Link::Scratch&(std::size_t)> scratch, std::size_t links) {
  return [scratch = std::move(scratch), links](std::size_t rows) {
    return std::make_unique<BareCoroutines<Link>>(scratch(rows), rows, links);
  };
}

}  // namespace dalia::benchmarks
