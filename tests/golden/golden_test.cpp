// Portable statements beside what every dialect must make of them, byte for byte: statements/NAME.sql and
// NAME.<dialect>.sql, or NAME.<dialect>.error with "line:column: reason". The SQLite texts are also prepared on the
// engine, those of not_on_sqlite.txt to see that it refuses them; golden_postgres_test.cpp does the same on its server.
#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "golden/golden_files.hpp"

namespace dalia::golden {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view dialects[] = {"sqlite", "postgres", "mysql"};

std::string refusal_of(const TranslationError& error) {
  const Position at = *error.position();
  const std::string prefix = fmt::format("line {}, column {}: ", at.line, at.column);
  return fmt::format("{}:{}: {}", at.line, at.column, std::string(error.what()).substr(prefix.size()));
}

class Database {
 public:
  Database() {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
    database_.reset(database);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    const std::string schema = content_of(directory() / "schema.sqlite.sql");
    EXPECT_EQ(sqlite3_exec(database, schema.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  }

  /// Number of parameters of the statement, or nothing if the engine refuses it or reads only a part of it.
  std::optional<std::size_t> parameter_count(const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, &rest);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw, &sqlite3_finalize);
    message_ = sqlite3_errmsg(database_.get());
    if (code != SQLITE_OK) {
      return std::nullopt;
    }
    sqlite3_stmt* second = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_.get(), rest, -1, &second, nullptr), SQLITE_OK);
    EXPECT_EQ(second, nullptr) << "a second statement: " << rest;
    return static_cast<std::size_t>(sqlite3_bind_parameter_count(raw));
  }

  const std::string& message() const { return message_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string message_;
};

TEST(Golden, EveryDialectAsWritten) {
  const std::vector<std::string> names = statement_names();
  ASSERT_GE(names.size(), 60U) << statement_directory();
  for (const std::string& name : names) {
    const std::string portable = content_of(file_of(name, ".sql"));
    for (const std::string_view dialect : dialects) {
      SCOPED_TRACE(fmt::format("{} on {}", name, dialect));
      const fs::path expected = file_of(name, fmt::format(".{}.sql", dialect));
      const fs::path refusal = file_of(name, fmt::format(".{}.error", dialect));
      ASSERT_NE(fs::exists(expected), fs::exists(refusal)) << "one of " << expected << " and " << refusal;
      try {
        const NativeQuery native = make_sql_generator(dialect)->convert_query_to_native(portable);
        ASSERT_TRUE(fs::exists(expected)) << "not refused: " << native.text;
        EXPECT_EQ(native.text, content_of(expected));
      } catch (const TranslationError& error) {
        ASSERT_TRUE(fs::exists(refusal)) << error.what();
        EXPECT_EQ(refusal_of(error), content_of(refusal));
      }
    }
  }
}

TEST(Golden, NoFileStandsAlone) {
  for (const auto& entry : fs::directory_iterator(statement_directory())) {
    const std::string file = entry.path().filename().string();
    EXPECT_TRUE(fs::exists(file_of(file.substr(0, file.find('.')), ".sql"))) << file;
  }
}

TEST(Golden, SqlitePreparesItsTexts) {
  Database database;
  std::map<std::string, std::string> refused = refused_by("sqlite");
  const auto generator = make_sql_generator("sqlite");
  std::size_t prepared = 0;
  for (const std::string& name : statement_names()) {
    if (!fs::exists(file_of(name, ".sqlite.sql"))) {
      EXPECT_FALSE(refused.contains(name)) << name << " is already refused by translation";
      continue;
    }
    SCOPED_TRACE(name);
    const std::string native = content_of(file_of(name, ".sqlite.sql"));
    const std::optional<std::size_t> count = database.parameter_count(native);
    if (refused.erase(name) > 0) {
      EXPECT_FALSE(count) << "SQLite prepares it; remove it from not_on_sqlite.txt";
      continue;
    }
    ASSERT_TRUE(count) << database.message() << ": " << native;
    EXPECT_EQ(*count, generator->convert_query_to_native(content_of(file_of(name, ".sql"))).parameter_count);
    ++prepared;
  }
  EXPECT_GE(prepared, 60U);
  EXPECT_TRUE(refused.empty()) << "not_on_sqlite.txt names " << refused.begin()->first << ", which does not exist";
}

}  // namespace
}  // namespace dalia::golden
