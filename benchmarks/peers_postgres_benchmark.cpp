/// dalia over PostgreSQL against SOCI and libpqxx: in every case the peer stands on the bare client's side.
///
/// The peers work as their manuals show: statements prepared once, text both ways, a save as a transaction of two
/// statements (upsert with RETURNING, insert into the history), which does less than dalia's: it compares no values and
/// looks for no closed history.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <cstdint>
#include <cstdio>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <vector>

#include "dalia_saves.hpp"
#include "dalia_statements.hpp"
#include "sample_input.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {
namespace {

constexpr const char* select_columns = "SELECT id, name, score, created, CAST(active AS int), payload FROM sample";

std::string instant_text(Instant instant) {
  return Value(instant).to_text();
}

/// 2023-11-14 22:13:21.234567+00, where a fraction has no zeros at its end.
Instant instant_from(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6) {
    throw std::runtime_error("peer: not an instant: " + text);
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::microseconds(static_cast<std::int64_t>(second * 1e6 + 0.5));
}

/// @param parameters  placeholders of id, name, score, created, active, payload, the time and the transaction.
std::string upsert_sql(const std::vector<std::string>& parameters) {
  return fmt::format(
      "INSERT INTO person AS t (id, name, score, created, active, payload, created_at, updated_at, _version, _epoch) "
      "VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6}, {6}, 1, 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
      "score = excluded.score, created = excluded.created, active = excluded.active, payload = excluded.payload, "
      "updated_at = GREATEST(excluded.updated_at, t.updated_at + interval '1 microsecond'), _version = t._version + 1, "
      "_epoch = 1 RETURNING created_at, updated_at, _version",
      parameters[0], parameters[1], parameters[2], parameters[3], parameters[4], parameters[5], parameters[6]);
}

/// @param parameters  placeholders of id, name, score, created, active, payload, created_at, updated_at, version,
/// operation, transaction.
std::string history_sql(const std::vector<std::string>& parameters) {
  return fmt::format(
      "INSERT INTO person_history (id, name, score, created, active, payload, created_at, updated_at, _version, "
      "_epoch, "
      "history_op, history_timestamp, history_tx) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, 1, {}, {}, {})",
      parameters[0], parameters[1], parameters[2], parameters[3], parameters[4], parameters[5], parameters[6],
      parameters[7], parameters[8], parameters[9], parameters[10], parameters[11]);
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> placeholders;
  for (std::size_t i = 1; i <= count; ++i) {
    placeholders.push_back(fmt::format("${}", i));
  }
  return placeholders;
}

class PeerTable : public Workload {
 public:
  explicit PeerTable(std::size_t rows) : rows_(rows), scratch_(rows) { input_.skip_to(rows); }

 protected:
  std::int64_t next_id() noexcept { return static_cast<std::int64_t>((step_ += 7919) % rows_) + 1; }
  Input& input() noexcept { return input_; }
  [[nodiscard]] const std::string& url() const noexcept { return scratch_.url(); }

 private:
  std::size_t rows_;
  std::size_t step_ = 0;
  ScratchSchema scratch_;
  Input input_;
};

class PqxxSelect final : public PeerTable {
 public:
  explicit PqxxSelect(std::size_t rows) : PeerTable(rows) {
    connection_.prepare("select", fmt::format("{} WHERE id = $1", select_columns));
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      pqxx::nontransaction alone(connection_);
      const pqxx::result found = alone.exec_prepared("select", next_id());
      const pqxx::row row = found[0];
      sample_.id = row[0].as<std::int64_t>();
      sample_.name = row[1].as<std::string>();
      sample_.score = row[2].as<double>();
      sample_.created = instant_from(row[3].c_str());
      sample_.active = row[4].as<int>() != 0;
      sample_.payload = row[5].as<std::string>();
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
  pqxx::connection connection_{url()};
  Sample sample_;
};

class SociSelect final : public PeerTable {
 public:
  using PeerTable::PeerTable;

  void run(std::size_t operations) override {
    Sample sample;
    std::string created;
    long long found_id = 0;
    long long wanted = 0;
    int active = 0;
    soci::statement select = (session_.prepare << fmt::format("{} WHERE id = :id", select_columns), soci::use(wanted),
                              soci::into(found_id), soci::into(sample.name), soci::into(sample.score),
                              soci::into(created), soci::into(active), soci::into(sample.payload));
    for (std::size_t i = 0; i < operations; ++i) {
      wanted = next_id();
      select.execute(true);
      sample.id = found_id;
      sample.created = instant_from(created);
      sample.active = active != 0;
      benchmark::DoNotOptimize(sample);
    }
  }

 private:
  soci::session session_{soci::postgresql, url()};
};

class PqxxInserts final : public PeerTable {
 public:
  explicit PqxxInserts(std::size_t rows) : PeerTable(rows) {
    connection_.prepare("insert", "INSERT INTO sample VALUES ($1, $2, $3, $4, $5, $6)");
  }

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      pqxx::work transaction(connection_);
      for (const Sample& sample : input().next_new_batch()) {
        transaction.exec_prepared("insert", sample.id, sample.name, sample.score, instant_text(sample.created),
                                  sample.active, sample.payload);
      }
      transaction.commit();
    }
  }

 private:
  pqxx::connection connection_{url()};
};

class SociInserts final : public PeerTable {
 public:
  using PeerTable::PeerTable;

