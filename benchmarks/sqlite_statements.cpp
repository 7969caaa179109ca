// Point selects, inserts and upserts of one row.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "bare_sqlite.hpp"
#include "dalia_statements.hpp"
#include "sample_input.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

namespace dalia::benchmarks {
namespace {

constexpr const char* bare_select_sql = "SELECT id, name, score, created, active, payload FROM sample WHERE id = ?";
constexpr const char* bare_insert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* bare_upsert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, score = excluded.score, created = excluded.created, "
    "active = excluded.active, payload = excluded.payload";

class BareTable : public Workload {
 public:
  explicit BareTable(std::size_t rows)
      : rows_((fill_samples(scratch_.file(), rows), rows)), ids_(rows), database_(scratch_.file()) {}

 protected:
  std::int64_t next_id() noexcept { return ids_.next(); }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  BareDatabase& database() noexcept { return database_; }

 private:
  ScratchDatabase scratch_;
  std::size_t rows_;
  IdWalk ids_;
  BareDatabase database_;
};

class BarePointSelect : public BareTable {
 public:
  using BareTable::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      check(select_.get(), sqlite3_bind_int64(select_.get(), 1, next_id()));
      check(select_.get(), sqlite3_step(select_.get()), SQLITE_ROW);
      read_sample(select_.get(), sample_);
      sqlite3_reset(select_.get());
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
  BareStatement select_ = database().prepare(bare_select_sql);
  Sample sample_;
};

class BareSelectInTransaction final : public BarePointSelect {
 public:
  using BarePointSelect::BarePointSelect;

  void run(std::size_t operations) override {
    database().run("BEGIN");
    BarePointSelect::run(operations);
    database().run("COMMIT");
  }
};

/// What a program pays that prepares every time; dalia never does, so it stands on both sides of no comparison.
class BareUncachedSelect final : public BareTable {
 public:
  using BareTable::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const BareStatement select = database().prepare(bare_select_sql);
      check(select.get(), sqlite3_bind_int64(select.get(), 1, next_id()));
      check(select.get(), sqlite3_step(select.get()), SQLITE_ROW);
      read_sample(select.get(), sample_);
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
  Sample sample_;
};

/// A select that finds nothing, in an open transaction: what is left is the cost of a call.
class BareEmptySelect final : public BareTable {
 public:
  using BareTable::BareTable;

  void run(std::size_t operations) override {
    database().run("BEGIN");
    for (std::size_t i = 0; i < operations; ++i) {
      check(select_.get(), sqlite3_bind_int64(select_.get(), 1, -next_id()));
      check(select_.get(), sqlite3_step(select_.get()), SQLITE_DONE);
      sqlite3_reset(select_.get());
    }
    database().run("COMMIT");
  }

 private:
  BareStatement select_ = database().prepare(bare_select_sql);
};

class BareInsert : public BareTable {
 public:
  explicit BareInsert(std::size_t rows) : BareTable(rows) { input_.skip_to(rows); }

  void run(std::size_t operations) override {
    InstantText created;
    for (std::size_t i = 0; i < operations; ++i) {
      bind_sample(insert_.get(), 1, input_.next_new(), created);
      run_to_end(insert_.get());
    }
  }

 private:
  BareStatement insert_ = database().prepare(bare_insert_sql);
  Input input_;
};

class BareInsertsInTransaction final : public BareInsert {
 public:
  using BareInsert::BareInsert;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      run_to_end(begin_.get());
      BareInsert::run(input_rows);
      run_to_end(commit_.get());
    }
  }

 private:
  BareStatement begin_ = database().prepare("BEGIN IMMEDIATE");
  BareStatement commit_ = database().prepare("COMMIT");
};

class BareUpsert final : public BareTable {
 public:
  using BareTable::BareTable;

  void run(std::size_t operations) override {
    InstantText created;
    for (std::size_t i = 0; i < operations; ++i) {
      bind_sample(upsert_.get(), 1, input_.next_changed(), created);
      run_to_end(upsert_.get());
    }
  }

 private:
  BareStatement upsert_ = database().prepare(bare_upsert_sql);
  Input input_;
};

}  // namespace

std::vector<Case> statement_cases() {
  return {
      {"select", "select", 1000, 2000, make<BarePointSelect>(), dalia_select(make_sqlite_scratch), {1.03, 1.05}},
      {"select_in_transaction",
       "select",
       1000,
       2000,
       make<BareSelectInTransaction>(),
       dalia_select_in_transaction(make_sqlite_scratch),
       {1.03, 1.05}},
      {"select_prepared_each_time",
       "select",
       1000,
       1000,
       make<BareUncachedSelect>(),
       dalia_select(make_sqlite_scratch),
       {}},
      {"select_nothing", "select", 1000, 2000, make<BareEmptySelect>(), dalia_select_nothing(make_sqlite_scratch), {}},
      {"insert", "insert", 20, 1000, make<BareInsert>(), dalia_insert(make_sqlite_scratch), {1.03, {}}},
      {"insert_1000_in_transaction",
       "insert",
       input_rows,
       5000,
       make<BareInsertsInTransaction>(),
       dalia_insert_1000_in_transaction(make_sqlite_scratch),
       {1.03, 1.05}},
      {"upsert", "upsert", 20, 1000, make<BareUpsert>(), dalia_upsert(make_sqlite_scratch), {1.03, {}}},
  };
}

}  // namespace dalia::benchmarks
