// 100,000 rows in and out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "bare_sqlite.hpp"
#include "dalia_bulk.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::size_t rows_in_a_statement = 50;

constexpr const char* bare_select_all_sql = "SELECT id, name, score, created, active, payload FROM sample";

std::string multi_row_insert_sql(std::size_t rows) {
  std::string sql = "INSERT INTO sample (id, name, score, created, active, payload) VALUES ";
  for (std::size_t i = 0; i < rows; ++i) {
    sql += i == 0 ? "(?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?)";
  }
  return sql;
}

class BareLoad final : public Workload {
 public:
  explicit BareLoad(std::size_t rows) : samples_(make_samples(1, std::max(rows, bulk_rows))) {}

  void reset() override { scratch_.clear(); }

  void run(std::size_t operations) override {
    database_.run("BEGIN IMMEDIATE");
    std::size_t done = 0;
    for (; done + rows_in_a_statement <= operations; done += rows_in_a_statement) {
      for (std::size_t row = 0; row < rows_in_a_statement; ++row) {
        bind_sample(many_.get(), static_cast<int>(row * 6 + 1), samples_[done + row], created_[row]);
      }
      run_to_end(many_.get());
    }
    for (; done < operations; ++done) {
      bind_sample(single_.get(), 1, samples_[done], created_[0]);
      run_to_end(single_.get());
    }
    database_.run("COMMIT");
  }

 private:
  static const ScratchDatabase& with_empty_table(const ScratchDatabase& scratch) {
    fill_samples(scratch.file(), 0);
    return scratch;
  }

  std::vector<Sample> samples_;
  ScratchDatabase scratch_;
  std::array<InstantText, rows_in_a_statement> created_;
  BareDatabase database_{with_empty_table(scratch_).file()};
  BareStatement many_ = database_.prepare(multi_row_insert_sql(rows_in_a_statement));
  BareStatement single_ = database_.prepare(multi_row_insert_sql(1));
};

/// A full table; one measured run reads it as often as makes up the operations.
class BareRead : public Workload {
 public:
  explicit BareRead(std::size_t rows)
      : rows_((fill_samples(scratch_.file(), rows), rows)), database_(scratch_.file()) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += rows_) {
      read_all();
    }
  }

 protected:
  virtual void read_all() = 0;
  /// @param take  called with the statement on each row.
  template <class Take>
  void for_each_row(Take take) {
    int stepped = sqlite3_step(select_.get());
    for (; stepped == SQLITE_ROW; stepped = sqlite3_step(select_.get())) {
      take(select_.get());
    }
    sqlite3_reset(select_.get());
    check(select_.get(), stepped, SQLITE_DONE);
  }

 private:
  ScratchDatabase scratch_;
  std::size_t rows_;
  BareDatabase database_;
  BareStatement select_ = database_.prepare(bare_select_all_sql);
};

class BareReadOneByOne final : public BareRead {
 public:
  using BareRead::BareRead;

 private:
  void read_all() override {
    Sample sample;
    for_each_row([&](sqlite3_stmt* row) {
      read_sample(row, sample);
      benchmark::DoNotOptimize(sample);
    });
  }
};

class BareReadVector final : public BareRead {
 public:
  using BareRead::BareRead;

 private:
  void read_all() override {
    std::vector<Sample> samples;
    for_each_row([&](sqlite3_stmt* row) { read_sample(row, samples.emplace_back()); });
    benchmark::DoNotOptimize(samples.data());
  }
};

}  // namespace

std::vector<Case> bulk_cases() {
  return {
      {"load_tuples", "row", bulk_rows, 10'000, make<BareLoad>(), dalia_load_tuples(make_sqlite_scratch), {1.05, 1.05}},
      {"load_params", "row", bulk_rows, 10'000, make<BareLoad>(), dalia_load_params(make_sqlite_scratch), {}},
      {"read_one_by_one",
       "row",
       bulk_rows,
       20'000,
       make<BareReadOneByOne>(),
       dalia_read_one_by_one(make_sqlite_scratch),
       {1.03, 1.05}},
      {"read_into_vector",
       "row",
       bulk_rows,
       20'000,
       make<BareReadVector>(),
       dalia_read_into_vector(make_sqlite_scratch),
       {1.05, 1.05}},
      {"read_result_set",
       "row",
       bulk_rows,
       20'000,
       make<BareReadVector>(),
       dalia_read_result_set(make_sqlite_scratch),
       {}},
  };
}

}  // namespace dalia::benchmarks
