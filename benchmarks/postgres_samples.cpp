#include "postgres_samples.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace dalia::benchmarks {
namespace {

constexpr const char* select_all_sql = "SELECT id, name, score, created, active, payload FROM sample";
constexpr const char* on_conflict_sql =
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, score = excluded.score, created = excluded.created, "
    "active = excluded.active, payload = excluded.payload";

std::string insert_sql(std::size_t rows, std::size_t columns) {
  std::string sql = "INSERT INTO sample (id, name, score, created, active, payload) VALUES ";
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t first = i * columns + 1;
    sql += fmt::format("{}(${}, ${}, ${}, ${}, ${}, ${})", i == 0 ? "" : ", ", first, first + 1, first + 2, first + 3,
                       first + 4, first + 5);
  }
  return sql;
}

}  // namespace

PostgresSamples::PostgresSamples(const ScratchSchema& scratch) : connection_(scratch.url()) {
  connection_.prepare("select", select_by_id_sql);
  connection_.prepare("all", select_all_sql);
  connection_.prepare("insert", insert_sql(1, columns));
  connection_.prepare("insert_many", insert_sql(rows_in_a_statement, columns));
  connection_.prepare("upsert", fmt::format("{} {}", insert_sql(1, columns), on_conflict_sql));
  connection_.prepare("begin", "BEGIN");
  connection_.prepare("commit", "COMMIT");
}

bool PostgresSamples::select(std::int64_t id, Sample& sample) {
  id_.set_number(0, id);
  const BareResult found = connection_.execute("select", id_);
  if (PQntuples(found.get()) == 0) {
    return false;
  }
  read_sample(found.get(), 0, sample);
  return true;
}

void PostgresSamples::execute(const char* name, const Sample& sample) {
  bind_sample(row_, 0, sample, payloads_[0]);
  const BareResult result = connection_.execute(name, row_, PGRES_COMMAND_OK);
  benchmark::DoNotOptimize(result.get());
}

void PostgresSamples::insert(const Sample& sample) {
  execute("insert", sample);
}

void PostgresSamples::upsert(const Sample& sample) {
  execute("upsert", sample);
}

void PostgresSamples::run_all(const char* name, const std::vector<Sample>& samples) {
  connection_.check(PQenterPipelineMode(connection_.get()));
  connection_.send("begin", none_);
  for (const Sample& sample : samples) {
    bind_sample(row_, 0, sample, payloads_[0]);
    connection_.send(name, row_);
  }
  connection_.send("commit", none_);
  connection_.check(PQpipelineSync(connection_.get()));
  for (std::size_t i = 0; i < samples.size() + 2; ++i) {
    while (connection_.next(PGRES_COMMAND_OK) != nullptr) {
    }
  }
  const BareResult end = connection_.next(PGRES_PIPELINE_SYNC);
  connection_.check(PQexitPipelineMode(connection_.get()));
}

void PostgresSamples::load(const Sample* samples, std::size_t count) {
  begin();
  std::size_t done = 0;
  for (; done + rows_in_a_statement <= count; done += rows_in_a_statement) {
    for (std::size_t row = 0; row < rows_in_a_statement; ++row) {
      bind_sample(rows_, row * columns, samples[done + row], payloads_[row]);
    }
    const BareResult result = connection_.execute("insert_many", rows_, PGRES_COMMAND_OK);
  }
  for (; done < count; ++done) {
    insert(samples[done]);
  }
  commit();
}

std::vector<Sample> PostgresSamples::read_whole() {
  const BareResult result = connection_.execute("all", none_);
  std::vector<Sample> samples(static_cast<std::size_t>(PQntuples(result.get())));
  for (std::size_t row = 0; row < samples.size(); ++row) {
    read_sample(result.get(), static_cast<int>(row), samples[row]);
  }
  return samples;
}

}  // namespace dalia::benchmarks
