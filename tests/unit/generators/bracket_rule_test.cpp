// The rule for [: constructor, subscript or array type, name. Seen on PostgreSQL, where all three exist.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "generators/postgres_generator.hpp"
#include "generators/reserved_words.hpp"
#include "unit/generators/translation_table.hpp"

namespace dalia::internal {
namespace {

using dalia::testing::check;
using dalia::testing::outcome;

struct Bracket {
  std::string_view portable;
  std::string_view expected;
};

void check_on_postgres(const std::vector<Bracket>& brackets) {
  const PostgresGenerator postgres;
  for (const auto& [portable, expected] : brackets) {
    EXPECT_EQ(outcome(postgres, portable), expected) << portable;
  }
}

TEST(BracketRule, Constructors) {
  check_on_postgres({
      {"SELECT ARRAY[1,2]", "=0"},
      {"SELECT array [1,2]", "=0"},
      {"SELECT Array /* c */ -- d\n [1]", "=0"},
      {"SELECT ARRAY[]::int[]", "=0"},
      {"SELECT ARRAY[[1,2],[3,4]]", "=0"},
      {"SELECT ARRAY[ [ 1 , 2 ] , [3,4] ]", "=0"},
      {"SELECT ARRAY[[[1],[2]],[[3],[4]]]", "=0"},
      {"SELECT ARRAY[?, ?]", "2 SELECT ARRAY[$1, $2]"},
      {"SELECT ARRAY[(1,2),[3]]", "=0"},
      {"SELECT ARRAY[f(a,b), g([c])]", "0 SELECT ARRAY[f(a,b), g(\"c\")]"},
      {"SELECT ARRAY[([a])], ARRAY[t.[a]]", "0 SELECT ARRAY[(\"a\")], ARRAY[t.\"a\"]"},
      {"SELECT ARRAY[1 + [a]]", "0 SELECT ARRAY[1 + \"a\"]"},
      {"CREATE TABLE [t] ([a] text ARRAY[4])", "0 CREATE TABLE \"t\" (\"a\" text ARRAY[4])"},
      {"SELECT ARRAY[']'] || ARRAY[\"]\"]", "=0"},
  });
}

TEST(BracketRule, Subscripts) {
  check_on_postgres({
      {"SELECT a[1], a[1:2], a[:n], a[n:], a[:]", "=0"},
      {"SELECT (f(x))[1], $1[1], m[1][2], j['key']['b']", "=1"},
      {"SELECT a [1], a [1:2], a [ 1 ] , a [:]", "=0"},
      {"SELECT a[?], a[?:?]", "3 SELECT a[$1], a[$2:$3]"},
      {"SELECT a[[i]]", "0 SELECT a[\"i\"]"},
      {"SELECT [a][1], [t].[a][[i]]", "0 SELECT \"a\"[1], \"t\".\"a\"[\"i\"]"},
      {"SELECT \"a\"[1], \"a\" [1]", "=0"},
      {"SELECT a[b[1] + 1]", "=0"},
      {"SELECT a[(SELECT max([n]) FROM [t])]", "0 SELECT a[(SELECT max(\"n\") FROM \"t\")]"},
      {"UPDATE [t] SET [a][1] = 2, b[3] = 4", "0 UPDATE \"t\" SET \"a\"[1] = 2, b[3] = 4"},
      {"INSERT INTO [t] ([a][1], b[2]) VALUES (1, 2)", "0 INSERT INTO \"t\" (\"a\"[1], b[2]) VALUES (1, 2)"},
      {"SELECT t.values[1], t.array[1]", "=0"},
      {"SELECT count(*)[n]", "=0"},
  });
}

TEST(BracketRule, Types) {
  check_on_postgres({
      {"SELECT '{}'::text[], '{}'::int[3][3]", "=0"},
      {"SELECT CAST(? AS int [3])", "1 SELECT CAST($1 AS int [3])"},
      {"SELECT NULL::numeric(10,2)[]", "=0"},
      {"SELECT NULL::timestamp(3) with time zone[]", "=0"},
      {"SELECT NULL::double precision [ ]", "=0"},
      {"CREATE TABLE [t] ([a] text[], [b] int [2] [ 3 ])", "0 CREATE TABLE \"t\" (\"a\" text[], \"b\" int [2] [ 3 ])"},
  });
}

TEST(BracketRule, Names) {
  check_on_postgres({
      {"[a]", "0 \"a\""},
      {"SELECT [a], -[b], ([c]), t.[d], 1[e], 'x'[f]", "0 SELECT \"a\", -\"b\", (\"c\"), t.\"d\", 1\"e\", 'x'\"f\""},
      {"SELECT a [b], count(*) [n], a[1] [b]", "0 SELECT a \"b\", count(*) \"n\", a[1] \"b\""},
      {"SELECT [a] [b] FROM users [u]", "0 SELECT \"a\" \"b\" FROM users \"u\""},
      {"SELECT ? [a], \"x\" [y]", "1 SELECT $1 \"a\", \"x\" \"y\""},
      {"SELECT 1 AS [1], AS[2]", "0 SELECT 1 AS \"1\", AS\"2\""},
      {"SELECT CASE WHEN 1 = 1 THEN 2 END[x]", "0 SELECT CASE WHEN 1 = 1 THEN 2 END\"x\""},
      {"SELECT a[1], [b]]c]", "0 SELECT a[1], \"b]c\""},
      {"SELECT a[\"x]y\"]", "=0"},
  });
}

TEST(BracketRule, WordsAfterWhichANameStarts) {
  const PostgresGenerator postgres;
  for (const std::string_view word :
       {"SELECT", "FROM",     "WHERE",      "AND",    "OR",     "NOT",     "IN",        "IS",         "LIKE",
        "ILIKE",  "BETWEEN",  "CASE",       "WHEN",   "THEN",   "ELSE",    "END",       "AS",         "ON",
        "USING",  "JOIN",     "INNER",      "LEFT",   "RIGHT",  "FULL",    "CROSS",     "NATURAL",    "OUTER",
        "GROUP",  "BY",       "HAVING",     "ORDER",  "LIMIT",  "OFFSET",  "UNION",     "EXCEPT",     "INTERSECT",
        "ALL",    "DISTINCT", "INTO",       "INSERT", "UPDATE", "DELETE",  "SET",       "VALUES",     "TABLE",
        "INDEX",  "VIEW",     "CREATE",     "ALTER",  "DROP",   "ADD",     "COLUMN",    "CONSTRAINT", "PRIMARY",
        "KEY",    "FOREIGN",  "REFERENCES", "UNIQUE", "CHECK",  "DEFAULT", "RETURNING", "WITH",       "RECURSIVE",
        "WINDOW", "OVER",     "PARTITION",  "ASC",    "DESC",   "TO",      "IF",        "EXISTS",     "NULL"}) {
    EXPECT_TRUE(never_ends_operand(word)) << word;
    const std::string portable = fmt::format("{}[1]", word);
    EXPECT_EQ(outcome(postgres, portable), fmt::format("0 {}\"1\"", word));
  }
  EXPECT_TRUE(never_ends_operand("sElEcT"));
  EXPECT_FALSE(never_ends_operand("selected"));
  EXPECT_FALSE(never_ends_operand("averylongwordindeed"));
  EXPECT_FALSE(never_ends_operand(""));
}

TEST(BracketRule, BracketsMustPair) {
  check_on_postgres({
      {"SELECT ARRAY[1,2", "!1:13 '[' without its ']'"},
      {"SELECT a[1", "!1:9 '[' without its ']'"},
      {"SELECT (a[1)", "!1:10 '[' without its ']'"},
      {"SELECT a[(1]", "!1:12 ']' before the ')' of a parenthesis inside the brackets"},
      {"SELECT a[b[1]", "!1:9 '[' without its ']'"},
      {"SELECT 1]", "=0"},
      {"SELECT a[1])", "=0"},
      {"SELECT ARRAY[[]]", "=0"},
  });
}

TEST(BracketRule, TargetsWithoutArraysRefuseThem) {
  constexpr std::string_view sqlite =
      "!1:9 '[' opens an array subscript or constructor here, and sqlite has no arrays; before a name write a blank or "
      "AS";
  constexpr std::string_view mysql =
      "!1:9 '[' opens an array subscript or constructor here, and mysql has no arrays; before a name write a blank or "
      "AS";
  check({
      {"subscript", "SELECT a[1]", sqlite, "=0", mysql},
      {"alias without a blank", "SELECT a[b]", sqlite, "=0", mysql},
      {"digits", "SELECT 1[1], a [b]", R"(0 SELECT 1"1", a "b")", R"(0 SELECT 1"1", a "b")", "0 SELECT 1`1`, a `b`"},
  });
  check({{"constructor", "ARRAY  [1]",
          "!1:8 '[' opens an array subscript or constructor here, and sqlite has no arrays; before a name write a "
          "blank or AS",
          "=0",
          "!1:8 '[' opens an array subscript or constructor here, and mysql has no arrays; before a name write a blank "
          "or "
          "AS"}});
}

}  // namespace
}  // namespace dalia::internal
