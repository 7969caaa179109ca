#include "dalia/factory/database_factory.hpp"

#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dalia/core/error.hpp"
#include "factory/backend_modules.hpp"
#include "factory/sqlite_database.hpp"

namespace dalia {
namespace {

std::unique_ptr<ConnectionManager> create_sqlite(DatabaseConfig config) {
  config.backend = "sqlite";  // whichever name it was asked for by
  return std::make_unique<internal::SqliteDatabase>(config);
}

class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  /// Empty where the name is unknown.
  [[nodiscard]] DatabaseFactory::Create find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = backends_.find(name);
    return found == backends_.end() ? DatabaseFactory::Create() : found->second;
  }
  bool add(std::string name, DatabaseFactory::Create create) {
    const std::lock_guard lock(mutex_);
    return backends_.try_emplace(std::move(name), std::move(create)).second;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& entry : backends_) {
      names.push_back(entry.first);
    }
    return names;
  }

 private:
  mutable std::mutex mutex_;  ///< guards backends_
  std::map<std::string, DatabaseFactory::Create, std::less<>> backends_{{"sqlite", create_sqlite},
                                                                        {"sqlite3", create_sqlite}};
};

[[noreturn]] void throw_unknown(std::string_view backend) {
  const auto known = fmt::format("known are postgres, mysql, {}", fmt::join(DatabaseFactory::backends(), ", "));
  throw UsageError(
      fmt::format("unknown backend '{}'; {}; add others with DatabaseFactory::register_backend", backend, known));
}

}  // namespace

std::unique_ptr<ConnectionManager> DatabaseFactory::create_database(std::string_view backend, DatabaseConfig config) {
  Create create = Registry::instance().find(backend);
  if (!create) {
    const std::string_view module = internal::backend_module_of(backend);
    if (module.empty()) {
      throw_unknown(backend);
    }
    config.backend = module;  // whichever name it was asked for by
    create = internal::load_backend(module);
  }
  return create(std::move(config));
}

std::unique_ptr<ConnectionManager> DatabaseFactory::create_database(DatabaseConfig config) {
  if (config.backend.empty()) {
    throw UsageError(
        "the configuration names no backend; use DatabaseConfig::from_url, or pass the backend's name first");
  }
  const std::string backend = config.backend;
  return create_database(backend, std::move(config));
}

void DatabaseFactory::register_backend(std::string name, Create create) {
  if (name.empty()) {
    throw UsageError("a backend needs a name");
  }
  if (!create) {
    throw UsageError(fmt::format("the backend '{}' was registered without a function that creates it", name));
  }
  const std::string wanted = name;
  if (!Registry::instance().add(std::move(name), std::move(create))) {
    throw UsageError(fmt::format("a backend named '{}' is registered already", wanted));
  }
}

std::vector<std::string> DatabaseFactory::backends() {
  return Registry::instance().names();
}

}  // namespace dalia
