/// dalia over PostgreSQL against SOCI and libpqxx. Both send text both ways. libpqxx works as SOCI does
/// (peers_soci.hpp).
#include <soci/postgresql/soci-postgresql.h>

#include <pqxx/pqxx>

#include "dalia_statements.hpp"
#include "peers_soci.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {
namespace {

struct Postgres {
  using Scratch = ScratchSchema;

  static const soci::backend_factory& backend() noexcept { return soci::postgresql; }
  static std::string address(const ScratchSchema& scratch) { return scratch.url(); }
  static std::string instant_text(Instant instant) { return Value(instant).to_text(); }
  static const char* flag_text(bool flag) noexcept { return flag ? "t" : "f"; }
  static std::string select_sql() {
    return "SELECT id, name, score, created, CAST(active AS int), payload FROM sample";
  }
  /// @param parameters  placeholders of id, name, score, created, active, payload and the time.
  static std::string upsert_sql(const std::vector<std::string>& parameters) {
    return fmt::format(
        "INSERT INTO person AS t (id, name, score, created, active, payload, created_at, updated_at, _version, _epoch) "
        "VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6}, {6}, 1, 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
        "score = excluded.score, created = excluded.created, active = excluded.active, payload = excluded.payload, "
        "updated_at = GREATEST(excluded.updated_at, t.updated_at + interval '1 microsecond'), _version = t._version + "
        "1, "
        "_epoch = 1 RETURNING created_at, updated_at, _version",
        parameters[0], parameters[1], parameters[2], parameters[3], parameters[4], parameters[5], parameters[6]);
  }
};

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> placeholders;
  for (std::size_t i = 1; i <= count; ++i) {
    placeholders.push_back(fmt::format("${}", i));
  }
  return placeholders;
}

class PqxxSelect final : public PeerTable<Postgres> {
 public:
  explicit PqxxSelect(std::size_t rows) : PeerTable<Postgres>(rows) {
    connection_.prepare("select", Postgres::select_sql() + " WHERE id = $1");
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
  pqxx::connection connection_{address()};
  Sample sample_;
};

class PqxxInserts final : public PeerTable<Postgres> {
 public:
  explicit PqxxInserts(std::size_t rows) : PeerTable<Postgres>(rows) {
    connection_.prepare("insert", "INSERT INTO sample VALUES ($1, $2, $3, $4, $5, $6)");
  }

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      pqxx::work transaction(connection_);
      for (const Sample& sample : input().next_new_batch()) {
        transaction.exec_prepared("insert", sample.id, sample.name, sample.score,
                                  Postgres::instant_text(sample.created), sample.active, sample.payload);
      }
      transaction.commit();
    }
  }

 private:
  pqxx::connection connection_{address()};
};

class PqxxSave final : public PeerSaves<Postgres> {
 public:
  explicit PqxxSave(std::size_t rows) : PeerSaves<Postgres>(rows) {
    connection_.prepare("upsert", Postgres::upsert_sql(numbered(7)));
    connection_.prepare("history", history_sql(numbered(12)));
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(save(persons().next()).version);
    }
  }

 private:
  ServerPerson save(const Person& person) {
    const Sample& fields = person.fields;
    const Instant at = now();
    const std::string created = Postgres::instant_text(fields.created);
    pqxx::work transaction(connection_);
    const pqxx::row row = transaction.exec_prepared1("upsert", person.id, fields.name, fields.score, created,
                                                     fields.active, fields.payload, Postgres::instant_text(at));
    ServerPerson stored;
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

  pqxx::connection connection_{address()};
};

std::vector<Case> cases() {
  const MakeScratch server = make_postgres_scratch;
  const MakeWorkload save = dalia_save(server, Ids::Existing);
  const MakeWorkload inserts = dalia_insert_1000_in_transaction(server);
  return {
      {"select_soci", "select", 1000, 2000, make<SociSelect<Postgres>>(), dalia_select(server), {}},
      {"select_libpqxx", "select", 1000, 2000, make<PqxxSelect>(), dalia_select(server), {}},
      {"insert_1000_in_transaction_soci", "insert", input_rows, 5000, make<SociInserts<Postgres>>(), inserts, {}},
      {"insert_1000_in_transaction_libpqxx", "insert", input_rows, 5000, make<PqxxInserts>(), inserts, {}},
      {"save_soci", "save", 200, 1000, make<SociSave<Postgres>>(), save, {{}, 0.5}},
      {"save_libpqxx", "save", 200, 1000, make<PqxxSave>(), save, {{}, 0.5}},
  };
}

}  // namespace
}  // namespace dalia::benchmarks

int main(int argc, char** argv) {
  return dalia::benchmarks::run_program(argc, argv, dalia::benchmarks::cases());
}
