// Any text is refused with a place inside it, or its translation reads, by the target's own rules, as the same tokens.
// What SQLite prepares takes as many parameters as the translation says.
#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"
#include "generators/lexer.hpp"
#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"

namespace {

using dalia::NativeQuery;
using dalia::TranslationError;
using dalia::internal::Lexer;
using dalia::internal::Token;
using dalia::internal::TokenKind;
using dalia::internal::TranslatingGenerator;
using dalia::internal::unquoted_name;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

std::vector<Token> significant_tokens(std::string_view sql, const TranslatingGenerator& generator) {
  std::vector<Token> tokens;
  Lexer lexer(sql, generator.lexical_rules());
  Token token;
  while (lexer.next(token)) {
    if (token.kind != TokenKind::Space) {
      tokens.push_back(token);
    }
  }
  return tokens;
}

void require_same_tokens(std::string_view portable, const NativeQuery& native, const TranslatingGenerator& generator) {
  const std::vector<Token> before = significant_tokens(portable, generator);
  const std::vector<Token> after = significant_tokens(native.text, generator);
  require(before.size() == after.size(), "as many tokens as before");
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].kind == TokenKind::BracketName) {
      require(after[i].kind == TokenKind::QuotedName, "a name stays a name");
      require(unquoted_name(before[i].text) == unquoted_name(after[i].text), "the same name");
    } else {
      require(before[i].kind == after[i].kind, "the same kind of token");
      require(before[i].kind == TokenKind::Parameter || before[i].text == after[i].text, "the same text");
    }
  }
}

sqlite3* database() {
  static sqlite3* const opened = [] {
    sqlite3* raw = nullptr;
    sqlite3_open(":memory:", &raw);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_exec(raw, "CREATE TABLE t (a, b, c); CREATE TABLE users (id, name, age)", nullptr, nullptr, nullptr);
    return raw;
  }();
  return opened;
}

/// The arguments of a virtual table are no SQL: SQLite takes a ? there for text.
bool names_virtual_table(std::string_view sql) {
  const dalia::internal::SqliteGenerator sqlite;
  Lexer lexer(sql, sqlite.lexical_rules());
  Token token;
  while (lexer.next(token)) {
    if (token.kind == TokenKind::Word && dalia::internal::is_keyword(token.text, "VIRTUAL")) {
      return true;
    }
  }
  return false;
}

void require_count_of_sqlite(const NativeQuery& native) {
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(database(), native.text.c_str(), -1, &prepared, &rest) != SQLITE_OK) {
    return;
  }
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
  if (prepared != nullptr && *rest == '\0' && !names_virtual_table(native.text)) {
    require(static_cast<std::size_t>(sqlite3_bind_parameter_count(prepared)) == native.parameter_count,
            "SQLite's number of parameters");
  }
}

void try_on(const TranslatingGenerator& generator, std::string_view portable) {
  NativeQuery native;
  try {
    native = generator.convert_query_to_native(portable);
  } catch (const TranslationError& error) {
    require(error.position() != nullptr && error.position()->offset < portable.size(), "an error has a place");
    return;
  }
  require(!dalia::internal::first_invalid_utf8(native.text), "valid UTF-8");
  require(native.text.find('\0') == std::string::npos, "no NUL");
  if (portable.find("?\?") == std::string_view::npos) {
    require_same_tokens(portable, native, generator);
  }
  if (generator.dialect() == "sqlite") {
    require_count_of_sqlite(native);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const dalia::internal::SqliteGenerator sqlite;
  static const dalia::internal::PostgresGenerator postgres;
  static const dalia::internal::MySqlGenerator mysql;
  const std::string_view portable(reinterpret_cast<const char*>(bytes), size);
  for (const TranslatingGenerator* generator :
       {static_cast<const TranslatingGenerator*>(&sqlite), static_cast<const TranslatingGenerator*>(&postgres),
        static_cast<const TranslatingGenerator*>(&mysql)}) {
    try_on(*generator, portable);
  }
  return 0;
}
