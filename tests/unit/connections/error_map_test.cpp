#include "connections/sqlite/error_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace dalia::internal::sqlite {
namespace {

using ::testing::HasSubstr;

struct Row {
  int code;
  ErrorClass error_class;
  const char* says;
};

TEST(SqliteErrorMap, GivesEveryCodeItsClassAndAdvice) {
  const Row table[] = {
      {SQLITE_ERROR, ErrorClass::Query, ""},
      {SQLITE_CONSTRAINT_UNIQUE, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_PRIMARYKEY, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_ROWID, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_FOREIGNKEY, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_NOTNULL, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_CHECK, ErrorClass::Constraint, ""},
      {SQLITE_CONSTRAINT_TRIGGER, ErrorClass::Query, "trigger"},
      {SQLITE_CONSTRAINT_VTAB, ErrorClass::Query, ""},
      {SQLITE_BUSY, ErrorClass::Transient, "'f.db' is locked by another connection"},
      {SQLITE_BUSY_RECOVERY, ErrorClass::Transient, "locked"},
      {SQLITE_BUSY_SNAPSHOT, ErrorClass::Transient, "run it again"},
      {SQLITE_LOCKED, ErrorClass::Transient, "run the transaction again"},
      {SQLITE_LOCKED_SHAREDCACHE, ErrorClass::Transient, "run the transaction again"},
      {SQLITE_PROTOCOL, ErrorClass::Transient, "again"},
      {SQLITE_SCHEMA, ErrorClass::Transient, "schema changed"},
      {SQLITE_FULL, ErrorClass::Query, "no space left for 'f.db'; the statement was undone"},
      {SQLITE_IOERR_READ, ErrorClass::Connection, "check the disk"},
      {SQLITE_IOERR_WRITE, ErrorClass::Query, "check the disk"},
      {SQLITE_READONLY, ErrorClass::Query, "mode=ro"},
      {SQLITE_READONLY_DIRECTORY, ErrorClass::Query, "mode=ro"},
      {SQLITE_READONLY_DBMOVED, ErrorClass::Connection, "moved"},
      {SQLITE_CORRUPT, ErrorClass::Connection, "damaged"},
      {SQLITE_CORRUPT_INDEX, ErrorClass::Query, "REINDEX"},
      {SQLITE_NOTADB, ErrorClass::Connection, "not an SQLite database"},
      {SQLITE_CANTOPEN, ErrorClass::Query, "cannot be opened"},
      {SQLITE_PERM, ErrorClass::Query, "permissions"},
      {SQLITE_AUTH, ErrorClass::Query, "authorizer"},
      {SQLITE_TOOBIG, ErrorClass::Query, "larger than SQLite allows"},
      {SQLITE_MISMATCH, ErrorClass::Query, "only integers"},
      {SQLITE_INTERRUPT, ErrorClass::Query, "interrupt()"},
      {SQLITE_NOMEM, ErrorClass::Query, "out of memory"},
      {SQLITE_IOERR_NOMEM, ErrorClass::Query, "out of memory"},
      {SQLITE_ABORT_ROLLBACK, ErrorClass::Query, "rolled back"},
      {SQLITE_MISUSE, ErrorClass::Query, "native_handle"},
      {1000, ErrorClass::Query, ""},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.code);
    EXPECT_EQ(meaning_of(row.code).error_class, row.error_class);
    NativeError error;
    error.code = row.code;
    error.message = "SQLite's words";
    error.statement = "SELECT 1";
    error.file = "'f.db'";
    try {
      throw_error(error);
    } catch (const Error& thrown) {
      EXPECT_EQ(thrown.native_code(), row.code);
      EXPECT_EQ(thrown.backend(), "sqlite");
      EXPECT_EQ(thrown.statement(), "SELECT 1");
      EXPECT_EQ(thrown.is_retryable(), row.error_class == ErrorClass::Transient);
      EXPECT_EQ(dynamic_cast<const ConstraintViolation*>(&thrown) != nullptr,
                row.error_class == ErrorClass::Constraint);
      EXPECT_EQ(dynamic_cast<const TransientError*>(&thrown) != nullptr, row.error_class == ErrorClass::Transient);
      EXPECT_EQ(dynamic_cast<const ConnectionError*>(&thrown) != nullptr, row.error_class == ErrorClass::Connection);
      EXPECT_THAT(thrown.what(), HasSubstr("SQLite's words"));
      EXPECT_THAT(thrown.what(), HasSubstr(row.says));
      EXPECT_THAT(thrown.what(), ::testing::Not(HasSubstr("{}")));
    }
  }
}

TEST(SqliteErrorMap, FindsTableAndColumn) {
  const ConstraintPlace unique = place_in("UNIQUE constraint failed: users.email, users.name", ConstraintKind::Unique);
  EXPECT_EQ(unique.table, "users");
  EXPECT_EQ(unique.column, "email");
  const ConstraintPlace null = place_in("NOT NULL constraint failed: t.a", ConstraintKind::NotNull);
  EXPECT_EQ(null.table, "t");
  EXPECT_EQ(null.column, "a");
  EXPECT_EQ(place_in("CHECK constraint failed: positive", ConstraintKind::Check).constraint, "positive");
  EXPECT_EQ(place_in("UNIQUE constraint failed: index 'i'", ConstraintKind::Unique).constraint, "i");
  EXPECT_EQ(place_in("FOREIGN KEY constraint failed", ConstraintKind::ForeignKey).table, "");
}

TEST(SqliteErrorMap, CountsLinesAndColumnsFromOne) {
  EXPECT_EQ(position_at("SELECT\n  nope", 9), (Position{9, 2, 3}));
  EXPECT_EQ(position_at("SELECT", 0), (Position{0, 1, 1}));
  EXPECT_EQ(position_at("SELECT", 100).offset, 6U);
}

TEST(SqliteErrorMap, HidesWhatMayBeAValue) {
  EXPECT_EQ(without_quoted("JSON path error near 'se'cret' here"), "JSON path error near '...' here");
  EXPECT_EQ(without_quoted("malformed JSON"), "malformed JSON");
  EXPECT_EQ(without_quoted("stray ' quote"), "stray '...'");
}

}  // namespace
}  // namespace dalia::internal::sqlite
