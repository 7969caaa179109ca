/// DatabaseConfig: where a database is and how to talk to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "dalia/core/export.hpp"

namespace dalia {

/// What a save may do to the tables of an entity.
enum class SchemaMode {
  Evolve,  ///< create tables, add columns, widen numbers without loss
  Frozen,  ///< change nothing; an unknown field is an UnknownField error
  Plan     ///< change nothing; a save that needs a change throws SchemaChangeNeeded with the statements
};

/// A plain aggregate: DatabaseConfig config{.database = "app.db"}.
struct DALIA_EXPORT DatabaseConfig {
  std::string database;  ///< name, or for SQLite the file; ":memory:" for one in memory
  std::string host = "localhost";
  std::uint16_t port = 0;  ///< 0: the engine's default (5432, 3306)
  std::string user = std::string();
  std::string password = std::string();
  std::string alias = std::string();  ///< friendly name; empty: the database name
  std::string env = "prod";
  /// Engine settings as in the query of a URL: mode=ro|rw|rwc for SQLite, sslmode=require, ...
  std::map<std::string, std::string> options = std::map<std::string, std::string>();

  std::chrono::milliseconds acquire_timeout{10'000};
  std::chrono::milliseconds pool_creation_timeout{30'000};
  std::chrono::milliseconds query_timeout{60'000};
  std::chrono::milliseconds connect_timeout{15'000};

  SchemaMode schema_mode = SchemaMode::Evolve;
  std::size_t statement_cache_size = 100;  ///< prepared statements a connection keeps

  /// The engine, set by from_url ("sqlite", "postgres", "mysql"); create_database(config) needs it.
  std::string backend = std::string();

  /// sqlite:app.db, sqlite::memory:, sqlite:app.db?mode=ro, postgres://user:pass@host:5432/db?sslmode=require,
  /// mysql://... User, password and database may be percent-encoded.
  /// @throws UsageError naming what is wrong; never with the password.
  [[nodiscard]] static DatabaseConfig from_url(std::string_view url);
  /// The URL of this configuration, without the password.
  [[nodiscard]] std::string url() const;

  /// The alias, or the database name where none is set.
  [[nodiscard]] const std::string& name() const noexcept { return alias.empty() ? database : alias; }
  /// 32 hexadecimal digits over everything but the password; the same in every process and on every machine.
  [[nodiscard]] std::string hash() const;
  /// Every setting by name; a password that is set reads "***".
  [[nodiscard]] nlohmann::json config() const;

  friend bool operator==(const DatabaseConfig&, const DatabaseConfig&) = default;
};

}  // namespace dalia
