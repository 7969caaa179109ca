#include "scratch_schema.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>

#include "bare_postgres.hpp"

namespace dalia::benchmarks {
namespace {

std::string server_url() {
  for (const char* variable : {"DALIA_BENCHMARK_POSTGRES_URL", "DALIA_TEST_POSTGRES_URL"}) {
    const char* url = std::getenv(variable);
    if (url != nullptr && *url != '\0') {
      return url;
    }
  }
  throw std::runtime_error(
      "no server: set DALIA_BENCHMARK_POSTGRES_URL, for example to postgres://user:password@127.0.0.1:5432/database");
}

std::string next_name() {
  static unsigned last = 0;
  return fmt::format("dalia_benchmark_{}_{}", ::getpid(), ++last);
}

}  // namespace

ScratchSchema::ScratchSchema(std::size_t rows) : server_(server_url()), name_(next_name()) {
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
