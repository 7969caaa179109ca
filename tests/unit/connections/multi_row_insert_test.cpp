#include "connections/multi_row_insert.hpp"

#include <gtest/gtest.h>

namespace dalia::internal {
namespace {

TEST(MultiRowInsert, WidensPlainInserts) {
  const char* plain[] = {
      R"(INSERT INTO "t" ("a", "b") VALUES (?, ?))",
      R"(insert into t(a,b)values(?,?);)",
      "INSERT INTO main.t\n  VALUES\n (?, ?) ; ",
      R"x(INSERT INTO "o""dd" ("?", ")") VALUES (?, ?))x",
  };
  for (const char* text : plain) {
    SCOPED_TRACE(text);
    const auto insert = MultiRowInsert::from(text);
    ASSERT_TRUE(insert);
    EXPECT_EQ(insert->width(), 2U);
  }
  EXPECT_EQ(MultiRowInsert::from(plain[1])->text(3), "insert into t(a,b)values (?,?),(?,?),(?,?)");
}

TEST(MultiRowInsert, CountsNumberedParametersOn) {
  const auto insert = MultiRowInsert::from(R"(INSERT INTO "t" ("a", "b") VALUES ($1, $2))");
  ASSERT_TRUE(insert);
  EXPECT_EQ(insert->width(), 2U);
  EXPECT_EQ(insert->text(3), R"(INSERT INTO "t" ("a", "b") VALUES ($1,$2),($3,$4),($5,$6))");
}

TEST(MultiRowInsert, LeavesEverythingElseAlone) {
  const char* others[] = {
      "",
      "INSERT",
      "UPDATE t SET a = ?",
      "INSERT OR REPLACE INTO t VALUES (?)",
      "INSERT OR FAIL INTO t VALUES (?)",
      "REPLACE INTO t VALUES (?)",
      "INSERT INTO t DEFAULT VALUES",
      "INSERT INTO t (a) SELECT ?",
      "INSERT INTO t (a) VALUES (?, 1)",
      "INSERT INTO t (a) VALUES (?1)",
      "INSERT INTO t (a) VALUES ($2)",
      "INSERT INTO t (a) VALUES ($1::int)",
      "INSERT INTO t (a, b) VALUES ($1, $1)",
      "INSERT INTO t (a, b) VALUES ($1, $20)",
      "INSERT INTO t (a, b) VALUES ($1, ?)",
      "INSERT INTO t (a) VALUES (:a)",
      "INSERT INTO t (a) VALUES (? + 1)",
      "INSERT INTO t (a) VALUES ()",
      "INSERT INTO t (a) VALUES (?), (?)",
      "INSERT INTO t (a) VALUES (?) RETURNING a",
      "INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING",
      "INSERT INTO t AS x VALUES (?)",
      "INSERT INTO t (a) VALUES (?); DELETE FROM t",
      "INSERT INTO t /* c */ (a) VALUES (?)",
      "INSERT INTO \"t (a) VALUES (?)",
  };
  for (const char* text : others) {
    EXPECT_FALSE(MultiRowInsert::from(text)) << text;
  }
}

}  // namespace
}  // namespace dalia::internal
