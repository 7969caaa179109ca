/// DatabaseFactory: from a backend's name and a configuration to a ConnectionManager.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/database_config.hpp"
#include "dalia/core/export.hpp"
#include "dalia/factory/connection_manager.hpp"

namespace dalia {

/// Thread-safe.
class DALIA_EXPORT DatabaseFactory {
 public:
  using Create = std::function<std::unique_ptr<ConnectionManager>(DatabaseConfig)>;

  /// "sqlite" or "sqlite3"; "postgres", "postgresql", "mysql" and "mariadb" where their module is present; or a
  /// registered name. Connects to nothing yet.
  /// @throws UsageError naming the known backends and what would bring the missing one.
  [[nodiscard]] static std::unique_ptr<ConnectionManager> create_database(std::string_view backend,
                                                                          DatabaseConfig config);
  /// As above for config.backend, which DatabaseConfig::from_url sets.
  [[nodiscard]] static std::unique_ptr<ConnectionManager> create_database(DatabaseConfig config);

  /// Makes a backend known under a name. @throws UsageError for a name that is empty or taken.
  static void register_backend(std::string name, Create create);
  /// The names create_database would accept now.
  [[nodiscard]] static std::vector<std::string> backends();
};

}  // namespace dalia
