/// Backends under test. A new backend joins every contract test with one entry in backends.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dalia/core/database_config.hpp"

namespace dalia::test {

/// What a test may need of a backend besides a database.
enum class Ability {
  SeveralManagers,          ///< two managers, as of two processes, see the same database
  ConcurrentWriters,        ///< a transaction may write while another one is open
  ReadsDuringWrites,        ///< a reader does not wait for an open transaction that has written
  SignOfZero,               ///< -0.0 stays -0.0
  NonFiniteDoubles,         ///< execute takes NaN and infinities
  ErrorsKeepTransactions,   ///< a statement that fails undoes itself and leaves the transaction usable
  LongDecimals,             ///< decimal fields hold 65 digits before the point; else 35, and 30 after it
  SchemaChangesRollBack,    ///< tables and columns made in a transaction are gone after its rollback
  KindsGrowAfterUse,        ///< a transaction that has used an entity may widen its fields
  SchemaChangesDuringReads  ///< an open transaction that has read a table does not keep others from changing it
};

struct Backend {
  std::string_view name;
  /// Environment variable with the URL of a server that tests may create databases on; empty: no server is needed.
  std::string_view server_variable;
  std::span<const Ability> abilities;
  /// Makes an empty database of the test's own and returns its URL.
  std::string (*create)(const std::string& server);
  void (*drop)(const std::string& server, const std::string& url);
  /// One row for each table, column and index there is; the text changes with every DDL statement.
  std::string_view catalogue_sql;

  [[nodiscard]] bool has(Ability ability) const;
};

[[nodiscard]] std::span<const Backend> backends();

/// Whether a test that lacks the backend's server fails. All fail unless DALIA_REQUIRE_BACKENDS is set: then those of
/// the backends that it names, with commas between, and the others are skipped.
[[nodiscard]] bool is_required(const Backend& backend);
/// The URL of the backend's server, or nothing where the variable is not set.
[[nodiscard]] std::string server_of(const Backend& backend);

/// For SetUp: skips the test where the backend's server is not given, and fails it where it is required.
void require_server(const Backend& backend);

/// A database of one test; gone with it.
class PrivateDatabase {
 public:
  explicit PrivateDatabase(const Backend& backend) : backend_(backend), url_(backend.create(server_of(backend))) {}
  PrivateDatabase(const PrivateDatabase&) = delete;
  PrivateDatabase& operator=(const PrivateDatabase&) = delete;
  ~PrivateDatabase() { backend_.drop(server_of(backend_), url_); }

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] DatabaseConfig config() const { return DatabaseConfig::from_url(url_); }

 private:
  const Backend& backend_;
  std::string url_;
};

/// The backend of that name. @throws std::out_of_range.
[[nodiscard]] const Backend& backend_named(std::string_view name);

}  // namespace dalia::test
