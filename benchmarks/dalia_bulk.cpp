#include "dalia_bulk.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <iterator>

#include "sample.hpp"

namespace dalia::benchmarks {
namespace {

constexpr const char* insert_sql =
    "INSERT INTO [sample] ([id], [name], [score], [created], [active], [payload]) VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* select_all_sql = "SELECT [id], [name], [score], [created], [active], [payload] FROM [sample]";

/// An empty table to load.
class DaliaLoad : public Workload {
 public:
  explicit DaliaLoad(MakeScratch make_scratch)
      : scratch_(make_scratch(0)), manager_(scratch_->open()), connection_(manager_->sync_connection()) {}

  void reset() override { scratch_->clear(); }

 protected:
  SyncConnection& connection() noexcept { return *connection_; }

 private:
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<ConnectionManager> manager_;
  SyncConnectionHandle connection_;
};

class DaliaLoadTuples final : public DaliaLoad {
 public:
  DaliaLoadTuples(MakeScratch make_scratch, std::size_t rows) : DaliaLoad(make_scratch) {
    const std::vector<Sample> samples = make_samples(1, std::max(rows, bulk_rows));
    std::transform(samples.begin(), samples.end(), std::back_inserter(rows_), tuple_of);
  }

  void run(std::size_t operations) override {
    connection().executemany(insert_sql, std::span<const SampleTuple>(rows_).first(operations));
  }

 private:
  std::vector<SampleTuple> rows_;
};

class DaliaLoadParams final : public DaliaLoad {
 public:
  DaliaLoadParams(MakeScratch make_scratch, std::size_t rows) : DaliaLoad(make_scratch) {
    const std::vector<Sample> samples = make_samples(1, std::max(rows, bulk_rows));
    std::transform(samples.begin(), samples.end(), std::back_inserter(rows_), params_of);
  }

  void run(std::size_t operations) override {
    connection().executemany(insert_sql, std::span<const Params>(rows_).first(operations));
  }

 private:
  std::vector<Params> rows_;
};

/// A full table; one measured run reads it as often as makes up the operations.
class DaliaRead : public Workload {
 public:
  DaliaRead(MakeScratch make_scratch, std::size_t rows)
      : rows_(rows),
        scratch_(make_scratch(rows)),
        manager_(scratch_->open()),
        connection_(manager_->sync_connection()) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += rows_) {
      read_all();
    }
  }

 protected:
  virtual void read_all() = 0;
  SyncConnection& connection() noexcept { return *connection_; }

 private:
  std::size_t rows_;
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<ConnectionManager> manager_;
  SyncConnectionHandle connection_;
};

class DaliaReadOneByOne final : public DaliaRead {
 public:
  using DaliaRead::DaliaRead;

 private:
  void read_all() override {
    Sample sample;
    for (const Row& row : connection().stream_query(select_all_sql)) {
      read_sample(row, sample);
      benchmark::DoNotOptimize(sample);
    }
  }
};

class DaliaReadVector final : public DaliaRead {
 public:
  using DaliaRead::DaliaRead;

 private:
  void read_all() override {
    std::vector<Sample> samples;
    for (const Row& row : connection().stream_query(select_all_sql)) {
      read_sample(row, samples.emplace_back());
    }
    benchmark::DoNotOptimize(samples.data());
  }
};

/// The whole result in memory first, then the vector.
class DaliaReadResultSet final : public DaliaRead {
 public:
  using DaliaRead::DaliaRead;

 private:
  void read_all() override {
    const ResultSet rows = connection().execute(select_all_sql);
    std::vector<Sample> samples;
    samples.reserve(rows.size());
    for (const Row row : rows) {
      read_sample(row, samples.emplace_back());
    }
    benchmark::DoNotOptimize(samples.data());
  }
};

}  // namespace

MakeWorkload dalia_load_tuples(MakeScratch scratch) {
  return make_on<DaliaLoadTuples>(scratch);
}

MakeWorkload dalia_load_params(MakeScratch scratch) {
  return make_on<DaliaLoadParams>(scratch);
}

MakeWorkload dalia_read_one_by_one(MakeScratch scratch) {
  return make_on<DaliaReadOneByOne>(scratch);
}

MakeWorkload dalia_read_into_vector(MakeScratch scratch) {
  return make_on<DaliaReadVector>(scratch);
}

MakeWorkload dalia_read_result_set(MakeScratch scratch) {
  return make_on<DaliaReadResultSet>(scratch);
}

}  // namespace dalia::benchmarks
