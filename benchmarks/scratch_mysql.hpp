/// A database of its own on a MariaDB server, removed at the end.
#pragma once

#include <cstddef>
#include <memory>

#include "scratch.hpp"

namespace dalia::benchmarks {

/// On the server of DALIA_BENCHMARK_MYSQL_URL, or else of DALIA_TEST_MYSQL_URL, without TLS.
class ScratchMySql final : public Scratch {
 public:
  /// With its table of samples.
  /// @throws std::runtime_error where neither variable is set, naming them.
  explicit ScratchMySql(std::size_t rows);
  ~ScratchMySql() override;

  [[nodiscard]] const DatabaseConfig& config() const noexcept { return config_; }
  [[nodiscard]] std::unique_ptr<ConnectionManager> open() const override;
  void clear() override;

 private:
  DatabaseConfig server_;
  DatabaseConfig config_;
};

[[nodiscard]] std::unique_ptr<Scratch> make_mysql_scratch(std::size_t rows);

}  // namespace dalia::benchmarks
