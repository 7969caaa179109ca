#include "runner.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
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

struct Spent {
  Nanoseconds time;
  Nanoseconds cpu;
};

Spent run_timed(Workload& workload, std::size_t operations) {
  workload.reset();
  const std::chrono::nanoseconds cpu_before = workload.cpu_time();
  const Clock::time_point began = Clock::now();
  workload.run(operations);
  const Nanoseconds time = Clock::now() - began;
  return Spent{time, workload.cpu_time() - cpu_before};
}

/// Nanoseconds an operation, of every round.
class Rounds {
 public:
  void add(Nanoseconds all, std::size_t operations) { all_.push_back(all.count() / static_cast<double>(operations)); }
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
    run_timed(*workload_, batch);
    while (run_timed(*workload_, operations_).time < shortest_round) {
      operations_ *= 2;
    }
  }
  void run_round() {
    const Spent spent = run_timed(*workload_, operations_);
    time_.add(spent.time, operations_);
    cpu_.add(spent.cpu, operations_);
  }
  [[nodiscard]] const Rounds& time() const noexcept { return time_; }
  [[nodiscard]] const Rounds& cpu() const noexcept { return cpu_; }

 private:
  std::unique_ptr<Workload> workload_;
  std::size_t operations_;
  Rounds time_;
  Rounds cpu_;
};

std::string verdict(double measured, const std::optional<double>& budget) {
  return budget ? fmt::format("{:>7.2f} {:>4}", *budget, measured <= *budget ? "yes" : "NO") : "      -    -";
}

void print_line(const std::string& name, const std::string& unit, const Rounds& dalia, const Rounds* bare,
                const std::optional<double>& budget) {
  if (bare == nullptr) {
    fmt::print("{:<30} {:<9} {:>10} {:>10.0f} {:>7} {:>7} {:>10}\n", name, unit, "", dalia.best(), "", "",
               verdict(dalia.best(), budget));
    return;
  }
  const double ratio = dalia.best() / bare->best();
  fmt::print("{:<30} {:<9} {:>10.0f} {:>10.0f} {:>7.3f} {:>7.3f} {:>10}\n", name, unit, bare->best(), dalia.best(),
             ratio, dalia.median() / bare->median(), verdict(ratio, budget));
}

void report_case(const Case& measured, std::size_t rounds) {
  Side dalia(measured.dalia, measured.batch);
  std::optional<Side> bare;
  if (measured.bare) {
    bare.emplace(measured.bare, measured.batch);
  }
  std::vector<Side*> turns = {&dalia};
  if (bare) {
    turns.insert(turns.begin(), &*bare);
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    for (Side* side : turns) {
      side->run_round();
    }
    std::reverse(turns.begin(), turns.end());  // so that neither always follows the other's write-backs
  }
  print_line(measured.name, measured.unit, dalia.time(), bare ? &bare->time() : nullptr, measured.budget.time);
  if (measured.clocks == Clocks::TimeAndCpu) {
    print_line("", "  its CPU", dalia.cpu(), bare ? &bare->cpu() : nullptr, measured.budget.cpu);
  }
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
    if (listed.counted == 0) {
      continue;
    }
    fmt::print("{}\t{}\t{}\t{}\n", listed.name, listed.counted,
               listed.budget.instructions ? fmt::format("{:.2f}", *listed.budget.instructions) : "-",
               listed.bare ? "both" : "dalia");
  }
  return 0;
}

int run_one(const Arguments& arguments, const std::vector<Case>& cases) {
  const Case& found = case_named(cases, arguments.text("--case", ""));
  const std::string side = arguments.text("--side", "dalia");
  const MakeWorkload& make = side == "bare" ? found.bare : found.dalia;
  if (!make || (side != "bare" && side != "dalia")) {
    throw std::invalid_argument(fmt::format("'{}' has no side '{}'", found.name, side));
  }
  make(table_rows_counted)->run(arguments.number("--operations", found.counted));
  return 0;
}

/// The workload of the benchmark that runs: others, with their connections, are gone.
class CurrentWorkload {
 public:
  Workload& made_by(const MakeWorkload& make) {
    if (made_by_ != &make) {
      workload_ = make(table_rows_timed);
      made_by_ = &make;
    }
    return *workload_;
  }

 private:
  const MakeWorkload* made_by_ = nullptr;
  std::unique_ptr<Workload> workload_;
};

void register_side(const Case& measured, const char* side, const MakeWorkload& make,
                   const std::shared_ptr<CurrentWorkload>& current) {
  const auto run = [&measured, &make, current](benchmark::State& state) {
    Workload& workload = current->made_by(make);
    for (auto _ : state) {
      state.PauseTiming();
      workload.reset();
      state.ResumeTiming();
      workload.run(measured.batch);
    }
    const double operations = static_cast<double>(state.iterations()) * static_cast<double>(measured.batch);
    state.counters["s/" + measured.unit] =
        benchmark::Counter(operations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  };
  benchmark::internal::Benchmark* registered =
      benchmark::RegisterBenchmark((measured.name + "/" + side).c_str(), run)->UseRealTime();
  if (measured.clocks == Clocks::TimeAndCpu) {
    registered->MeasureProcessCPUTime();
  }
}

int run_google_benchmark(int argc, char** argv, const std::vector<Case>& cases) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  const auto current = std::make_shared<CurrentWorkload>();
  for (const Case& measured : cases) {
    if (measured.bare) {
      register_side(measured, "bare", measured.bare, current);
    }
    register_side(measured, "dalia", measured.dalia, current);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::ClearRegisteredBenchmarks();
  return 0;
}

}  // namespace

Workload::~Workload() = default;

std::chrono::nanoseconds Workload::cpu_time() const {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

const Case& case_named(const std::vector<Case>& cases, const std::string& name) {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case& each) { return each.name == name; });
  if (found == cases.end()) {
    throw std::invalid_argument(fmt::format("there is no case '{}'; see --list", name));
  }
  return *found;
}

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
