#include "scratch_schema.hpp"

#include <exception>
#include <stdexcept>

#include <fmt/format.h>

#include "bare_postgres.hpp"
#include "server_url.hpp"

namespace dalia::benchmarks {

ScratchSchema::ScratchSchema(std::size_t rows) : server_(server_url("POSTGRES")), name_(scratch_name()) {
  BareConnection(server_).run("CREATE SCHEMA " + name_);
  const char joint = server_.find('?') == std::string::npos ? '?' : '&';
  url_ = fmt::format("{}{}options=-c%20search_path%3D{}", server_, joint, name_);
  fill_samples(url_, rows);
}

ScratchSchema::~ScratchSchema() {
  try {
    BareConnection(server_).run("DROP SCHEMA " + name_ + " CASCADE");
  } catch (const std::exception& error) {
    fmt::print(stderr, "{} stays behind: {}\n", name_, error.what());
  }
}

std::unique_ptr<ConnectionManager> ScratchSchema::open() const {
  return DatabaseFactory::create_database(DatabaseConfig::from_url(url_));
}

void ScratchSchema::clear() {
  BareConnection(url_).run("TRUNCATE sample");
}

std::unique_ptr<Scratch> make_postgres_scratch(std::size_t rows) {
  return std::make_unique<ScratchSchema>(rows);
}

}  // namespace dalia::benchmarks
