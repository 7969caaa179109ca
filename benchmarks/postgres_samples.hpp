/// The bare client over the table of samples on PostgreSQL.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bare_postgres.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {

inline constexpr const char* select_by_id_sql =
    "SELECT id, name, score, created, active, payload FROM sample WHERE id = $1";

class PostgresSamples {
 public:
  using Scratch = ScratchSchema;

  explicit PostgresSamples(const ScratchSchema& scratch);

  void begin() { connection_.run("BEGIN"); }
  void begin_read_only() { connection_.run("BEGIN READ ONLY"); }
  void commit() { connection_.run("COMMIT"); }

  /// Whether there is one.
  bool select(std::int64_t id, Sample& sample);
  void insert(const Sample& sample);
  void upsert(const Sample& sample);
  /// Without a round trip for each: everything is sent, with one synchronisation, and then all results are taken.
  void insert_all(const std::vector<Sample>& samples) { run_all("insert", samples); }
  void upsert_all(const std::vector<Sample>& samples) { run_all("upsert", samples); }
  /// By several rows in a VALUES, as dalia.
  void load(const Sample* samples, std::size_t count);
  void copy(const Sample* samples, std::size_t count) { copy_samples(connection_, samples, count); }

  /// In single-row mode. @param take  called for each row, with what reads it into a sample.
  template <class Take>
  void stream(Take take) {
    connection_.send("all", none_);
    connection_.check(PQsetSingleRowMode(connection_.get()));
    while (const BareResult row = BareResult(PQgetResult(connection_.get()))) {
      if (PQresultStatus(row.get()) == PGRES_SINGLE_TUPLE) {
        take([&](Sample& sample) { read_sample(row.get(), 0, sample); });
      } else {
        connection_.check(PQresultStatus(row.get()) == PGRES_TUPLES_OK ? 1 : 0);
      }
    }
  }
  std::vector<Sample> read_whole();

 private:
  static constexpr std::size_t columns = 6;
  static constexpr std::size_t rows_in_a_statement = 64;  // as dalia

  void execute(const char* name, const Sample& sample);
  void run_all(const char* name, const std::vector<Sample>& samples);

  BareConnection connection_;
  BareParameters none_{0};
  BareParameters id_{1};
  BareParameters row_{columns};
  BareParameters rows_{rows_in_a_statement * columns};
  std::vector<std::string> payloads_{rows_in_a_statement};
};

}  // namespace dalia::benchmarks
