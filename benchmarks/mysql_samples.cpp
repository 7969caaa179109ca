#include "mysql_samples.hpp"

#include <algorithm>

namespace dalia::benchmarks {
namespace {

constexpr const char* select_all_sql = "SELECT id, name, score, created, active, payload FROM sample";
constexpr const char* insert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* upsert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE name = VALUES(name), score = VALUES(score), created = VALUES(created), "
    "active = VALUES(active), payload = VALUES(payload)";

}  // namespace

MySqlSamples::MySqlSamples(const ScratchMySql& scratch)
    : connection_(scratch.config()),
      select_(connection_.prepare(select_by_id_sql)),
      all_(connection_.prepare(select_all_sql)),
      insert_(connection_.prepare(insert_sql)),
      insert_many_(connection_.prepare(insert_sql)),
      upsert_(connection_.prepare(upsert_sql)) {
  select_.bind_parameters({bind_numbers(&id_)});
  select_.bind_columns(cells_.bind());
  all_.bind_columns(cells_.bind());
  insert_.bind_parameters(row_.bind());
  insert_many_.set_rows(rows_in_a_statement);
  insert_many_.bind_parameters(rows_.bind());
  upsert_.bind_parameters(row_.bind());
}

bool MySqlSamples::select(std::int64_t id, Sample& sample) {
  id_ = id;
  select_.execute();
  select_.store();
  const bool is_found = select_.fetch();
  if (is_found) {
    cells_.get(sample);
  }
  select_.free_result();
  return is_found;
}

void MySqlSamples::insert(const Sample& sample) {
  row_.set(sample);
  insert_.execute();
}

void MySqlSamples::upsert(const Sample& sample) {
  row_.set(sample);
  upsert_.execute();
}

void MySqlSamples::load(const Sample* samples, std::size_t count) {
  begin();
  for (std::size_t done = 0; done < count; done += rows_in_a_statement) {
    const std::size_t rows = std::min(rows_in_a_statement, count - done);
    for (std::size_t row = 0; row < rows; ++row) {
      rows_.set(row, samples[done + row]);
    }
    insert_many_.set_rows(rows);
    insert_many_.execute();
  }
  commit();
}

std::vector<Sample> MySqlSamples::read_whole() {
  return all_.rows<Sample>([this](Sample& sample) { cells_.get(sample); });
}

}  // namespace dalia::benchmarks
