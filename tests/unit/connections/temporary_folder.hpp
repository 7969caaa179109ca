/// A folder for one test, and databases in it.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "dalia/factory/database_factory.hpp"

namespace dalia::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dalia-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      std::abort();
    }
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<ConnectionManager> sqlite(const std::string& file,
                                                 std::map<std::string, std::string> options = {}) {
  DatabaseConfig config;
  config.database = file;
  config.options = std::move(options);
  return DatabaseFactory::create_database("sqlite", config);
}

}  // namespace dalia::testing
