#include "connections/sqlite/open.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "connections/sqlite/collation.hpp"
#include "connections/sqlite/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::sqlite {
namespace {

/// Why a path cannot be opened, and what to do; SQLite itself says "unable to open database file" to all of it.
std::string reason_for(const std::string& file, OpenMode mode) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path path(file);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (fs::is_directory(path, error)) {
    return "it is a directory; name a file in it";
  }
  if (!fs::is_directory(folder, error)) {
    return fmt::format("the folder '{}' does not exist; create it first", folder.string());
  }
  if (!fs::exists(path, error) && !error) {
    return mode == OpenMode::ReadWriteCreate
               ? fmt::format("it could not be created in '{}'; check the permissions of that folder", folder.string())
               : "the file does not exist; check the path, or open it with mode=rwc to create it";
  }
  return "check the permissions of the file and its folder";
}

[[noreturn]] void fail_to_open(sqlite3* database, int code, const Settings& settings) {
  const int primary = code & 0xff;
  const std::string detail = database == nullptr ? "out of memory" : sqlite3_errmsg(database);
  std::string reason;
  if ((primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR || primary == SQLITE_PERM) && !settings.in_memory) {
    reason = reason_for(settings.file, settings.mode);
  } else if (primary == SQLITE_NOTADB) {
    reason = "it is not an SQLite database, or it is encrypted; check the path";
  } else if (primary == SQLITE_CORRUPT) {
    reason = "it is damaged; restore it from a copy, or try the .recover command of the sqlite3 shell";
  } else if (primary == SQLITE_BUSY) {
    reason = "another process holds it locked; try again, or end that process";
  } else {
    reason = meaning_of(code).advice.empty() ? "connect again" : "check the disk and its permissions";
  }
  NativeError native;
  native.code = code;
  ErrorFacts facts = facts_of(native);
  throw ConnectionError(fmt::format("cannot open {}: {}: {}", display_name(settings), detail, reason),
                        std::move(facts));
}

int run(sqlite3* database, const std::string& sql) {
  return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
}

/// The first cell of the first row.
int ask(sqlite3* database, const char* sql, std::string& answer) {
  sqlite3_stmt* raw = nullptr;
  const int prepared = sqlite3_prepare_v2(database, sql, -1, &raw, nullptr);
  const StatementHandle statement(raw);
  if (prepared != SQLITE_OK) {
    return prepared;
  }
  const int stepped = sqlite3_step(statement.get());
  if (stepped == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
    answer = text == nullptr ? "" : text;
    return SQLITE_OK;
  }
  return stepped == SQLITE_DONE ? SQLITE_OK : stepped;
}

void configure(sqlite3* database) {
  for (const int off : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_TRUSTED_SCHEMA}) {
    sqlite3_db_config(database, off, 0, nullptr);
  }
  for (const int on : {SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_DEFENSIVE}) {
    sqlite3_db_config(database, on, 1, nullptr);
  }
}

/// A file that cannot have WAL (read-only, no shared memory, locked by others) keeps its journal and works all the
/// same.
void switch_to_wal(sqlite3* database, const std::string& mode) {
  if (mode != "wal" && sqlite3_db_readonly(database, "main") == 0) {
    run(database, "PRAGMA journal_mode=WAL");
  }
}

}  // namespace

std::string display_name(const Settings& settings) {
  return settings.in_memory ? "the database in memory" : fmt::format("'{}'", settings.file);
}

DatabaseHandle open_database(const Settings& settings) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= settings.mode == OpenMode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  flags |= settings.mode == OpenMode::ReadWriteCreate || settings.in_memory ? SQLITE_OPEN_CREATE : 0;
  flags |= settings.in_memory ? SQLITE_OPEN_URI : 0;
  // "./" keeps names that mean something else to SQLite (":x", "file:x", the latter where a build reads all as URIs).
  const bool is_special = settings.file.starts_with(':') || settings.file.starts_with("file:");
  const std::string path = is_special && !settings.in_memory ? "./" + settings.file : settings.file;
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  DatabaseHandle database(raw);
  if (opened != SQLITE_OK) {
    fail_to_open(raw, opened, settings);
  }
  configure(raw);
  const int added = add_collation(raw);
  if (added != SQLITE_OK) {
    fail_to_open(raw, added, settings);
  }
  return database;
}

void prepare_database(sqlite3* database, const Settings& settings) {
  std::string mode;
  std::string unused;
  int result = ask(database, "PRAGMA schema_version", unused);  // the first read of the file
  if (result == SQLITE_OK) {
    result = ask(database, "PRAGMA journal_mode", mode);
  }
  if (result != SQLITE_OK) {
    fail_to_open(database, result, settings);
  }
  if (!settings.in_memory) {
    switch_to_wal(database, mode);
    run(database, settings.synchronous == Synchronous::Full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  }
}

}  // namespace dalia::internal::sqlite
