/// A database file of its own, removed at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "dalia/dalia.hpp"

namespace dalia::benchmarks {

/// In DALIA_BENCHMARK_DIR, else in the system's folder for temporary files.
class ScratchDatabase {
 public:
  ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  ~ScratchDatabase();

  [[nodiscard]] std::string file() const { return (folder_ / "benchmark.db").string(); }
  [[nodiscard]] std::unique_ptr<ConnectionManager> open() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace dalia::benchmarks
