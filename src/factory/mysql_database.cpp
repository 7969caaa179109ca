#include "factory/mysql_database.hpp"

#include <utility>

#include "connections/mysql/session.hpp"
#include "factory/backend_entry.hpp"
#include "generators/mysql_generator.hpp"

namespace dalia::internal {

MySqlDatabase::MySqlDatabase(const DatabaseConfig& config) : MySqlDatabase(config, std::make_shared<MySqlServer>()) {}

MySqlDatabase::MySqlDatabase(const DatabaseConfig& config, const std::shared_ptr<MySqlServer>& server)
    : MySqlDatabase(config, server, make_mysql_generator(server)) {}

// The entity generator refers to the generator, which therefore must exist first.
MySqlDatabase::MySqlDatabase(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server,
                             std::unique_ptr<SqlGenerator> generator)
    : MySqlDatabase(config, std::move(server), generator, make_sql_entity_generator(*generator)) {}

MySqlDatabase::MySqlDatabase(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server,
                             std::unique_ptr<SqlGenerator>& generator,
                             std::unique_ptr<SqlEntityGenerator> entity_generator)
    : ConnectionManager(config, std::move(generator), std::move(entity_generator)),
      settings_(mysql::settings_from(config, std::move(server))) {}

std::unique_ptr<PollableSession> MySqlDatabase::create_pollable_session() {
  return std::make_unique<mysql::MySqlSession>(settings_);
}

std::unique_ptr<ConnectionManager> make_mysql_database(DatabaseConfig config) {
  return std::make_unique<MySqlDatabase>(config);
}

}  // namespace dalia::internal
