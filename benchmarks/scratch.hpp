/// A database of the benchmark's own, on whatever engine, removed at the end.
#pragma once

#include <cstddef>
#include <memory>

#include "dalia/dalia.hpp"
#include "runner.hpp"

namespace dalia::benchmarks {

/// It has the table of samples.
class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  virtual ~Scratch() = default;

  [[nodiscard]] virtual std::unique_ptr<ConnectionManager> open() const = 0;
  /// Leaves the table of samples empty.
  virtual void clear() = 0;
};

/// Called with the number of rows in the table of samples.
using MakeScratch = std::unique_ptr<Scratch> (*)(std::size_t rows);

/// A workload that is the same on every engine.
template <class T>
MakeWorkload make_on(MakeScratch make_scratch) {
  return [make_scratch](std::size_t table_rows) { return std::make_unique<T>(make_scratch, table_rows); };
}

}  // namespace dalia::benchmarks
