#include "support/backends.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "dalia/factory/database_factory.hpp"

#include "support/instrumented.hpp"
#include "support/temporary_folder.hpp"

namespace dalia::test {
namespace {

std::string environment(std::string_view name) {
  const char* value = name.empty() ? nullptr : std::getenv(std::string(name).c_str());
  return value == nullptr ? std::string() : std::string(value);
}

std::string create_sqlite_file(const std::string& /*server*/) {
  return "sqlite:" + (make_temporary_folder() / "test.db").string();
}

void drop_sqlite_file(const std::string& /*server*/, const std::string& url) {
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(url.substr(url.find(':') + 1)).parent_path(), ignored);
}

std::string create_in_memory(const std::string& /*server*/) {
  return "sqlite::memory:";
}

void drop_nothing(const std::string& /*server*/, const std::string& /*url*/) {}

void run(const std::string& url, const std::string& sql) {
  const auto database = DatabaseFactory::create_database(DatabaseConfig::from_url(url));
  database->sync_connection()->execute(sql);
}

std::string unique_name() {
  static std::atomic<unsigned> last{0};
  return "dalia_test_" + std::to_string(::getpid()) + "_" + std::to_string(++last);
}

/// A schema of the test's own.
std::string create_postgres_schema(const std::string& server) {
  const std::string name = unique_name();
  run(server, "CREATE SCHEMA " + name);
  return server + (server.find('?') == std::string::npos ? "?" : "&") + "options=-c%20search_path%3D" + name;
}

void drop_postgres_schema(const std::string& server, const std::string& url) {
  run(server, "DROP SCHEMA " + url.substr(url.rfind("%3D") + 3) + " CASCADE");
}

constexpr std::string_view postgres_catalogue =
    "SELECT c.oid::text, c.relkind::text, c.relname::text, (SELECT string_agg(a.attname || ' ' || a.atttypid || ' ' || "
    "a.xmin::text, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid) FROM pg_class c "
    "WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 2, 3, 1";

/// The URL of another database on the same server.
std::string with_database(const std::string& server, const std::string& name) {
  const std::size_t path = server.find('/', server.find("://") + 3);
  const std::size_t query = server.find('?');
  return server.substr(0, std::min(path, query)) + "/" + name +
         (query == std::string::npos ? std::string() : server.substr(query));
}

/// A database of the test's own. Texts compare exactly in it, as dalia's sessions do.
std::string create_mysql_database(const std::string& server) {
  const std::string name = unique_name();
  const auto database = DatabaseFactory::create_database(DatabaseConfig::from_url(server));
  const auto connection = database->sync_connection();
  const auto collation = connection->execute("SELECT @@collation_connection").front().get<std::string>(0);
  connection->execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE " + collation);
  return with_database(server, name);
}

void drop_mysql_database(const std::string& server, const std::string& url) {
  run(server, "DROP DATABASE [" + DatabaseConfig::from_url(url).database + "]");
}

constexpr std::string_view mysql_catalogue =
    "SELECT 'column', table_name, column_name, column_type, is_nullable, collation_name, ordinal_position "
    "FROM information_schema.columns WHERE table_schema = DATABASE() UNION ALL SELECT 'index', table_name, index_name, "
    "column_name, non_unique, collation, seq_in_index FROM information_schema.statistics "
    "WHERE table_schema = DATABASE() ORDER BY 1, 2, 3, 7";

constexpr std::string_view sqlite_catalogue =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema UNION ALL SELECT 'version', '', '', schema_version "
    "FROM pragma_schema_version ORDER BY 1, 2, 3";

constexpr Ability file_abilities[] = {Ability::SeveralManagers,        Ability::ReadsDuringWrites,
                                      Ability::ErrorsKeepTransactions, Ability::SchemaChangesDuringReads,
                                      Ability::LongDecimals,           Ability::SchemaChangesRollBack,
                                      Ability::KindsGrowAfterUse};
constexpr Ability memory_abilities[] = {Ability::ErrorsKeepTransactions, Ability::SchemaChangesDuringReads,
                                        Ability::LongDecimals, Ability::SchemaChangesRollBack,
                                        Ability::KindsGrowAfterUse};

constexpr Ability server_abilities[] = {
    Ability::SeveralManagers,  Ability::ConcurrentWriters, Ability::ReadsDuringWrites,     Ability::SignOfZero,
    Ability::NonFiniteDoubles, Ability::LongDecimals,      Ability::SchemaChangesRollBack, Ability::KindsGrowAfterUse};

constexpr Ability mysql_abilities[] = {Ability::SeveralManagers, Ability::ConcurrentWriters, Ability::ReadsDuringWrites,
                                       Ability::ErrorsKeepTransactions};

constexpr std::array backend_table = {
    Backend{"sqlite", "", file_abilities, create_sqlite_file, drop_sqlite_file, sqlite_catalogue},
    Backend{"postgres", "DALIA_TEST_POSTGRES_URL", server_abilities, create_postgres_schema, drop_postgres_schema,
            postgres_catalogue},
    Backend{"mysql", "DALIA_TEST_MYSQL_URL", mysql_abilities, create_mysql_database, drop_mysql_database,
            mysql_catalogue},
    // The last one, see backends().
    Backend{"sqlite_memory", "", memory_abilities, create_in_memory, drop_nothing, sqlite_catalogue},
};

}  // namespace

bool Backend::has(Ability ability) const {
  return std::find(abilities.begin(), abilities.end(), ability) != abilities.end();
}

// A database in memory is the same engine, which sanitizers have seen already.
std::span<const Backend> backends() {
  const std::span<const Backend> all = backend_table;
  return is_instrumented ? all.first(all.size() - 1) : all;
}

const Backend& backend_named(std::string_view name) {
  const auto found =
      std::find_if(backend_table.begin(), backend_table.end(), [&](const Backend& one) { return one.name == name; });
  if (found == backend_table.end()) {
    throw std::out_of_range("no backend under test is called " + std::string(name));
  }
  return *found;
}

bool is_required(const Backend& backend) {
  const char* required = std::getenv("DALIA_REQUIRE_BACKENDS");
  if (required == nullptr) {
    return true;
  }
  const std::string names = "," + std::string(required) + ",";
  return names.find("," + std::string(backend.name) + ",") != std::string::npos;
}

std::string server_of(const Backend& backend) {
  const std::string url = environment(backend.server_variable);
  const std::string authority = backend.name == "mysql" ? environment("DALIA_TEST_MYSQL_CA_FILE") : std::string();
  if (url.empty() || authority.empty() || url.find('?') != std::string::npos) {
    return url;
  }
  // Otherwise libmariadb reads all authorities of the system for each connection, which takes 40 ms.
  return url + "?sslrootcert=" + authority;
}

void require_server(const Backend& backend) {
  if (!backend.server_variable.empty() && server_of(backend).empty()) {
    ASSERT_FALSE(is_required(backend)) << backend.server_variable
                                       << " is not set; scripts/test-servers starts a server";
    GTEST_SKIP() << backend.server_variable << " is not set";
  }
}

}  // namespace dalia::test
