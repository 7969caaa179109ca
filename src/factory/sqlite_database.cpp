#include "factory/sqlite_database.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include "connections/sqlite/open.hpp"
#include "connections/sqlite/session.hpp"

namespace dalia::internal {

SqliteDatabase::SqliteDatabase(const DatabaseConfig& config) : SqliteDatabase(config, make_sql_generator("sqlite")) {}

// The entity generator refers to the generator, which therefore must exist first.
SqliteDatabase::SqliteDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator> generator)
    : SqliteDatabase(config, generator, make_sql_entity_generator(*generator)) {}

SqliteDatabase::SqliteDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator>& generator,
                               std::unique_ptr<SqlEntityGenerator> entity_generator)
    : ConnectionManager(config, std::move(generator), std::move(entity_generator)),
      settings_(sqlite::settings_from(config)) {}

std::unique_ptr<BlockingSession> SqliteDatabase::create_session(Deadline deadline) {
  if (settings_.in_memory) {
    keep_in_memory();
  }
  return std::make_unique<sqlite::SqliteSession>(settings_, deadline);
}

void SqliteDatabase::keep_in_memory() {
  const std::lock_guard lock(anchor_mutex_);
  if (!anchor_) {
    anchor_ = sqlite::open_database(settings_);
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();  // instead of 1 GiB
    sqlite3_file_control(anchor_.get(), "main", SQLITE_FCNTL_SIZE_LIMIT, &limit);
  }
}

}  // namespace dalia::internal
