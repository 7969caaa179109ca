/// How to connect to MariaDB or MySQL.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dalia/core/database_config.hpp"
#include "generators/mysql_server.hpp"

namespace dalia::internal::mysql {

/// As libpq has them, each asking for more than the one before. With sslrootcert each that uses TLS checks who signed
/// the server's certificate; verify-ca without it checks the host's name too.
enum class TlsMode { Disable, Prefer, Require, VerifyAuthority, VerifyHost };

struct Address {
  std::string host;  ///< empty for a Unix socket
  std::uint16_t port = 3306;
  std::string socket;
};

struct Settings {
  std::vector<Address> addresses;  ///< tried in this order; never empty
  std::string user;
  std::string password;
  std::string database;
  TlsMode tls = TlsMode::Prefer;
  std::string authority_file;    ///< certificates of the authorities that may have signed the server's
  std::string certificate_file;  ///< of the client
  std::string key_file;
  std::chrono::milliseconds connect_timeout{};  ///< for one address of several
  /// How long to wait for a table that others use or change, not for a row. By default servers wait for a day or a
  /// year, and everybody else then waits behind the one that waits to change it.
  std::chrono::seconds lock_wait{10};
  std::optional<std::chrono::seconds> row_lock_wait;  ///< else as the server is configured
  std::shared_ptr<MySqlServer> server;                ///< learns who answers
};

/// Options: sslmode, sslrootcert, sslcert, sslkey as on PostgreSQL, and socket for the path of a Unix socket, which
/// `host` may be too. `host` may list several, with a comma between, each with a port of its own.
/// @throws UsageError for unknown options.
[[nodiscard]] Settings settings_from(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server);

}  // namespace dalia::internal::mysql
