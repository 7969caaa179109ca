/// Opens a database and makes its connection behave as docs/backends.md says, whatever the build's defaults are.
#pragma once

#include "connections/sqlite/handles.hpp"
#include "connections/sqlite/settings.hpp"

namespace dalia::internal::sqlite {

/// @throws ConnectionError that says file, reason and what to do next.
[[nodiscard]] DatabaseHandle open_database(const Settings& settings);

/// Reads the file's header, so that a wrong file is found now, and applies the settings: foreign keys on,
/// double-quoted strings off, WAL where the file allows it. The busy handler must be in place.
/// @throws ConnectionError, as above.
void prepare_database(sqlite3* database, const Settings& settings);

/// What a message calls the database.
[[nodiscard]] std::string display_name(const Settings& settings);

}  // namespace dalia::internal::sqlite
