#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(MakeSqlGenerator, KnowsNamesAndAliases) {
  for (const auto& [name, dialect] : {std::pair{"sqlite", "sqlite"},
                                      {"sqlite3", "sqlite"},
                                      {"postgres", "postgres"},
                                      {"postgresql", "postgres"},
                                      {"mysql", "mysql"},
                                      {"mariadb", "mysql"}}) {
    EXPECT_EQ(make_sql_generator(name)->dialect(), dialect);
  }
}

TEST(MakeSqlGenerator, NamesTheKnownOnes) {
  EXPECT_THAT([] { (void)make_sql_generator("oracle"); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("oracle"), HasSubstr("sqlite"), HasSubstr("postgres"), HasSubstr("mysql"))));
}

TEST(EscapeIdentifier, DoublesTheQuoteOfTheTarget) {
  const SqliteGenerator sqlite;
  const PostgresGenerator postgres;
  const MySqlGenerator mysql;
  constexpr std::string_view name = "a\"b`c]d'e\\";
  EXPECT_EQ(sqlite.escape_identifier(name), "\"a\"\"b`c]d'e\\\"");
  EXPECT_EQ(postgres.escape_identifier(name), "\"a\"\"b`c]d'e\\\"");
  EXPECT_EQ(mysql.escape_identifier(name), "`a\"b``c]d'e\\`");
  EXPECT_EQ(postgres.escape_identifier("\"\""), "\"\"\"\"\"\"");
  EXPECT_EQ(postgres.escape_identifier("select"), "\"select\"");
}

TEST(EscapeIdentifier, RefusesWhatNoEngineTakes) {
  for (const std::string_view dialect : {"sqlite", "postgres", "mysql"}) {
    const auto generator = make_sql_generator(dialect);
    for (const std::string_view name :
         {std::string_view(""), std::string_view("a\0b", 3), std::string_view("\xC0\xAF")}) {
      EXPECT_THROW((void)generator->escape_identifier(name), UsageError) << dialect;
    }
  }
}

TEST(EscapeIdentifier, RefusesWhatMySqlDoesNotTake) {
  for (const std::string_view name : {"a\xF0\x9F\x98\x80", "a ", "a\t", "a\n"}) {
    EXPECT_THROW((void)MySqlGenerator().escape_identifier(name), UsageError);
    EXPECT_NO_THROW((void)PostgresGenerator().escape_identifier(name));
    EXPECT_NO_THROW((void)SqliteGenerator().escape_identifier(name));
  }
  EXPECT_EQ(MySqlGenerator().escape_identifier(" \xEF\xBF\xBD"), "` \xEF\xBF\xBD`");
}

TEST(GetTimeoutSql, SetsTheServersLimit) {
  const PostgresGenerator postgres;
  EXPECT_EQ(postgres.get_timeout_sql(milliseconds(1500)), "SET statement_timeout = 1500");
  EXPECT_EQ(postgres.get_timeout_sql(milliseconds(0)), "SET statement_timeout = 0");
  EXPECT_EQ(postgres.get_timeout_sql(std::chrono::hours(24 * 365)), "SET statement_timeout = 2147483647");
  const MySqlGenerator mariadb;
  EXPECT_EQ(mariadb.get_timeout_sql(milliseconds(1500)), "SET SESSION max_statement_time = 1.500");
  EXPECT_EQ(mariadb.get_timeout_sql(milliseconds(7)), "SET SESSION max_statement_time = 0.007");
  EXPECT_EQ(mariadb.get_timeout_sql(std::chrono::hours(24 * 1000)), "SET SESSION max_statement_time = 31536000.000");
  EXPECT_EQ(MySqlGenerator(MySqlFlavour::MySql).get_timeout_sql(milliseconds(1500)),
            "SET SESSION max_execution_time = 1500");
  EXPECT_EQ(SqliteGenerator().get_timeout_sql(milliseconds(1500)), "");
  EXPECT_THROW((void)postgres.get_timeout_sql(milliseconds(-1)), UsageError);
  EXPECT_THROW((void)mariadb.get_timeout_sql(milliseconds(-1)), UsageError);
}

TEST(Capabilities, TellTheDialectsApart) {
  EXPECT_TRUE(PostgresGenerator().capabilities().arrays);
  EXPECT_TRUE(PostgresGenerator().capabilities().question_mark_operators);
  EXPECT_FALSE(SqliteGenerator().capabilities().arrays);
  EXPECT_TRUE(SqliteGenerator().capabilities().transactional_ddl);
  EXPECT_FALSE(MySqlGenerator().capabilities().transactional_ddl);
  EXPECT_TRUE(MySqlGenerator().capabilities().returning_on_insert);
  EXPECT_FALSE(MySqlGenerator().capabilities().returning_on_update);
  EXPECT_FALSE(MySqlGenerator(MySqlFlavour::MySql).capabilities().returning_on_insert);
  EXPECT_EQ(SqliteGenerator(250000).capabilities().max_parameters, 250000U);
}

}  // namespace
}  // namespace dalia::internal
