#include "connections/sqlite/settings.hpp"

#include <atomic>
#include <string_view>

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia::internal::sqlite {
namespace {

ErrorFacts sqlite_facts() {
  ErrorFacts facts;
  facts.backend = "sqlite";
  return facts;
}

[[noreturn]] void refuse_value(std::string_view option, std::string_view value, std::string_view known) {
  throw UsageError(fmt::format("sqlite: {}={} is not known; use one of {}", option, value, known), sqlite_facts());
}

OpenMode mode_from(std::string_view value) {
  if (value == "ro") {
    return OpenMode::ReadOnly;
  }
  if (value == "rw") {
    return OpenMode::ReadWrite;
  }
  if (value == "rwc") {
    return OpenMode::ReadWriteCreate;
  }
  refuse_value("mode", value, "ro, rw, rwc");
}

Synchronous synchronous_from(std::string_view value) {
  if (value == "normal") {
    return Synchronous::Normal;
  }
  if (value == "full") {
    return Synchronous::Full;
  }
  refuse_value("synchronous", value, "normal, full");
}

void set_option(Settings& settings, const std::string& name, const std::string& value) {
  if (name == "mode") {
    settings.mode = mode_from(value);
  } else if (name == "synchronous") {
    settings.synchronous = synchronous_from(value);
  } else {
    throw UsageError(fmt::format("sqlite: unknown option '{}'; known are mode and synchronous", name), sqlite_facts());
  }
}

std::string next_memory_name() {
  static std::atomic<unsigned long> last{0};
  return fmt::format("file:/dalia-{}?vfs=memdb", ++last);  // https://sqlite.org/src/file/src/memdb.c: "/" is shared
}

}  // namespace

Settings settings_from(const DatabaseConfig& config) {
  Settings settings;
  for (const auto& [name, value] : config.options) {
    set_option(settings, name, value);
  }
  if (config.database.empty()) {
    throw UsageError("sqlite: no database given; name a file, or :memory:", sqlite_facts());
  }
  if (config.database.find('\0') != std::string::npos) {
    throw UsageError("sqlite: the path of the database contains a NUL byte", sqlite_facts());
  }
  settings.in_memory = config.database == ":memory:";
  settings.file = settings.in_memory ? next_memory_name() : config.database;
  if (settings.in_memory && settings.mode == OpenMode::ReadOnly) {
    throw UsageError("sqlite: mode=ro makes no sense for :memory:, which starts empty", sqlite_facts());
  }
  return settings;
}

}  // namespace dalia::internal::sqlite