  void run(std::size_t operations) override {
    Sample row;
    long long id = 0;
    std::string created;
    std::string active;
    soci::statement insert = (session_.prepare << "INSERT INTO sample VALUES (:id, :name, :score, :created, :active, "
                                                  ":payload)",
                              soci::use(id), soci::use(row.name), soci::use(row.score), soci::use(created),
                              soci::use(active), soci::use(row.payload));
    for (std::size_t done = 0; done < operations; done += input_rows) {
      soci::transaction transaction(session_);
      for (const Sample& sample : input().next_new_batch()) {
        row = sample;
        id = sample.id;
        created = instant_text(sample.created);
        active = sample.active ? "t" : "f";
        insert.execute(true);
      }
      transaction.commit();
    }
  }

 private:
  soci::session session_{soci::postgresql, url()};
};

const ScratchSchema& with_persons(const ScratchSchema& scratch) {
  add_persons(scratch, found_rows);
  return scratch;
}

class PeerSaves : public Workload {
 public:
  explicit PeerSaves(std::size_t /*rows*/) {}

 protected:
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] const std::string& url() const noexcept { return scratch_.url(); }

 private:
  ScratchSchema scratch_{0};
  const ScratchSchema& filled_ = with_persons(scratch_);
  Persons persons_{Ids::Existing};
};

class PqxxSave final : public PeerSaves {
 public:
  explicit PqxxSave(std::size_t rows) : PeerSaves(rows) {
    connection_.prepare("upsert", upsert_sql(numbered(7)));
    connection_.prepare("history", history_sql(numbered(12)));
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(save(persons().next()).version);
    }
  }

 private:
  Stored<Instant> save(const Person& person) {
    const Sample& fields = person.fields;
    const Instant at = now();
    const std::string created = instant_text(fields.created);
    pqxx::work transaction(connection_);
    const pqxx::row row = transaction.exec_prepared1("upsert", person.id, fields.name, fields.score, created,
                                                     fields.active, fields.payload, instant_text(at));
    Stored<Instant> stored;
    stored.person = person;
    stored.created_at = instant_from(row[0].c_str());
    stored.updated_at = instant_from(row[1].c_str());
    stored.version = row[2].as<std::int64_t>();
    transaction.exec_prepared("history", person.id, fields.name, fields.score, created, fields.active, fields.payload,
                              row[0].c_str(), row[1].c_str(), stored.version, stored.version == 1 ? "insert" : "update",
                              row[1].c_str(), at.time_since_epoch().count());
    transaction.commit();
    return stored;
  }

  pqxx::connection connection_{url()};
};

class SociSave final : public PeerSaves {
 public:
  explicit SociSave(std::size_t rows) : PeerSaves(rows) {
    upsert_ =
        (session_.prepare << upsert_sql({":id", ":name", ":score", ":created", ":active", ":payload", ":now"}),
         soci::use(person_.id, "id"), soci::use(person_.fields.name, "name"), soci::use(person_.fields.score, "score"),
         soci::use(created_, "created"), soci::use(active_, "active"), soci::use(person_.fields.payload, "payload"),
         soci::use(now_, "now"), soci::into(created_at_), soci::into(updated_at_), soci::into(version_));
    history_ =
        (session_.prepare << history_sql({":id", ":name", ":score", ":created", ":active", ":payload", ":created_at",
                                          ":updated_at", ":version", ":operation", ":time", ":tx"}),
         soci::use(person_.id, "id"), soci::use(person_.fields.name, "name"), soci::use(person_.fields.score, "score"),
         soci::use(created_, "created"), soci::use(active_, "active"), soci::use(person_.fields.payload, "payload"),
         soci::use(created_at_, "created_at"), soci::use(updated_at_, "updated_at"), soci::use(version_, "version"),
         soci::use(operation_, "operation"), soci::use(updated_at_, "time"), soci::use(tx_, "tx"));
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(save(persons().next()).version);
    }
  }

 private:
  Stored<Instant> save(const Person& person) {
    const Instant at = now();
    person_ = person;
    created_ = instant_text(person.fields.created);
    active_ = person.fields.active ? "t" : "f";
    now_ = instant_text(at);
    tx_ = at.time_since_epoch().count();
    soci::transaction transaction(session_);
    upsert_.execute(true);
    operation_ = version_ == 1 ? "insert" : "update";
    history_.execute(true);
    transaction.commit();
    Stored<Instant> stored;
    stored.person = person;
    stored.created_at = instant_from(created_at_);
    stored.updated_at = instant_from(updated_at_);
    stored.version = version_;
    return stored;
  }

  soci::session session_{soci::postgresql, url()};
  Person person_;
  std::string created_, active_, now_, created_at_, updated_at_, operation_;
  long long version_ = 0;
  long long tx_ = 0;
  soci::statement upsert_{session_};
  soci::statement history_{session_};
};

std::vector<Case> cases() {
  const MakeScratch server = make_postgres_scratch;
  const MakeWorkload save = dalia_save(server, Ids::Existing);
  const MakeWorkload inserts = dalia_insert_1000_in_transaction(server);
  return {
      {"select_soci", "select", 1000, 2000, make<SociSelect>(), dalia_select(server), {}},
      {"select_libpqxx", "select", 1000, 2000, make<PqxxSelect>(), dalia_select(server), {}},
      {"insert_1000_in_transaction_soci", "insert", input_rows, 5000, make<SociInserts>(), inserts, {}},
      {"insert_1000_in_transaction_libpqxx", "insert", input_rows, 5000, make<PqxxInserts>(), inserts, {}},
      {"save_soci", "save", 200, 1000, make<SociSave>(), save, {{}, 0.5}},
      {"save_libpqxx", "save", 200, 1000, make<PqxxSave>(), save, {{}, 0.5}},
  };
}

}  // namespace
}  // namespace dalia::benchmarks

int main(int argc, char** argv) {
  return dalia::benchmarks::run_program(argc, argv, dalia::benchmarks::cases());
}
