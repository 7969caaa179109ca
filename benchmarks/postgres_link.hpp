/// The bare client's select by key on PostgreSQL, without waiting for its answer.
#pragma once

#include <cstdint>

#include "bare_postgres.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {

/// A Link of BareMultiplexed.
class PostgresLink {
 public:
  using Scratch = ScratchSchema;

  explicit PostgresLink(const ScratchSchema& scratch);

  [[nodiscard]] int descriptor() const noexcept { return PQsocket(connection_.get()); }
  [[nodiscard]] std::uint32_t start(std::int64_t id);
  [[nodiscard]] std::uint32_t go_on(std::uint32_t happened);
  void read(Sample& sample);

 private:
  [[nodiscard]] std::uint32_t flush();

  BareConnection connection_;
  BareParameters id_{1};
  BareResult found_;
};

}  // namespace dalia::benchmarks
