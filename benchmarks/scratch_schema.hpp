/// A schema of its own on a PostgreSQL server, removed at the end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "scratch.hpp"

namespace dalia::benchmarks {

/// On the server of DALIA_BENCHMARK_POSTGRES_URL, or else of DALIA_TEST_POSTGRES_URL.
class ScratchSchema final : public Scratch {
 public:
  /// With its table of samples.
  /// @throws std::runtime_error where neither variable is set, naming them.
  explicit ScratchSchema(std::size_t rows);
  ~ScratchSchema() override;

  /// For libpq and for dalia.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::unique_ptr<ConnectionManager> open() const override;
  void clear() override;

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

[[nodiscard]] std::unique_ptr<Scratch> make_postgres_scratch(std::size_t rows);

}  // namespace dalia::benchmarks
