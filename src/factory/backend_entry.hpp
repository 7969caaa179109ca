/// What each backend beside the core provides to the file that makes it known.
#pragma once

#include <memory>

#include "dalia/factory/connection_manager.hpp"

namespace dalia::internal {

[[nodiscard]] std::unique_ptr<ConnectionManager> make_postgres_database(DatabaseConfig config);
[[nodiscard]] std::unique_ptr<ConnectionManager> make_mysql_database(DatabaseConfig config);

}  // namespace dalia::internal
