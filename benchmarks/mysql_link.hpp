/// The bare client's select by key on MariaDB, without waiting for its answer: Connector/C's non-blocking calls.
#pragma once

#include <cstdint>

#include "bare_mysql.hpp"
#include "scratch_mysql.hpp"

namespace dalia::benchmarks {

/// A Link of BareMultiplexed.
class MySqlLink {
 public:
  using Scratch = ScratchMySql;

  explicit MySqlLink(const ScratchMySql& scratch);
  // The statement knows where its places are.
  MySqlLink(const MySqlLink&) = delete;
  MySqlLink& operator=(const MySqlLink&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return connection_.descriptor(); }
  [[nodiscard]] std::uint32_t start(std::int64_t id);
  [[nodiscard]] std::uint32_t go_on(std::uint32_t happened);
  void read(Sample& sample);

 private:
  enum class Step { Execute, Store };

  /// @param wanted  of the step, as the library says it: 0 where that is done.
  [[nodiscard]] std::uint32_t follow(int wanted);

  BareMySql connection_;
  std::int64_t id_ = 0;
  SamplePlaces cells_;
  BareMySqlStatement select_;
  Step step_ = Step::Execute;
};

}  // namespace dalia::benchmarks
