#include "scratch_database.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

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

}  // namespace dalia::benchmarks
