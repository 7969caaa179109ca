/// The backends beside the core: linked into the program, or modules that are loaded when first asked for.
#pragma once

#include <string_view>

#include "dalia/core/export.hpp"
#include "dalia/factory/database_factory.hpp"

namespace dalia::internal {

/// "postgres" for "postgresql", "mysql" for "mariadb"; empty for a name that is no backend's.
[[nodiscard]] std::string_view backend_module_of(std::string_view name) noexcept;

/// Loads the module unless it is there already. A module is never unloaded.
/// @param module  as backend_module_of gives it.
/// @throws UsageError naming the package that brings it, and what the loader said.
[[nodiscard]] DatabaseFactory::Create load_backend(std::string_view module);

/// For a static build, while the program starts. @return true.
DALIA_EXPORT bool add_linked_backend(std::string_view module, DatabaseFactory::Create create);

}  // namespace dalia::internal
