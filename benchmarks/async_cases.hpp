/// The cases of asynchronous connections that every server has. docs/performance.md says what each does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bare_coroutines.hpp"
#include "bare_multiplexed.hpp"
#include "bare_saves.hpp"
#include "dalia_async.hpp"
#include "dalia_saves.hpp"
#include "peer_script.hpp"

namespace dalia::benchmarks {

inline constexpr Concurrency loads[] = {{1, 1}, {4, 4}, {16, 16}, {64, 4}, {64, 16}};

/// A peer in another language. Without an interpreter that has it there are no cases of it.
/// @tparam Scratch  that it connects to.
template <class Scratch>
struct Peer {
  std::string name;
  const char* interpreter = "";
  std::string script;
  std::vector<std::string> (*address)(const Scratch&) = nullptr;
  Budget budget;
};

/// @tparam Link  the bare client: bare_multiplexed.hpp. @tparam Store  as for server_cases().
template <class Link, class Store>
std::vector<Case> async_cases(MakeScratch on, const Peer<typename Link::Scratch>& peer) {
  using Scratch = typename Link::Scratch;
  constexpr std::size_t selects = 1000;
  constexpr std::size_t counted = 2000;
  const auto table = common_scratch([](std::size_t rows) { return std::make_unique<Scratch>(rows); });
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, const Concurrency& load, std::size_t operations, MakeWorkload bare,
                       const Budget& budget) {
    cases.push_back(Case{name, "select", selects, operations, std::move(bare), dalia_async_select(table, load), budget,
                         Clocks::TimeAndCpu});
  };
  for (const Concurrency& load : loads) {
    add("select_" + name_of(load), load, counted, bare_multiplexed<Link>(table, load), {{}, 1.05, 1.10});
  }
  for (const Concurrency& load : {loads[0], loads[2]}) {
    const Budget budget = load.tasks == 1 ? Budget{{}, 1.00, {}} : Budget();
    add("select_" + name_of(load) + "_asio", load, counted, bare_coroutines<Link>(table, load.connections), {});
    add("select_" + name_of(load) + "_threads", load, counted, dalia_threads_select(table, load.tasks), budget);
  }
  if (*peer.interpreter != '\0') {
    for (const Concurrency& load : {loads[0], loads[2], loads[4]}) {
      const MakeWorkload make = [=](std::size_t rows) {
        return std::make_unique<PeerScript>(peer.interpreter, peer.script, peer.address(table(rows)), load, rows);
      };
      add("select_" + name_of(load) + "_" + peer.name, load, 0, make, peer.budget);
    }
  }
  constexpr Ids old = Ids::Existing;
  cases.push_back(Case{"save", "save", 200, 1000, make<BareSave<Store, old>>(), dalia_async_save(on, old), Budget(),
                       Clocks::TimeAndCpu});
  cases.push_back(Case{"save_sync",
                       "save",
                       200,
                       1000,
                       dalia_save(on, old),
                       dalia_async_save(on, old),
                       {{}, 1.10, {}},
                       Clocks::TimeAndCpu});
  return cases;
}

}  // namespace dalia::benchmarks
