/// The row of all SQLite cases: what an application holds in C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "dalia/dalia.hpp"

namespace dalia::benchmarks {

struct Sample {
  std::int64_t id = 0;
  std::string name;  ///< 22 bytes
  double score = 0;
  Instant created;
  bool active = false;
  std::string payload;  ///< the text of a JSON object, 61 bytes
};

using SampleTuple = std::tuple<std::int64_t, std::string, double, Instant, bool, std::string>;

inline constexpr const char* sample_table_sql =
    "CREATE TABLE sample (id INTEGER PRIMARY KEY, name TEXT NOT NULL, score REAL NOT NULL, "
    "created TEXT_INSTANT NOT NULL, active BOOLEAN NOT NULL, payload TEXT_JSON NOT NULL)";

/// Differs from row to row, the same in every run.
[[nodiscard]] Sample make_sample(std::int64_t id);
/// Ids first, first + 1, ...
[[nodiscard]] std::vector<Sample> make_samples(std::int64_t first, std::size_t count);
[[nodiscard]] SampleTuple tuple_of(const Sample& sample);
[[nodiscard]] Params params_of(const Sample& sample);

/// Decodes all columns, in the order of the table.
inline void read_sample(const Row& row, Sample& sample) {
  sample.id = row[0].get<std::int64_t>();
  sample.name = row[1].get<std::string_view>();
  sample.score = row[2].get<double>();
  sample.created = row[3].get<Instant>();
  sample.active = row[4].get<bool>();
  sample.payload = row[5].get<std::string_view>();
}

}  // namespace dalia::benchmarks
