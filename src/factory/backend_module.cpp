/// The one symbol of a backend's module. It carries the version, so that a module of another dalia is refused.
#include <utility>

#include "dalia/core/export.hpp"
#include "factory/backend_entry.hpp"

extern "C" DALIA_EXPORT dalia::ConnectionManager* DALIA_BACKEND_SYMBOL(dalia::DatabaseConfig& config);

dalia::ConnectionManager* DALIA_BACKEND_SYMBOL(dalia::DatabaseConfig& config) {
  return dalia::internal::DALIA_MAKE_DATABASE(std::move(config)).release();
}
