/// How to connect to PostgreSQL: the configuration as libpq's keywords.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dalia/core/database_config.hpp"

namespace dalia::internal::postgres {

struct Host {
  std::string name;
  std::uint16_t port = 0;
};

struct Settings {
  /// keyword -> value, the password among them; PostgreSQL 15 manual, 34.1.2.
  std::map<std::string, std::string> keywords;
  /// Where there are several: in the order in which they are tried, as in the keywords.
  std::vector<Host> hosts;
  /// What one of several may take, so that a silent one leaves time for the others; libpq itself has no such limit
  /// where it does not block.
  std::chrono::milliseconds host_timeout{0};
};

/// The keywords `host` and `port` for these.
void set_hosts(std::map<std::string, std::string>& keywords, std::span<const Host> hosts);

/// Options are libpq's own keywords (sslmode, sslrootcert, application_name, target_session_attrs, ...), `host` for the
/// folder of a Unix socket among them, and target=read_write|primary|standby|any.
/// @throws UsageError for unknown options.
[[nodiscard]] Settings settings_from(const DatabaseConfig& config);

}  // namespace dalia::internal::postgres
