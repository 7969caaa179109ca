/// How many operations are on their way at once.
#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace dalia::benchmarks {

/// Tasks that share connections; each task runs one operation after the other. No more connections than tasks.
struct Concurrency {
  std::size_t tasks = 1;
  std::size_t connections = 1;
};

[[nodiscard]] inline std::string name_of(const Concurrency& load) {
  return fmt::format("{}_over_{}", load.tasks, load.connections);
}

}  // namespace dalia::benchmarks
