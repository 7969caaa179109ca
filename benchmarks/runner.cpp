#include "runner.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <regex>
#include <stdexcept>
#include <string_view>

namespace dalia::benchmarks {
namespace {

constexpr std::size_t table_rows_timed = 100'000;
constexpr std::size_t table_rows_counted = 10'000;  // under an instruction counter everything is 50 times slower
constexpr std::chrono::milliseconds shortest_round{40};

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

/// --name=value arguments.
class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string_view argument(argv[i]);
      const std::size_t equals = argument.find('=');
      values_[std::string(argument.substr(0, equals))] =
          equals == std::string_view::npos ? std::string() : std::string(argument.substr(equals + 1));
    }
  }
  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  [[nodiscard]] std::size_t number(const std::string& name, std::size_t otherwise) const {
    return has(name) ? std::stoull(text(name, "")) : otherwise;
  }

 private:
  std::map<std::string, std::string> values_;
};

Nanoseconds time_of(Workload& workload, std::size_t operations) {
  workload.reset();
  const Clock::time_point began = Clock::now();
  workload.run(operations);
  return Clock::now() - began;
}

/// Nanoseconds an operation, of every round.
class Rounds {
 public:
  void add(double nanoseconds) { all_.push_back(nanoseconds); }
  [[nodiscard]] double best() const { return *std::min_element(all_.begin(), all_.end()); }
  [[nodiscard]] double median() const {
    std::vector<double> sorted = all_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }

 private:
  std::vector<double> all_;
};

/// A side with the number of operations that last long enough to be timed.
class Side {
 public:
  Side(const MakeWorkload& make, std::size_t batch) : workload_(make(table_rows_timed)), operations_(batch) {
    time_of(*workload_, batch);
    while (time_of(*workload_, operations_) < shortest_round) {
      operations_ *= 2;
    }
  }
  void run_round() { rounds_.add(time_of(*workload_, operations_).count() / static_cast<double>(operations_)); }
  [[nodiscard]] const Rounds& rounds() const noexcept { return rounds_; }

 private:
  std::unique_ptr<Workload> workload_;
  std::size_t operations_;
  Rounds rounds_;
};

std::string verdict(double measured, const std::optional<double>& budget) {
  return budget ? fmt::format("{:>7.2f} {:>4}", *budget, measured <= *budget ? "yes" : "NO") : "      -    -";
}

void report_case(const Case& measured, std::size_t rounds) {
  Side dalia(measured.dalia, measured.batch);
  if (!measured.bare) {
    for (std::size_t round = 0; round < rounds; ++round) {
      dalia.run_round();
    }
    fmt::print("{:<30} {:<9} {:>10} {:>10.0f} {:>7} {:>7} {:>10}\n", measured.name, measured.unit, "",
               dalia.rounds().best(), "", "", verdict(dalia.rounds().best(), measured.budget.time));
    return;
  }
  Side bare(measured.bare, measured.batch);
  for (std::size_t round = 0; round < rounds; ++round) {
    // Who goes first changes, so that neither always follows the other's write-backs.
    for (Side* side : round % 2 == 0 ? std::array{&bare, &dalia} : std::array{&dalia, &bare}) {
      side->run_round();
    }
  }
  const double ratio = dalia.rounds().best() / bare.rounds().best();
  fmt::print("{:<30} {:<9} {:>10.0f} {:>10.0f} {:>7.3f} {:>7.3f} {:>10}\n", measured.name, measured.unit,
             bare.rounds().best(), dalia.rounds().best(), ratio, dalia.rounds().median() / bare.rounds().median(),
             verdict(ratio, measured.budget.time));
}

int report(const Arguments& arguments, const std::vector<Case>& cases) {
  const std::size_t rounds = std::max<std::size_t>(1, arguments.number("--rounds", 9));
  const std::regex filter(arguments.text("--filter", ""));
  fmt::print("ns an operation, best of {} interleaved rounds; ratio dalia/bare of the best and of the medians\n",
             rounds);
  fmt::print("{:<30} {:<9} {:>10} {:>10} {:>7} {:>7} {:>7} {:>4}\n", "case", "operation", "bare", "dalia", "best",
             "median", "budget", "ok");
  for (const Case& measured : cases) {
    if (std::regex_search(measured.name, filter)) {
      report_case(measured, rounds);
      std::fflush(stdout);
    }
  }
  return 0;
}

int list(const std::vector<Case>& cases) {
  for (const Case& listed : cases) {
    fmt::print("{}\t{}\t{}\t{}\n", listed.name, listed.counted,
               listed.budget.instructions ? fmt::format("{:.2f}", *listed.budget.instructions) : "-",
               listed.bare ? "both" : "dalia");
  }
  return 0;
}

int run_one(const Arguments& arguments, const std::vector<Case>& cases) {
  const std::string name = arguments.text("--case", "");
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case& each) { return each.name == name; });
  if (found == cases.end()) {
    throw std::invalid_argument(fmt::format("there is no case '{}'; see --list", name));
  }
  const std::string side = arguments.text("--side", "dalia");
  const MakeWorkload& make = side == "bare" ? found->bare : found->dalia;
  if (!make || (side != "bare" && side != "dalia")) {
    throw std::invalid_argument(fmt::format("'{}' has no side '{}'", name, side));
  }
  make(table_rows_counted)->run(arguments.number("--operations", found->counted));
  return 0;
}

void register_side(const Case& measured, const char* side, const MakeWorkload& make) {
  const auto run = [&measured, make, kept = std::shared_ptr<Workload>()](benchmark::State& state) mutable {
    if (!kept) {
      kept = make(table_rows_timed);
    }
    for (auto _ : state) {
      state.PauseTiming();
      kept->reset();
      state.ResumeTiming();
      kept->run(measured.batch);
    }
    const double operations = static_cast<double>(state.iterations()) * static_cast<double>(measured.batch);
    state.counters["s/" + measured.unit] =
        benchmark::Counter(operations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  };
  benchmark::RegisterBenchmark((measured.name + "/" + side).c_str(), run)->UseRealTime();
}

int run_google_benchmark(int argc, char** argv, const std::vector<Case>& cases) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  for (const Case& measured : cases) {
    if (measured.bare) {
      register_side(measured, "bare", measured.bare);
    }
    register_side(measured, "dalia", measured.dalia);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::ClearRegisteredBenchmarks();  // at the end of the process their connections would find no OpenSSL any more
  return 0;
}

}  // namespace

Workload::~Workload() = default;

int run_program(int argc, char** argv, const std::vector<Case>& cases) {
  const Arguments arguments(argc, argv);
  try {
    if (arguments.has("--list")) {
      return list(cases);
    }
    if (arguments.has("--case")) {
      return run_one(arguments, cases);
    }
    if (arguments.has("--report")) {
      return report(arguments, cases);
    }
    return run_google_benchmark(argc, argv, cases);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace dalia::benchmarks
