/// Settings: what an SQLite session needs to open its database.
#pragma once

#include <string>

#include "dalia/core/database_config.hpp"

namespace dalia::internal::sqlite {

enum class OpenMode { ReadOnly, ReadWrite, ReadWriteCreate };
enum class Synchronous { Normal, Full };

struct Settings {
  std::string file;  ///< a path; for a database in memory the name that its connections share
  bool in_memory = false;
  OpenMode mode = OpenMode::ReadWriteCreate;
  Synchronous synchronous = Synchronous::Full;  ///< Full: a commit survives a power failure
};

/// Options: mode=ro|rw|rwc, synchronous=normal|full. Each call gives a database in memory a name of its own.
/// @throws UsageError for other options or values, no database, or a NUL in its path.
[[nodiscard]] Settings settings_from(const DatabaseConfig& config);

}  // namespace dalia::internal::sqlite
