/// The cases of a benchmark program and the ways to run them: with Google Benchmark, as a report of ratios, or one side
/// of one case a given number of times for an instruction counter.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dalia::benchmarks {

/// One side of a case: its database, its statements, its input. Made before the clock starts.
class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload();

  /// What is measured.
  virtual void run(std::size_t operations) = 0;
  /// Between two measured runs, off the clock.
  virtual void reset() {}
  /// That the client has used so far; of this process unless it runs in another.
  [[nodiscard]] virtual std::chrono::nanoseconds cpu_time() const;
};

/// Called with the number of rows that the tables a case reads should hold.
using MakeWorkload = std::function<std::unique_ptr<Workload>(std::size_t table_rows)>;

template <class T>
MakeWorkload make() {
  return [](std::size_t table_rows) { return std::make_unique<T>(table_rows); };
}

/// The most dalia may take. A ratio to the bare client; or, for a case without one, an amount.
struct Budget {
  std::optional<double> instructions;
  std::optional<double> time;
  std::optional<double> cpu = {};
};

/// What a report shows of a case: the time that passes, and where several things run at once also the CPU time.
enum class Clocks { Time, TimeAndCpu };

struct Case {
  std::string name;
  std::string unit;            ///< what one operation is
  std::size_t batch = 1;       ///< operations of one measured run
  std::size_t counted = 1000;  ///< operations that suit an instruction counter; 0 where it would not see the client
  MakeWorkload bare;           ///< empty where there is nothing to compare with
  MakeWorkload dalia;
  Budget budget;
  Clocks clocks = Clocks::Time;
};

/// @throws std::invalid_argument where there is none.
[[nodiscard]] const Case& case_named(const std::vector<Case>& cases, const std::string& name);

/// --report [--rounds=N] [--filter=REGEX]      both sides in turns, ratios of the best rounds; with a second
///                                             line for the CPU time where a case has it
/// --list                                      name, counted, instruction budget or -, sides; tab separated
/// --case=NAME --side=bare|dalia --operations=N    nothing but that
/// anything else goes to Google Benchmark
int run_program(int argc, char** argv, const std::vector<Case>& cases);

}  // namespace dalia::benchmarks
