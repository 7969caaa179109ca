// One statement or several: only what may hold statements of its own is let through with a ; inside.
#include <string_view>

#include <gtest/gtest.h>

#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"
#include "unit/generators/translation_table.hpp"

namespace dalia::internal {
namespace {

using dalia::testing::outcome;

TEST(StatementEnd, BodiesHoldStatements) {
  EXPECT_EQ(
      outcome(SqliteGenerator(),
              "CREATE TEMP TRIGGER [x] AFTER INSERT ON [t] BEGIN UPDATE [t] SET [a] = 1; DELETE FROM [u]; END;"),
      "0 CREATE TEMP TRIGGER \"x\" AFTER INSERT ON \"t\" BEGIN UPDATE \"t\" SET \"a\" = 1; DELETE FROM \"u\"; END;");
  const MySqlGenerator mysql;
  for (const std::string_view sql : {
           "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
           "begin /* c */ not atomic SELECT 1; SELECT 2; END",
           "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
           "CREATE OR REPLACE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
           "CREATE OR REPLACE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
           "CREATE DEFINER = root@'localhost' FUNCTION f() RETURNS INT BEGIN SET @a = 1; RETURN 1; END",
           "CREATE DEFINER=CURRENT_USER() EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; DELETE FROM u; END",
           "CREATE AGGREGATE FUNCTION f(x INT) RETURNS INT BEGIN LOOP FETCH GROUP NEXT ROW; END LOOP; END",
           "CREATE PACKAGE BODY b AS PROCEDURE p() AS BEGIN NULL; END; END",
           "ALTER EVENT e DO BEGIN DELETE FROM t; DELETE FROM u; END",
       }) {
    EXPECT_EQ(outcome(mysql, sql), "=0") << sql;
  }
  EXPECT_EQ(outcome(PostgresGenerator(), "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END"), "=0");
}

TEST(StatementEnd, OthersDoNot) {
  const MySqlGenerator mysql;
  for (const std::string_view sql : {
           "CREATE TABLE event (a INT); SELECT 1",
           "CREATE TABLE `t` (a INT); CREATE TRIGGER x",
           "CREATE VIEW trigger_view AS SELECT 1; SELECT 2",
           "CREATE DEFINER=trigger@localhost VIEW event AS SELECT 1; SELECT 2",
           "BEGIN; SELECT 1",
           "BEGIN WORK; SELECT 1",
           "BEGIN NOT NULL; SELECT 1",
           "DROP TRIGGER x; SELECT 1",
           "SELECT 1; CREATE TRIGGER x",
           "; SELECT 1",
           "'CREATE' TRIGGER; SELECT 1",
           "SELECT 1 /*! ; SELECT 2 */",
       }) {
    EXPECT_NE(outcome(mysql, sql).find("several statements in one text"), std::string::npos) << sql;
  }
  EXPECT_EQ(outcome(mysql, "SELECT 1;;"), "=0");
}

}  // namespace
}  // namespace dalia::internal
