#include "factory/postgres_database.hpp"

#include <utility>

#include "connections/postgres/session.hpp"
#include "factory/backend_entry.hpp"

namespace dalia::internal {

PostgresDatabase::PostgresDatabase(const DatabaseConfig& config)
    : PostgresDatabase(config, make_sql_generator("postgres")) {}

// The entity generator refers to the generator, which therefore must exist first.
PostgresDatabase::PostgresDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator> generator)
    : PostgresDatabase(config, generator, make_sql_entity_generator(*generator)) {}

PostgresDatabase::PostgresDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator>& generator,
                                   std::unique_ptr<SqlEntityGenerator> entity_generator)
    : ConnectionManager(config, std::move(generator), std::move(entity_generator)),
      settings_(postgres::settings_from(config)) {}

std::unique_ptr<PollableSession> PostgresDatabase::create_pollable_session() {
  return std::make_unique<postgres::PostgresSession>(settings_);
}

std::unique_ptr<ConnectionManager> make_postgres_database(DatabaseConfig config) {
  return std::make_unique<PostgresDatabase>(config);
}

}  // namespace dalia::internal
