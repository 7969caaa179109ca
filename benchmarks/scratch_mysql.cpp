#include "scratch_mysql.hpp"

#include <exception>

#include <fmt/format.h>

#include "mysql_samples.hpp"
#include "server_url.hpp"

namespace dalia::benchmarks {
namespace {

/// With the types of dalia's entity tables.
constexpr std::string_view table_sql =
    "CREATE TABLE sample (id bigint NOT NULL PRIMARY KEY, "
    "name longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL, score double NOT NULL, "
    "created datetime(6) NOT NULL, active tinyint(1) NOT NULL, "
    "payload longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL CHECK (json_valid(payload))) "
    "ENGINE = InnoDB ROW_FORMAT = DYNAMIC";

DatabaseConfig server_config() {
  DatabaseConfig config = DatabaseConfig::from_url(server_url("MYSQL"));
  config.options["sslmode"] = "disable";
  return config;
}

}  // namespace

ScratchMySql::ScratchMySql(std::size_t rows) : server_(server_config()), config_(server_) {
  config_.database = scratch_name();
  BareMySql(server_).run("CREATE DATABASE " + config_.database);
  BareMySql(config_).run(table_sql);
  const std::vector<Sample> samples = make_samples(1, rows);
  MySqlSamples(*this).load(samples.data(), samples.size());
}

ScratchMySql::~ScratchMySql() {
  try {
    BareMySql(server_).run("DROP DATABASE " + config_.database);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{} stays behind: {}\n", config_.database, error.what());
  }
}

std::unique_ptr<ConnectionManager> ScratchMySql::open() const {
  return DatabaseFactory::create_database(config_);
}

void ScratchMySql::clear() {
  BareMySql(config_).run("TRUNCATE sample");
}

std::unique_ptr<Scratch> make_mysql_scratch(std::size_t rows) {
  return std::make_unique<ScratchMySql>(rows);
}

}  // namespace dalia::benchmarks
