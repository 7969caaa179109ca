/// The bare client's side of the cases of many selects at once: one thread and one epoll for all links.
#pragma once

#include <benchmark/benchmark.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "concurrency.hpp"
#include "runner.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {

/// Descriptors stay registered; what is waited for is told to the kernel only when it changes.
class Epoll {
 public:
  explicit Epoll(std::size_t descriptors) : wanted_(descriptors), descriptor_(epoll_create1(EPOLL_CLOEXEC)) {
    check(descriptor_);
  }
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;
  ~Epoll() { ::close(descriptor_); }

  /// @param events  EPOLLIN, EPOLLOUT. @param index  comes back with what happens.
  void want(int descriptor, std::size_t index, std::uint32_t events) {
    if (wanted_[index] == events) {
      return;
    }
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    check(epoll_ctl(descriptor_, wanted_[index] == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event));
    wanted_[index] = events;
  }
  [[nodiscard]] std::span<const epoll_event> wait() {
    const int count = epoll_wait(descriptor_, events_.data(), static_cast<int>(events_.size()), -1);
    check(count);
    return std::span(events_).first(static_cast<std::size_t>(count));
  }

 private:
  static void check(int result) {
    if (result < 0) {
      throw std::system_error(errno, std::generic_category(), "epoll");
    }
  }

  std::vector<std::uint32_t> wanted_;
  std::array<epoll_event, 64> events_{};
  int descriptor_;
};

/// Tasks take the links in turns.
/// @tparam Link  a connection with its select prepared: Scratch; descriptor(); start(id) and go_on(events), which
/// return the events to wait for, or 0 where the answer is there; read(sample), which takes the answer.
template <class Link>
class BareMultiplexed final : public Workload {
 public:
  using Scratch = typename Link::Scratch;

  BareMultiplexed(const Scratch& scratch, std::size_t rows, const Concurrency& load)
      : ids_(rows), samples_(load.tasks), tasks_(load.connections), epoll_(load.connections) {
    for (std::size_t i = 0; i < load.connections; ++i) {
      links_.push_back(std::make_unique<Link>(scratch));
    }
    for (std::size_t task = 0; task < load.tasks; ++task) {
      waiting_.push_back(task);
    }
  }

  void run(std::size_t operations) override {
    left_ = operations;
    std::size_t running = 0;
    for (std::size_t link = 0; link < links_.size(); ++link) {
      running += start_next(link) ? 1 : 0;
    }
    while (running > 0) {
      for (const epoll_event& event : epoll_.wait()) {
        const auto link = static_cast<std::size_t>(event.data.u64);
        const std::uint32_t wanted = links_[link]->go_on(event.events);
        if (wanted != 0) {
          epoll_.want(links_[link]->descriptor(), link, wanted);
          continue;
        }
        finish(link);
        running -= start_next(link) ? 0 : 1;
      }
    }
  }

 private:
  /// Until a select has to wait. @return false where none is left.
  bool start_next(std::size_t link) {
    while (left_ > 0) {
      --left_;
      tasks_[link] = waiting_.front();
      waiting_.pop_front();
      const std::uint32_t wanted = links_[link]->start(ids_.next());
      if (wanted != 0) {
        epoll_.want(links_[link]->descriptor(), link, wanted);
        return true;
      }
      finish(link);
    }
    return false;
  }
  void finish(std::size_t link) {
    const std::size_t task = tasks_[link];
    links_[link]->read(samples_[task]);
    benchmark::DoNotOptimize(samples_[task]);
    waiting_.push_back(task);
  }

  IdWalk ids_;
  std::vector<Sample> samples_;      ///< of each task
  std::vector<std::size_t> tasks_;   ///< that have the links
  std::deque<std::size_t> waiting_;  ///< for a link
  std::vector<std::unique_ptr<Link>> links_;
  Epoll epoll_;
  std::size_t left_ = 0;
};

/// @param scratch  common_scratch() of what the links connect to.
template <class Link>
MakeWorkload bare_multiplexed(std::function<const typename Link::Scratch&(std::size_t)> scratch, Concurrency load) {
  return [scratch = std::move(scratch), load](std::size_t rows) {
    return std::make_unique<BareMultiplexed<Link>>(scratch(rows), rows, load);
  };
}

}  // namespace dalia::benchmarks
