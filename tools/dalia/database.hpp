/// The database a URL names.
#pragma once

#include <memory>
#include <string>

#include "commands.hpp"
#include "dalia/dalia.hpp"

namespace dalia::program {

/// What to do where an SQLite file does not exist.
enum class MissingFile { Create, Refuse };

/// Not connected yet. A mode in the URL wins over `missing`.
/// @throws WrongUsage for a bad URL, Failure where its backend is not installed.
[[nodiscard]] std::unique_ptr<ConnectionManager> database_of(const Settings& settings, MissingFile missing);

/// The URL as it was given, without the password.
[[nodiscard]] std::string url_of(const Settings& settings);

}  // namespace dalia::program
