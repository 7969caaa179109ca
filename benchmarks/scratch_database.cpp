#include "scratch_database.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "bare_sqlite.hpp"

namespace dalia::benchmarks {

ScratchDatabase::ScratchDatabase() {
  const char* chosen = std::getenv("DALIA_BENCHMARK_DIR");
  const std::filesystem::path parent = chosen == nullptr ? std::filesystem::temp_directory_path() : chosen;
  std::string path = (parent / "dalia-benchmark-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  folder_ = path;
}

ScratchDatabase::~ScratchDatabase() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<ConnectionManager> ScratchDatabase::open() const {
  DatabaseConfig config;
  config.database = file();
  return DatabaseFactory::create_database("sqlite", config);
}

void ScratchDatabase::clear() {
  BareDatabase database(file());
  database.run("DELETE FROM sample");
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::unique_ptr<Scratch> make_sqlite_scratch(std::size_t rows) {
  auto scratch = std::make_unique<ScratchDatabase>();
  fill_samples(scratch->file(), rows);
  return scratch;
}

}  // namespace dalia::benchmarks
