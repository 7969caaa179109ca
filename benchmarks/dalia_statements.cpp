#include "dalia_statements.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {
namespace {

constexpr const char* insert_sql =
    "INSERT INTO [sample] ([id], [name], [score], [created], [active], [payload]) VALUES (?, ?, ?, ?, ?, ?)";
/// Each engine's own.
std::string upsert_sql(const SqlGenerator& generator) {
  const std::vector<std::string> columns = {"id", "name", "score", "created", "active", "payload"};
  const std::vector<std::string> values(columns.size(), "?");
  return make_sql_entity_generator(generator)->get_upsert_sql("sample", "id", columns, values);
}

class DaliaTable : public Workload {
 public:
  DaliaTable(MakeScratch make_scratch, std::size_t rows)
      : ids_(rows),
        scratch_(make_scratch(rows)),
        manager_(scratch_->open()),
        connection_(manager_->sync_connection()) {}

 protected:
  std::int64_t next_id() noexcept { return ids_.next(); }
  SyncConnection& connection() noexcept { return *connection_; }

 private:
  IdWalk ids_;
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<ConnectionManager> manager_;
  SyncConnectionHandle connection_;
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

class DaliaSelectInTransaction final : public DaliaPointSelect {
 public:
  using DaliaPointSelect::DaliaPointSelect;

  void run(std::size_t operations) override {
    connection().transact([&](SyncConnection&) { DaliaPointSelect::run(operations); },
                          transaction_options().read_only());
  }
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

class DaliaInsert : public DaliaTable {
 public:
  DaliaInsert(MakeScratch make_scratch, std::size_t rows) : DaliaTable(make_scratch, rows) { input_.skip_to(rows); }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      connection().execute(insert_sql, params_of(input_.next_new()));
    }
  }

 private:
  Input input_;
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

class DaliaInsertsAtOnce final : public DaliaTable {
 public:
  DaliaInsertsAtOnce(MakeScratch make_scratch, std::size_t rows) : DaliaTable(make_scratch, rows) {
    input_.skip_to(rows);
  }

  void run(std::size_t operations) override {
    std::vector<Params> rows;
    for (std::size_t done = 0; done < operations; done += input_rows) {
      rows.clear();
      for (const Sample& sample : input_.next_new_batch()) {
        rows.push_back(params_of(sample));
      }
      connection().executemany(insert_sql, rows);
    }
  }

 private:
  Input input_;
};

class DaliaUpsert final : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      connection().execute(upsert_sql_, params_of(input_.next_changed()));
    }
  }

 private:
  std::string upsert_sql_ = upsert_sql(connection().sql_generator());
  Input input_;
};

class DaliaUpsertsAtOnce final : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    std::vector<Params> rows;
    for (std::size_t done = 0; done < operations; done += input_rows) {
      rows.clear();
      for (const Sample& sample : input_.next_changed_batch()) {
        rows.push_back(params_of(sample));
      }
      connection().executemany(upsert_sql_, rows);
    }
  }

 private:
  std::string upsert_sql_ = upsert_sql(connection().sql_generator());
  Input input_;
};

class DaliaUpsertsInPipeline final : public DaliaTable {
 public:
  using DaliaTable::DaliaTable;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      Pipeline statements;
      for (const Sample& sample : input_.next_changed_batch()) {
        statements.execute(upsert_sql_, params_of(sample));
      }
      benchmark::DoNotOptimize(connection().pipeline(statements));
    }
  }

 private:
  std::string upsert_sql_ = upsert_sql(connection().sql_generator());
  Input input_;
};

}  // namespace

MakeWorkload dalia_select(MakeScratch scratch) {
  return make_on<DaliaPointSelect>(scratch);
}

MakeWorkload dalia_select_in_transaction(MakeScratch scratch) {
  return make_on<DaliaSelectInTransaction>(scratch);
}

MakeWorkload dalia_select_nothing(MakeScratch scratch) {
  return make_on<DaliaEmptySelect>(scratch);
}

MakeWorkload dalia_insert(MakeScratch scratch) {
  return make_on<DaliaInsert>(scratch);
}

MakeWorkload dalia_insert_1000_in_transaction(MakeScratch scratch) {
  return make_on<DaliaInsertsInTransaction>(scratch);
}

MakeWorkload dalia_insert_1000_at_once(MakeScratch scratch) {
  return make_on<DaliaInsertsAtOnce>(scratch);
}

MakeWorkload dalia_upsert(MakeScratch scratch) {
  return make_on<DaliaUpsert>(scratch);
}

MakeWorkload dalia_upsert_1000_at_once(MakeScratch scratch) {
  return make_on<DaliaUpsertsAtOnce>(scratch);
}

MakeWorkload dalia_upsert_1000_in_pipeline(MakeScratch scratch) {
  return make_on<DaliaUpsertsInPipeline>(scratch);
}

}  // namespace dalia::benchmarks
