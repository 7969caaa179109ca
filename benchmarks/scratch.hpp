/// A database of the benchmark's own, on whatever engine, removed at the end.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

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

/// One for all cases that leave it as it is, made when the first of them asks, with as many rows as that wants.
/// @param make  rows -> std::unique_ptr of a Scratch.
template <class Make>
auto common_scratch(Make make) {
  using Owner = std::invoke_result_t<Make, std::size_t>;
  return [make, kept = std::make_shared<Owner>()](std::size_t rows) -> const typename Owner::element_type& {
    if (*kept == nullptr) {
      *kept = make(rows);
    }
    return **kept;
  };
}

/// What common_scratch() returns.
using FindScratch = std::function<const Scratch&(std::size_t rows)>;

/// A workload that is the same on every engine.
template <class T>
MakeWorkload make_on(MakeScratch make_scratch) {
  return [make_scratch](std::size_t table_rows) { return std::make_unique<T>(make_scratch, table_rows); };
}

}  // namespace dalia::benchmarks
