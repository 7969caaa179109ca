/// The bare client over the table of samples on MariaDB.
#pragma once

#include <cstdint>
#include <vector>

#include "bare_mysql.hpp"
#include "scratch_mysql.hpp"

namespace dalia::benchmarks {

inline constexpr const char* select_by_id_sql =
    "SELECT id, name, score, created, active, payload FROM sample WHERE id = ?";

class MySqlSamples {
 public:
  using Scratch = ScratchMySql;

  explicit MySqlSamples(const ScratchMySql& scratch);
  // The statements know where its places are.
  MySqlSamples(const MySqlSamples&) = delete;
  MySqlSamples& operator=(const MySqlSamples&) = delete;

  void begin() { connection_.run("START TRANSACTION"); }
  void begin_read_only() { connection_.run("START TRANSACTION READ ONLY"); }
  void commit() { connection_.run("COMMIT"); }

  /// Whether there is one.
  bool select(std::int64_t id, Sample& sample);
  void insert(const Sample& sample);
  void upsert(const Sample& sample);
  void insert_all(const std::vector<Sample>& samples) { load(samples.data(), samples.size()); }
  /// By array binding.
  void load(const Sample* samples, std::size_t count);

  /// As the rows arrive. @param take  called for each row, with what reads it into a sample.
  template <class Take>
  void stream(Take take) {
    all_.execute();
    while (all_.fetch()) {
      take([&](Sample& sample) { cells_.get(sample); });
    }
    all_.free_result();
  }
  std::vector<Sample> read_whole();

 private:
  static constexpr std::size_t rows_in_a_statement = 1000;

  BareMySql connection_;
  std::int64_t id_ = 0;
  SamplePlaces row_;
  SamplePlaces cells_;
  SampleColumns rows_{rows_in_a_statement};
  BareMySqlStatement select_;
  BareMySqlStatement all_;
  BareMySqlStatement insert_;
  BareMySqlStatement insert_many_;
  BareMySqlStatement upsert_;
};

}  // namespace dalia::benchmarks
