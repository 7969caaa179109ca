/// dalia over MariaDB against SOCI, which sends text both ways and whose "prepared" statements are texts as well.
#include <soci/mysql/soci-mysql.h>

#include "dalia_bulk.hpp"
#include "dalia_statements.hpp"
#include "peers_soci.hpp"
#include "scratch_mysql.hpp"

namespace dalia::benchmarks {
namespace {

struct MySql {
  using Scratch = ScratchMySql;

  static const soci::backend_factory& backend() noexcept { return soci::mysql; }
  static std::string address(const ScratchMySql& scratch) {
    const DatabaseConfig& config = scratch.config();
    return fmt::format("host={} port={} user={} password={} db={} charset=utf8mb4", config.host, config.port,
                       config.user, config.password, config.database);
  }
  /// 2023-11-14 22:13:21.234567
  static std::string instant_text(Instant instant) {
    std::string text = Value(instant).to_text();
    text[10] = ' ';
    text.pop_back();
    return text;
  }
  static const char* flag_text(bool flag) noexcept { return flag ? "1" : "0"; }
  static std::string select_sql() { return "SELECT id, name, score, created, active, payload FROM sample"; }
  /// @param parameters  placeholders of id, name, score, created, active, payload and the time.
  static std::string upsert_sql(const std::vector<std::string>& parameters) {
    return fmt::format(
        "INSERT INTO person (id, name, score, created, active, payload, created_at, updated_at, _version, _epoch) "
        "VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6}, {6}, 1, 1) ON DUPLICATE KEY UPDATE name = VALUE(name), "
        "score = VALUE(score), created = VALUE(created), active = VALUE(active), payload = VALUE(payload), "
        "updated_at = GREATEST(VALUE(updated_at), updated_at + INTERVAL 1 MICROSECOND), _version = _version + 1, "
        "_epoch = 1 RETURNING created_at, updated_at, _version",
        parameters[0], parameters[1], parameters[2], parameters[3], parameters[4], parameters[5], parameters[6]);
  }
};

std::vector<Case> cases() {
  const MakeScratch server = make_mysql_scratch;
  return {
      {"select_soci", "select", 1000, 2000, make<SociSelect<MySql>>(), dalia_select(server), {{}, 0.71}},
      {"insert_1000_in_transaction_soci",
       "insert",
       input_rows,
       5000,
       make<SociInserts<MySql>>(),
       dalia_insert_1000_in_transaction(server),
       {}},
      {"save_soci", "save", 200, 1000, make<SociSave<MySql>>(), dalia_save(server, Ids::Existing), {{}, 0.5}},
      {"read_soci", "row", bulk_rows, 20'000, make<SociRead<MySql>>(), dalia_read_one_by_one(server), {{}, 0.33}},
  };
}

}  // namespace
}  // namespace dalia::benchmarks

int main(int argc, char** argv) {
  return dalia::benchmarks::run_program(argc, argv, dalia::benchmarks::cases());
}
