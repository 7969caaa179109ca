/// PostgresDatabase: a database on a PostgreSQL server.
#pragma once

#include <memory>

#include "connections/postgres/settings.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia::internal {

class PostgresDatabase final : public ConnectionManager {
 public:
  /// Connects to nothing yet. @throws UsageError for unknown options.
  explicit PostgresDatabase(const DatabaseConfig& config);

 protected:
  [[nodiscard]] std::unique_ptr<PollableSession> create_pollable_session() override;

 private:
  PostgresDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator> generator);
  PostgresDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator>& generator,
                   std::unique_ptr<SqlEntityGenerator> entity_generator);

  postgres::Settings settings_;
};

}  // namespace dalia::internal
