#include "dalia/generators/sql_generator.hpp"

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"

namespace dalia {

SqlGenerator::~SqlGenerator() = default;

std::unique_ptr<SqlGenerator> make_sql_generator(std::string_view dialect) {
  if (dialect == "sqlite" || dialect == "sqlite3") {
    return std::make_unique<internal::SqliteGenerator>();
  }
  if (dialect == "postgres" || dialect == "postgresql") {
    return std::make_unique<internal::PostgresGenerator>();
  }
  if (dialect == "mysql" || dialect == "mariadb") {
    return std::make_unique<internal::MySqlGenerator>();
  }
  throw UsageError(
      fmt::format("unknown dialect '{}'; known are sqlite (sqlite3), postgres (postgresql), mysql (mariadb)", dialect));
}

}  // namespace dalia
