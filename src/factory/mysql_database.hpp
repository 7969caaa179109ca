/// MySqlDatabase: a database on a MariaDB or MySQL server.
#pragma once

#include <memory>

#include "connections/mysql/settings.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia::internal {

class MySqlDatabase final : public ConnectionManager {
 public:
  /// Connects to nothing yet. @throws UsageError for unknown options.
  explicit MySqlDatabase(const DatabaseConfig& config);

 protected:
  [[nodiscard]] std::unique_ptr<PollableSession> create_pollable_session() override;

 private:
  MySqlDatabase(const DatabaseConfig& config, const std::shared_ptr<MySqlServer>& server);
  MySqlDatabase(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server,
                std::unique_ptr<SqlGenerator> generator);
  MySqlDatabase(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server,
                std::unique_ptr<SqlGenerator>& generator, std::unique_ptr<SqlEntityGenerator> entity_generator);

  mysql::Settings settings_;
};

}  // namespace dalia::internal
