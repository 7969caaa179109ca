/// How to connect to PostgreSQL: the configuration as libpq's keywords.
#pragma once

#include <map>
#include <string>

#include "dalia/core/database_config.hpp"

namespace dalia::internal::postgres {

struct Settings {
  /// keyword -> value, the password among them; PostgreSQL 15 manual, 34.1.2.
  std::map<std::string, std::string> keywords;
};

/// Options are libpq's own keywords (sslmode, sslrootcert, application_name, target_session_attrs, ...), `host` for the
/// folder of a Unix socket among them, and target=read_write|primary|standby|any.
/// @throws UsageError for unknown options.
[[nodiscard]] Settings settings_from(const DatabaseConfig& config);

}  // namespace dalia::internal::postgres
