/// SqliteDatabase: an SQLite file, or a database in memory that all connections of one manager share.
#pragma once

#include <memory>
#include <mutex>

#include "connections/sqlite/handles.hpp"
#include "connections/sqlite/settings.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia::internal {

class SqliteDatabase final : public ConnectionManager {
 public:
  /// Opens nothing yet. @throws UsageError for unknown options.
  explicit SqliteDatabase(const DatabaseConfig& config);

 protected:
  [[nodiscard]] std::unique_ptr<BlockingSession> create_session(Deadline deadline) override;

 private:
  SqliteDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator> generator);
  SqliteDatabase(const DatabaseConfig& config, std::unique_ptr<SqlGenerator>& generator,
                 std::unique_ptr<SqlEntityGenerator> entity_generator);
  void keep_in_memory();

  sqlite::Settings settings_;
  std::mutex anchor_mutex_;        ///< guards the opening of anchor_
  sqlite::DatabaseHandle anchor_;  ///< a database in memory lives as long as a connection to it
};

}  // namespace dalia::internal
