#include "connections/postgres/error_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dalia::internal::postgres {
namespace {

using ::testing::HasSubstr;

struct Row {
  const char* sqlstate;
  ErrorClass error_class;
  const char* says;
};

TEST(PostgresErrorMap, GivesEveryCodeItsClassAndAdvice) {
  const Row table[] = {
      {"23505", ErrorClass::Constraint, ""},
      {"23P01", ErrorClass::Constraint, ""},
      {"23503", ErrorClass::Constraint, ""},
      {"23001", ErrorClass::Constraint, ""},
      {"23502", ErrorClass::Constraint, ""},
      {"23514", ErrorClass::Constraint, ""},
      {"40001", ErrorClass::Transient, "run the transaction again"},
      {"40P01", ErrorClass::Transient, "run the transaction again"},
      {"55P03", ErrorClass::Transient, "another transaction holds the lock"},
      {"55006", ErrorClass::Transient, "in use"},
      {"0A000", ErrorClass::Query, ""},
      {"25006", ErrorClass::Query, "connect to the primary"},
      {"25P02", ErrorClass::Query, "roll back, or use savepoints"},
      {"25P03", ErrorClass::Connection, "idle for too long"},
      {"25P04", ErrorClass::Connection, "took too long"},
      {"57014", ErrorClass::Query, "stopped"},
      {"57P01", ErrorClass::Connection, "connect again"},
      {"57P02", ErrorClass::Connection, "connect again"},
      {"57P03", ErrorClass::Connection, "try again in a moment"},
      {"57P04", ErrorClass::Connection, "the database was dropped"},
      {"57P05", ErrorClass::Connection, "connect again"},
      {"53300", ErrorClass::Connection, "max_connections"},
      {"53100", ErrorClass::Query, "free some space"},
      {"53200", ErrorClass::Query, "out of memory"},
      {"28000", ErrorClass::Authentication, "pg_hba.conf"},
      {"28P01", ErrorClass::Authentication, "check user and password"},
      {"3D000", ErrorClass::Connection, "create the database first"},
      {"42P18", ErrorClass::Query, "CAST(? AS"},
      {"42601", ErrorClass::Query, ""},
      {"42P01", ErrorClass::Query, ""},
      {"42703", ErrorClass::Query, ""},
      {"42501", ErrorClass::Query, "privilege"},
      {"22P02", ErrorClass::Query, ""},
      {"22003", ErrorClass::Query, ""},
      {"08006", ErrorClass::Connection, "connect again"},
      {"08P01", ErrorClass::Connection, "connect again"},
      {"58030", ErrorClass::Query, "see its log"},
      {"P0001", ErrorClass::Query, ""},
      {"XX000", ErrorClass::Query, ""},
      {"", ErrorClass::Query, ""},
      {"?", ErrorClass::Query, ""},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.sqlstate);
    EXPECT_EQ(meaning_of(row.sqlstate).error_class, row.error_class);
    EXPECT_THAT(std::string(meaning_of(row.sqlstate).advice), HasSubstr(row.says));
  }
}

TEST(PostgresErrorMap, TellsTheKindsOfConstraintsApart) {
  EXPECT_EQ(meaning_of("23505").constraint, ConstraintKind::Unique);
  EXPECT_EQ(meaning_of("23P01").constraint, ConstraintKind::Unique);
  EXPECT_EQ(meaning_of("23503").constraint, ConstraintKind::ForeignKey);
  EXPECT_EQ(meaning_of("23001").constraint, ConstraintKind::ForeignKey);
  EXPECT_EQ(meaning_of("23502").constraint, ConstraintKind::NotNull);
  EXPECT_EQ(meaning_of("23514").constraint, ConstraintKind::Check);
}

TEST(PostgresErrorMap, WhatTheServerEndedDidNotHappen) {
  EXPECT_TRUE(is_undone("57P01"));
  EXPECT_TRUE(is_undone("40001"));
  EXPECT_FALSE(is_undone("57P02")) << "a crash may come after the COMMIT took effect";
  EXPECT_FALSE(is_undone("")) << "the server said nothing";
}

}  // namespace
}  // namespace dalia::internal::postgres
