#include "factory/backend_modules.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

struct Name {
  std::string_view name;
  std::string_view module;
};
constexpr std::array names = {Name{"postgres", "postgres"}, Name{"postgresql", "postgres"}, Name{"mysql", "mysql"},
                              Name{"mariadb", "mysql"}};

struct Loaded {
  std::mutex mutex;  ///< guards what follows, and keeps two threads from loading at once
  std::map<std::string, DatabaseFactory::Create, std::less<>> backends;
};

/// Registrations of linked backends come before main, in any order.
Loaded& loaded() {
  static Loaded instance;
  return instance;
}

using Entry = ConnectionManager*(DatabaseConfig&);

/// The folder dalia's own library was loaded from, with a slash.
std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) {
    return std::string();
  }
  const std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/') + 1);
}

std::string loader_message() {
  const char* message = dlerror();  // NOLINT(concurrency-mt-unsafe): each thread has its own (man 3 dlerror)
  return message == nullptr ? "no reason given" : message;
}

/// From dalia's own folder, else from where the system looks; never from the working directory.
void* open_library(const std::string& file, std::string& reason) {
  const std::string folder = own_folder();
  if (folder.starts_with('/')) {
    if (void* library = dlopen((folder + file).c_str(), RTLD_NOW | RTLD_LOCAL)) {
      return library;
    }
    reason = loader_message();
  }
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr && reason.empty()) {
    reason = loader_message();
  }
  return library;
}

DatabaseFactory::Create open_module(std::string_view module) {
  const std::string file = fmt::format("libdalia-{}.so.{}", module, DALIA_MODULE_VERSION);
  std::string reason;
  void* library = open_library(file, reason);
  if (library == nullptr) {
    throw UsageError(
        fmt::format("the backend '{}' is not available: install the package libdalia-{} (in a static build: link "
                    "dalia::{}); the loader said: {}",
                    module, module, module, reason));
  }
  auto* entry = reinterpret_cast<Entry*>(dlsym(library, DALIA_MODULE_SYMBOL));
  if (entry == nullptr) {
    throw UsageError(fmt::format("{} is no module of this version of dalia: {}", file, loader_message()));
  }
  return [entry](DatabaseConfig config) { return std::unique_ptr<ConnectionManager>(entry(config)); };
}

}  // namespace

std::string_view backend_module_of(std::string_view name) noexcept {
  const auto* found = std::find_if(names.begin(), names.end(), [&](const Name& one) { return one.name == name; });
  return found == names.end() ? std::string_view() : found->module;
}

DatabaseFactory::Create load_backend(std::string_view module) {
  Loaded& all = loaded();
  const std::lock_guard lock(all.mutex);
  const auto found = all.backends.find(module);
  if (found != all.backends.end()) {
    return found->second;
  }
  return all.backends.emplace(module, open_module(module)).first->second;
}

bool add_linked_backend(std::string_view module, DatabaseFactory::Create create) {
  Loaded& all = loaded();
  const std::lock_guard lock(all.mutex);
  all.backends.emplace(module, std::move(create));
  return true;
}

}  // namespace dalia::internal
