/// A SQLite database file of its own, removed at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "scratch.hpp"

namespace dalia::benchmarks {

/// In DALIA_BENCHMARK_DIR, else in the system's folder for temporary files.
class ScratchDatabase final : public Scratch {
 public:
  ScratchDatabase();
  ~ScratchDatabase() override;

  [[nodiscard]] std::string file() const { return (folder_ / "benchmark.db").string(); }
  [[nodiscard]] std::unique_ptr<ConnectionManager> open() const override;
  void clear() override;

 private:
  std::filesystem::path folder_;
};

/// With its table of samples.
[[nodiscard]] std::unique_ptr<Scratch> make_sqlite_scratch(std::size_t rows);

}  // namespace dalia::benchmarks
