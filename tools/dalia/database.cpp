#include "database.hpp"

#include <algorithm>
#include <utility>

#include "failures.hpp"

namespace dalia::program {
namespace {

DatabaseConfig config_of(const Settings& settings) {
  if (settings.url.empty()) {
    throw WrongUsage("no database given; use --db URL or set DALIA_URL, for example sqlite:app.db");
  }
  try {
    return DatabaseConfig::from_url(settings.url);
  } catch (const UsageError& error) {
    throw WrongUsage(error.what());
  }
}

/// Whether dalia has this backend, be it not installed here.
bool is_built_in(const std::string& backend) {
  try {
    return make_sql_generator(backend) != nullptr;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

std::unique_ptr<ConnectionManager> database_of(const Settings& settings, MissingFile missing) {
  DatabaseConfig config = config_of(settings);
  if (config.backend == "sqlite" && config.database != ":memory:" && missing == MissingFile::Refuse) {
    config.options.try_emplace("mode", "rw");
  }
  const auto known = DatabaseFactory::backends();
  if (std::find(known.begin(), known.end(), config.backend) == known.end() && is_built_in(config.backend)) {
    try {
      return DatabaseFactory::create_database(config);  // may load it
    } catch (const UsageError& error) {
      throw Failure(error.what());
    }
  }
  try {
    return DatabaseFactory::create_database(std::move(config));
  } catch (const UsageError& error) {
    throw WrongUsage(error.what());
  }
}

std::string url_of(const Settings& settings) {
  return config_of(settings).url();
}

}  // namespace dalia::program
