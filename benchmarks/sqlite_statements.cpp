// Point selects, inserts and upserts of one row.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "bare_sqlite.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::size_t input_rows = 1000;

constexpr const char* bare_select_sql = "SELECT id, name, score, created, active, payload FROM sample WHERE id = ?";
constexpr const char* select_sql =
    "SELECT [id], [name], [score], [created], [active], [payload] FROM [sample] WHERE [id] = ?";
constexpr const char* bare_insert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* insert_sql =
    "INSERT INTO [sample] ([id], [name], [score], [created], [active], [payload]) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* bare_upsert_sql =
    "INSERT INTO sample (id, name, score, created, active, payload) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, score = excluded.score, created = excluded.created, "
    "active = excluded.active, payload = excluded.payload";
constexpr const char* upsert_sql =
    "INSERT INTO [sample] ([id], [name], [score], [created], [active], [payload]) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT ([id]) DO UPDATE SET [name] = excluded.[name], [score] = excluded.[score], "
    "[created] = excluded.[created], [active] = excluded.[active], [payload] = excluded.[payload]";

class BareTable : public Workload {
 public:
  explicit BareTable(std::size_t rows)
      : rows_((fill_samples(scratch_.file(), rows), rows)), database_(scratch_.file()) {}

 protected:
  /// Walks over all ids, in no order a cache likes better than another.
  std::int64_t next_id() noexcept { return static_cast<std::int64_t>((step_ += 7919) % rows_) + 1; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  BareDatabase& database() noexcept { return database_; }

 private:
  ScratchDatabase scratch_;
  std::size_t rows_;
  std::size_t step_ = 0;
  BareDatabase database_;
};

class DaliaTable : public Workload {
 public:
  explicit DaliaTable(std::size_t rows)
      : rows_((fill_samples(scratch_.file(), rows), rows)),
        manager_(scratch_.open()),
        connection_(manager_->sync_connection()) {}

 protected:
  std::int64_t next_id() noexcept { return static_cast<std::int64_t>((step_ += 7919) % rows_) + 1; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  SyncConnection& connection() noexcept { return *connection_; }

 private:
  ScratchDatabase scratch_;
  std::size_t rows_;
  std::size_t step_ = 0;
  std::unique_ptr<ConnectionManager> manager_;
  SyncConnectionHandle connection_;
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

class DaliaPointSelect : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const ResultSet found = connection().execute(select_sql, params(next_id()));
      read_sample(found.front(), sample_);
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
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

class DaliaSelectInTransaction final : public DaliaPointSelect {
 public:
  using DaliaPointSelect::DaliaPointSelect;

  void run(std::size_t operations) override {
    connection().transact([&](SyncConnection&) { DaliaPointSelect::run(operations); },
                          transaction_options().read_only());
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

class DaliaEmptySelect final : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    connection().transact(
        [&](SyncConnection& transaction) {
          for (std::size_t i = 0; i < operations; ++i) {
            const ResultSet found = transaction.execute(select_sql, params(-next_id()));
            benchmark::DoNotOptimize(found.size());
          }
        },
        transaction_options().read_only());
  }
};

/// A row under a new id, or changed under one that exists, each time.
class Input {
 public:
  const Sample& next_new() {
    Sample& sample = samples_[place_++ % samples_.size()];
    sample.id = ++last_id_;
    return sample;
  }
  const Sample& next_changed() {
    Sample& sample = samples_[place_++ % samples_.size()];
    sample.score += 1;
    return sample;
  }
  void skip_to(std::size_t last_id) noexcept { last_id_ = static_cast<std::int64_t>(last_id); }

 private:
  std::vector<Sample> samples_ = make_samples(1, input_rows);
  std::size_t place_ = 0;
  std::int64_t last_id_ = 0;
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

class DaliaInsert : public DaliaTable {
 public:
  explicit DaliaInsert(std::size_t rows) : DaliaTable(rows) { input_.skip_to(rows); }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      connection().execute(insert_sql, params_of(input_.next_new()));
    }
  }

 private:
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

class DaliaInsertsInTransaction final : public DaliaInsert {
 public:
  using DaliaInsert::DaliaInsert;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      connection().transact([&](SyncConnection&) { DaliaInsert::run(input_rows); });
    }
  }
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

class DaliaUpsert final : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      connection().execute(upsert_sql, params_of(input_.next_changed()));
    }
  }

 private:
  Input input_;
};

}  // namespace

std::vector<Case> statement_cases() {
  return {
      {"select", "select", 1000, 2000, make<BarePointSelect>(), make<DaliaPointSelect>(), {1.03, 1.05}},
      {"select_in_transaction",
       "select",
       1000,
       2000,
       make<BareSelectInTransaction>(),
       make<DaliaSelectInTransaction>(),
       {1.03, 1.05}},
      {"select_prepared_each_time", "select", 1000, 1000, make<BareUncachedSelect>(), make<DaliaPointSelect>(), {}},
      {"select_nothing", "select", 1000, 2000, make<BareEmptySelect>(), make<DaliaEmptySelect>(), {}},
      {"insert", "insert", 20, 1000, make<BareInsert>(), make<DaliaInsert>(), {1.03, {}}},
      {"insert_1000_in_transaction",
       "insert",
       input_rows,
       5000,
       make<BareInsertsInTransaction>(),
       make<DaliaInsertsInTransaction>(),
       {1.03, 1.05}},
      {"upsert", "upsert", 20, 1000, make<BareUpsert>(), make<DaliaUpsert>(), {1.03, {}}},
  };
}

}  // namespace dalia::benchmarks
