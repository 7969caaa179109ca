// 100,000 rows in and out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "bare_postgres.hpp"
#include "dalia_bulk.hpp"
#include "postgres_cases.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::size_t rows_in_a_statement = 64;  // as dalia
constexpr std::size_t columns = 6;

constexpr const char* bare_select_all_sql = "SELECT id, name, score, created, active, payload FROM sample";

std::string multi_row_insert_sql(std::size_t rows) {
  std::string sql = "INSERT INTO sample (id, name, score, created, active, payload) VALUES ";
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t first = i * columns + 1;
    sql += fmt::format("{}(${}, ${}, ${}, ${}, ${}, ${})", i == 0 ? "" : ", ", first, first + 1, first + 2, first + 3,
                       first + 4, first + 5);
  }
  return sql;
}

class BareServerLoad : public Workload {
 public:
  explicit BareServerLoad(std::size_t rows) : samples_(make_samples(1, std::max(rows, bulk_rows))) {}

  void reset() override { scratch_.clear(); }

 protected:
  [[nodiscard]] const std::vector<Sample>& samples() const noexcept { return samples_; }
  BareConnection& connection() noexcept { return connection_; }

 private:
  std::vector<Sample> samples_;
  ScratchSchema scratch_{0};
  BareConnection connection_{scratch_.url()};
};

class BareServerLoadValues final : public BareServerLoad {
 public:
  explicit BareServerLoadValues(std::size_t rows) : BareServerLoad(rows) {
    connection().prepare("many", multi_row_insert_sql(rows_in_a_statement));
    connection().prepare("single", multi_row_insert_sql(1));
  }

  void run(std::size_t operations) override {
    connection().run("BEGIN");
    std::size_t done = 0;
    for (; done + rows_in_a_statement <= operations; done += rows_in_a_statement) {
      for (std::size_t row = 0; row < rows_in_a_statement; ++row) {
        bind_sample(many_, row * columns, samples()[done + row], payloads_[row]);
      }
      const BareResult result = connection().execute("many", many_, PGRES_COMMAND_OK);
    }
    for (; done < operations; ++done) {
      bind_sample(single_, 0, samples()[done], payloads_[0]);
      const BareResult result = connection().execute("single", single_, PGRES_COMMAND_OK);
    }
    connection().run("COMMIT");
  }

 private:
  BareParameters many_{rows_in_a_statement * columns};
  BareParameters single_{columns};
  std::vector<std::string> payloads_{rows_in_a_statement};
};

class BareServerCopy final : public BareServerLoad {
 public:
  using BareServerLoad::BareServerLoad;

  void run(std::size_t operations) override { copy_samples(connection(), samples().data(), operations); }
};

/// A full table; one measured run reads it as often as makes up the operations.
class BareServerRead : public Workload {
 public:
  explicit BareServerRead(std::size_t rows) : rows_(rows), scratch_(rows), connection_(scratch_.url()) {
    connection_.prepare("all", bare_select_all_sql);
  }

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += rows_) {
      read_all();
    }
  }

 protected:
  virtual void read_all() = 0;
  [[nodiscard]] BareResult select_all() { return connection_.execute("all", none_); }
  /// In single-row mode. @param take  called with each row's result.
  template <class Take>
  void for_each_row(Take take) {
    connection_.send("all", none_);
    connection_.check(PQsetSingleRowMode(connection_.get()));
    while (const BareResult row = BareResult(PQgetResult(connection_.get()))) {
      if (PQresultStatus(row.get()) == PGRES_SINGLE_TUPLE) {
        take(row.get());
      } else {
        connection_.check(PQresultStatus(row.get()) == PGRES_TUPLES_OK ? 1 : 0);
      }
    }
  }

 private:
  std::size_t rows_;
  ScratchSchema scratch_;
  BareConnection connection_;
  BareParameters none_{0};
};

class BareServerReadOneByOne final : public BareServerRead {
 public:
  using BareServerRead::BareServerRead;

 private:
  void read_all() override {
    Sample sample;
    for_each_row([&](const PGresult* row) {
      read_sample(row, 0, sample);
      benchmark::DoNotOptimize(sample);
    });
  }
};

class BareServerReadVector final : public BareServerRead {
 public:
  using BareServerRead::BareServerRead;

 private:
  void read_all() override {
    std::vector<Sample> samples;
    for_each_row([&](const PGresult* row) { read_sample(row, 0, samples.emplace_back()); });
    benchmark::DoNotOptimize(samples.data());
  }
};

/// The whole result in memory first, then the vector.
class BareServerReadWhole final : public BareServerRead {
 public:
  using BareServerRead::BareServerRead;

 private:
  void read_all() override {
    const BareResult result = select_all();
    std::vector<Sample> samples(static_cast<std::size_t>(PQntuples(result.get())));
    for (std::size_t row = 0; row < samples.size(); ++row) {
      read_sample(result.get(), static_cast<int>(row), samples[row]);
    }
    benchmark::DoNotOptimize(samples.data());
  }
};

}  // namespace

std::vector<Case> postgres_bulk_cases() {
  const MakeScratch server = make_postgres_scratch;
  return {
      {"load_tuples", "row", bulk_rows, 10'000, make<BareServerLoadValues>(), dalia_load_tuples(server), {1.10, 1.05}},
      {"load_params", "row", bulk_rows, 10'000, make<BareServerLoadValues>(), dalia_load_params(server), {}},
      {"load_tuples_against_copy", "row", bulk_rows, 10'000, make<BareServerCopy>(), dalia_load_tuples(server), {}},
      {"read_one_by_one",
       "row",
       bulk_rows,
       20'000,
       make<BareServerReadOneByOne>(),
       dalia_read_one_by_one(server),
       {1.03, 1.05}},
      {"read_into_vector",
       "row",
       bulk_rows,
       20'000,
       make<BareServerReadVector>(),
       dalia_read_into_vector(server),
       {1.03, 1.05}},
      {"read_result_set",
       "row",
       bulk_rows,
       20'000,
       make<BareServerReadWhole>(),
       dalia_read_result_set(server),
       {1.03, 1.05}},
  };
}

}  // namespace dalia::benchmarks
