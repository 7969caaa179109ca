// Point selects, inserts and upserts of one row.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "bare_postgres.hpp"
#include "dalia_statements.hpp"
#include "postgres_cases.hpp"
#include "sample_input.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {
namespace {

constexpr const char* bare_select_sql = "SELECT id, name, score, created, active, payload FROM sample WHERE id = $1";
constexpr const char* bare_insert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES ($1, $2, $3, $4, $5, $6)";
constexpr const char* bare_upsert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, score = excluded.score, created = excluded.created, "
    "active = excluded.active, payload = excluded.payload";

class BareServerTable : public Workload {
 public:
  explicit BareServerTable(std::size_t rows) : rows_(rows), scratch_(rows), connection_(scratch_.url()) {
    connection_.prepare("select", bare_select_sql);
    connection_.prepare("insert", bare_insert_sql);
    connection_.prepare("upsert", bare_upsert_sql);
    connection_.prepare("begin", "BEGIN");
    connection_.prepare("commit", "COMMIT");
  }

 protected:
  /// Walks over all ids, in no order a cache likes better than another.
  std::int64_t next_id() noexcept { return static_cast<std::int64_t>((step_ += 7919) % rows_) + 1; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  BareConnection& connection() noexcept { return connection_; }

 private:
  std::size_t rows_;
  std::size_t step_ = 0;
  ScratchSchema scratch_;
  BareConnection connection_;
};

class BareServerSelect final : public BareServerTable {
 public:
  using BareServerTable::BareServerTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      id_.set_number(0, next_id());
      const BareResult found = connection().execute("select", id_);
      read_sample(found.get(), 0, sample_);
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
  BareParameters id_{1};
  Sample sample_;
};

/// A select that finds nothing, in an open transaction: what is left is the cost of a call.
class BareServerEmptySelect final : public BareServerTable {
 public:
  using BareServerTable::BareServerTable;

  void run(std::size_t operations) override {
    connection().run("BEGIN READ ONLY");
    for (std::size_t i = 0; i < operations; ++i) {
      id_.set_number(0, -next_id());
      const BareResult found = connection().execute("select", id_);
      benchmark::DoNotOptimize(PQntuples(found.get()));
    }
    connection().run("COMMIT");
  }

 private:
  BareParameters id_{1};
};

class BareServerInsert : public BareServerTable {
 public:
  explicit BareServerInsert(std::size_t rows) : BareServerTable(rows) { input_.skip_to(rows); }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      bind_sample(row_, 0, input_.next_new(), payload_);
      const BareResult result = connection().execute("insert", row_, PGRES_COMMAND_OK);
      benchmark::DoNotOptimize(result.get());
    }
  }

 private:
  BareParameters row_{6};
  std::string payload_;
  Input input_;
};

class BareServerInsertsInTransaction final : public BareServerInsert {
 public:
  using BareServerInsert::BareServerInsert;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      connection().run("BEGIN");
      BareServerInsert::run(input_rows);
      connection().run("COMMIT");
    }
  }
};

/// Without a round trip for each: everything is sent, with one synchronisation, and then all results are taken.
class BarePipelinedInserts final : public BareServerTable {
 public:
  explicit BarePipelinedInserts(std::size_t rows) : BareServerTable(rows) { input_.skip_to(rows); }

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      run_pipeline();
    }
  }

 private:
  void run_pipeline() {
    connection().check(PQenterPipelineMode(connection().get()));
    connection().send("begin", none_);
    for (std::size_t i = 0; i < input_rows; ++i) {
      bind_sample(row_, 0, input_.next_new(), payload_);
      connection().send("insert", row_);
    }
    connection().send("commit", none_);
    connection().check(PQpipelineSync(connection().get()));
    for (std::size_t i = 0; i < input_rows + 2; ++i) {
      while (connection().next(PGRES_COMMAND_OK) != nullptr) {
      }
    }
    const BareResult end = connection().next(PGRES_PIPELINE_SYNC);
    connection().check(PQexitPipelineMode(connection().get()));
  }

  BareParameters none_{0};
  BareParameters row_{6};
  std::string payload_;
  Input input_;
};

class BareServerUpsert final : public BareServerTable {
 public:
  using BareServerTable::BareServerTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      bind_sample(row_, 0, input_.next_changed(), payload_);
      const BareResult result = connection().execute("upsert", row_, PGRES_COMMAND_OK);
      benchmark::DoNotOptimize(result.get());
    }
  }

 private:
  BareParameters row_{6};
  std::string payload_;
  Input input_;
};

}  // namespace

std::vector<Case> postgres_statement_cases() {
  const MakeScratch server = make_postgres_scratch;
  return {
      {"select", "select", 1000, 2000, make<BareServerSelect>(), dalia_select(server), {1.03, 1.02}},
      {"select_nothing", "select", 1000, 2000, make<BareServerEmptySelect>(), dalia_select_nothing(server), {}},
      {"insert", "insert", 200, 2000, make<BareServerInsert>(), dalia_insert(server), {1.05, {}}},
      {"upsert", "upsert", 200, 2000, make<BareServerUpsert>(), dalia_upsert(server), {1.05, {}}},
      {"insert_1000_in_transaction",
       "insert",
       input_rows,
       5000,
       make<BareServerInsertsInTransaction>(),
       dalia_insert_1000_in_transaction(server),
       {}},
      {"insert_1000_at_once",
       "insert",
       input_rows,
       5000,
       make<BarePipelinedInserts>(),
       dalia_insert_1000_at_once(server),
       {1.05, 1.05}},
  };
}

}  // namespace dalia::benchmarks
