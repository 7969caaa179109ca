/// What the URL and the other texts of a DatabaseConfig share.
#pragma once

#include <string_view>

#include "dalia/core/database_config.hpp"

namespace dalia::internal {

/// "evolve", "frozen", "plan".
[[nodiscard]] std::string_view schema_mode_name(SchemaMode mode) noexcept;
/// True for options such as sslpassword, which are shown no more than the password itself.
[[nodiscard]] bool is_secret_option(std::string_view name) noexcept;

}  // namespace dalia::internal
