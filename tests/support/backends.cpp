#include "support/backends.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

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

constexpr std::string_view sqlite_catalogue =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema UNION ALL SELECT 'version', '', '', schema_version "
    "FROM pragma_schema_version ORDER BY 1, 2, 3";

constexpr Ability file_abilities[] = {Ability::SeveralManagers, Ability::ReadsDuringWrites};

constexpr std::array backend_table = {
    Backend{"sqlite", "", file_abilities, create_sqlite_file, drop_sqlite_file, sqlite_catalogue},
    Backend{"sqlite_memory", "", {}, create_in_memory, drop_nothing, sqlite_catalogue},
};

}  // namespace

bool Backend::has(Ability ability) const {
  return std::find(abilities.begin(), abilities.end(), ability) != abilities.end();
}

std::span<const Backend> backends() {
  return backend_table;
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
  std::string names = environment("DALIA_REQUIRE_BACKENDS");
  if (names == "all") {
    return true;
  }
  names = "," + names + ",";
  return names.find("," + std::string(backend.name) + ",") != std::string::npos;
}

std::string server_of(const Backend& backend) {
  return environment(backend.server_variable);
}

}  // namespace dalia::test
