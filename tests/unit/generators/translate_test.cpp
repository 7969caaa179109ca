// Every row of the tables of lexical hazards: literals, comments, names, parameters, bytes, neighbours that merge.
// A doubled question mark is written ?\? here, or the compiler would look for trigraphs.
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"
#include "unit/generators/translation_table.hpp"

namespace dalia::internal {
namespace {

using dalia::testing::check;
using dalia::testing::outcome;

TEST(Translate, StringLiterals) {
  check({
      {"doubled quote", "SELECT 'it''s ?', ?", "=1", "1 SELECT 'it''s ?', $1", "=1"},
      {"backslash before the quote", R"(SELECT 'a\', ? , 'b')", "=1", R"(1 SELECT 'a\', $1 , 'b')",
       "!1:20 unterminated string"},
      {"backslash quote, MySQL", R"(SELECT 'a\' ?')", "!1:14 unterminated string", "!1:14 unterminated string", "=0"},
      {"doubled backslash", R"(SELECT 'a\\', ?)", "=1", R"(1 SELECT 'a\\', $1)", "=1"},
      {"escape string", R"(SELECT E'a\'?', ?)", "!1:14 unterminated string", R"(1 SELECT E'a\'?', $1)", "=1"},
      {"escape string, small e", R"(SELECT e'a\'?')", "!1:14 unterminated string", "=0", "=0"},
      {"E at the end of a name", R"(SELECT typee'a\', ?)", "=1", R"(1 SELECT typee'a\', $1)",
       "!1:13 unterminated string"},
      {"E after a number", R"(SELECT 1E'a\'?')", "!1:15 unterminated string", "=0", "=0"},
      {"continued escape string", "SELECT E'a'\n'b\\'?'", "!2:6 unterminated string", "=0", "=0"},
      {"continued over blanks and comments", "SELECT E'a' -- x ' ?\n \r\n-- y\n'b\\'?'", "!4:6 unterminated string",
       "=0", "=0"},
      {"not continued on one line", "SELECT E'a' 'b\\', ?", "=1", "1 SELECT E'a' 'b\\', $1",
       "!1:13 unterminated string"},
      {"double quotes", R"(SELECT "a""?[b]", ?)", "=1", R"(1 SELECT "a""?[b]", $1)", "=1"},
      {"double quotes with a backslash", R"(SELECT "a\"?", ?, "b")", "!1:21 unterminated quoted name",
       "!1:21 unterminated quoted name", "=1"},
      {"Unicode escapes", "SELECT U&'?!0041' UESCAPE '!', ?", "=1", "1 SELECT U&'?!0041' UESCAPE '!', $1", "=1"},
      {"Unicode name", R"(SELECT U&"?", ?)", "=1", R"(1 SELECT U&"?", $1)", "=1"},
      {"prefixes", "SELECT N'?', X'3F', B'01', _utf8mb4'?', ?", "=1", "1 SELECT N'?', X'3F', B'01', _utf8mb4'?', $1",
       "=1"},
      {"dollar quote", "SELECT $$ ? '[a] $$", "!1:11 parameter '?' after '$$': one statement, one style of parameters",
       "=0", "!1:13 unterminated string"},
      {"tagged dollar quote", "SELECT $t_1$ ? $T_1$ $$ $2$ $t_1$, ?",
       "!1:14 parameter '?' after '$t_1$': one statement, one style of parameters",
       "1 SELECT $t_1$ ? $T_1$ $$ $2$ $t_1$, $1", "=2"},
      {"tag of high bytes", "SELECT $\xC3\xA4$ ? $\xC3\xA4$",
       "!1:13 parameter '?' after '$\xC3\xA4$': one statement, one style of parameters", "=0", "=1"},
      {"no dollar quote inside a name", "SELECT a$b$c, ?", "=1", "1 SELECT a$b$c, $1", "=1"},
      {"unterminated dollar quote", "SELECT $a$ x $b$", "=2", "!1:8 unterminated dollar-quoted string", "=0"},
      {"dollar quote not opened by a digit", "SELECT $1$, $1$", "=1", "=1", "=0"},
      {"everything inside a literal", "SELECT '[a] ? ?\? $1 %s -- /* ;', ?", "=1",
       "1 SELECT '[a] ? ?\? $1 %s -- /* ;', $1", "=1"},
      {"unterminated string", "SELECT\n 'abc", "!2:2 unterminated string", "!2:2 unterminated string",
       "!2:2 unterminated string"},
  });
}

TEST(Translate, ServerSettingsChangeHowStringsAreRead) {
  EXPECT_EQ(outcome(PostgresGenerator(PostgresReading{false}), R"(SELECT 'a\'?', ?)"), R"(1 SELECT 'a\'?', $1)");
  const MySqlGenerator ansi(MySqlFlavour::MariaDb, MySqlReading{true, false});
  EXPECT_EQ(outcome(ansi, R"(SELECT "a\", ?, [b])"), R"(1 SELECT "a\", ?, `b`)");
  const MySqlGenerator plain(MySqlFlavour::MariaDb, MySqlReading{false, true});
  EXPECT_EQ(outcome(plain, R"(SELECT 'a\', ?, "b\")"), "=1");
}

TEST(Translate, Comments) {
  check({
      {"line comment", "SELECT ? -- ? [a] '\n, ?", "=2", "2 SELECT $1 -- ? [a] '\n, $2", "=2"},
      {"line comment and CR", "SELECT -- x\r?", "=0", "1 SELECT -- x\r$1", "=0"},
      {"line comment at the end", "SELECT ? --", "=1", "1 SELECT $1 --", "=1"},
      {"two dashes without a blank", "SELECT 5--?", "=0", "=0", "=1"},
      {"two dashes before a tab", "SELECT 5--\t?", "=0", "=0", "=0"},
      {"two dashes before a control character", "SELECT 5--\x01?", "=0", "=0", "=0"},
      {"hash", "SELECT a # 'x\n, ?", "!1:12 unterminated string", "!1:12 unterminated string", "=1"},
      {"hash operators", "SELECT a #>> b, c #- d, ?", "=1", "1 SELECT a #>> b, c #- d, $1", "=0"},
      {"nested comment", "SELECT /* ? /* ? */ ? */ ?", "=2", "1 SELECT /* ? /* ? */ ? */ $1", "=2"},
      {"slash star slash", "SELECT /*/ ? */ ?", "=1", "1 SELECT /*/ ? */ $1", "=1"},
      {"slash star slash star slash", "SELECT /*/*/ ?", "=1", "!1:8 unterminated comment", "=1"},
      {"unterminated comment", "SELECT 1 /* ?", "=0", "!1:10 unterminated comment", "!1:10 unterminated comment"},
      {"bare comment start at the end", "SELECT 1 /*", "=0", "!1:10 unterminated comment",
       "!1:10 unterminated comment"},
      {"executable comment", "SELECT /*! [a], ? */ ?", "=1", "1 SELECT /*! [a], ? */ $1", "2 SELECT /*! `a`, ? */ ?"},
      {"MariaDB comment", "SELECT /*M! [a], ? */ ?", "=1", "1 SELECT /*M! [a], ? */ $1", "2 SELECT /*M! `a`, ? */ ?"},
      {"versioned comment", "SELECT /*!40001 SQL_NO_CACHE */ [a]", R"(0 SELECT /*!40001 SQL_NO_CACHE */ "a")",
       R"(0 SELECT /*!40001 SQL_NO_CACHE */ "a")", "0 SELECT /*!40001 SQL_NO_CACHE */ `a`"},
      {"name under a version", "SELECT /*!999999 [a], */ 1", "=0", "=0", "0 SELECT /*!999999 `a`, */ 1"},
      {"parameter under a version", "SELECT 1 /*!99999 , ? */", "=0", "=0",
       "!1:21 a parameter in a comment for some server versions: their number cannot be known"},
      {"parameter under a MariaDB version", "SELECT 1 /*M!100100 , ? */", "=0", "=0",
       "!1:23 a parameter in a comment for some server versions: their number cannot be known"},
      {"four digits are no version", "SELECT 1 /*!9999 , ? */", "=0", "=0", "=1"},
      {"quoted comment end under a version", "SELECT 1 /*!50000 , '*/' */", "!1:24 unterminated string",
       "!1:24 unterminated string", "!1:21 /* or */ in quotes inside a comment that only some servers run"},
      {"quoted comment end in a comment always run", "SELECT /*! '*/' */, ?", "!1:15 unterminated string",
       "!1:15 unterminated string", "=1"},
      {"named comment end under a version", "SELECT 1 /*!50000 , [*/] */", "=0", "=0",
       "!1:21 /* or */ in quotes inside a comment that only some servers run"},
      {"comment in an executable comment", "SELECT /*! 1 /* ? */ , ? */", "=1", "=0", "=1"},
      {"executable in executable comment", "SELECT /*! 1 /*! 2 */ */", "=0", "=0",
       "!1:14 an executable comment inside another one"},
      {"unterminated executable comment", "SELECT 1 /*! , 2", "=0", "!1:10 unterminated comment",
       "!1:10 unterminated comment"},
      {"optimizer hint", "SELECT /*+ MAX_EXECUTION_TIME(1000) ? [x] */ ?", "=1",
       "1 SELECT /*+ MAX_EXECUTION_TIME(1000) ? [x] */ $1", "=1"},
      {"operator ends at a comment", "SELECT a*/*?*/?", "=1", "1 SELECT a*/*?*/$1", "=1"},
      {"operator ends at a line comment", "SELECT a+-- ?\n?", "=1", "1 SELECT a+-- ?\n$1", "=1"},
      {"vertical tab after two dashes", "SELECT 5--\v?", "=0", "=0", "=0"},
      {"vertical tab before a bracket", "SELECT a\v[b]", "0 SELECT a\v\"b\"", "0 SELECT a\v\"b\"", "0 SELECT a\v`b`"},
      {"comment as the whole text", "-- nothing", "=0", "=0", "=0"},
  });
}

TEST(Translate, Names) {
  check({
      {"plain", "SELECT [a] FROM [t]", R"(0 SELECT "a" FROM "t")", R"(0 SELECT "a" FROM "t")", "0 SELECT `a` FROM `t`"},
      {"blanks and a line break", "SELECT [ a\n b]", "0 SELECT \" a\n b\"", "0 SELECT \" a\n b\"", "0 SELECT ` a\n b`"},
      {"escaped bracket", "SELECT [a]]b]", R"(0 SELECT "a]b")", R"(0 SELECT "a]b")", "0 SELECT `a]b`"},
      {"only brackets", "SELECT []]]]]", R"(0 SELECT "]]")", R"(0 SELECT "]]")", "0 SELECT `]]`"},
      {"double quote inside", R"(SELECT [a"b])", R"(0 SELECT "a""b")", R"(0 SELECT "a""b")", R"(0 SELECT `a"b`)"},
      {"backtick inside", "SELECT [a`b]", "0 SELECT \"a`b\"", "0 SELECT \"a`b\"", "0 SELECT `a``b`"},
      {"injection", R"(SELECT [x"; DROP TABLE t; --])", R"(0 SELECT "x""; DROP TABLE t; --")",
       R"(0 SELECT "x""; DROP TABLE t; --")", R"(0 SELECT `x"; DROP TABLE t; --`)"},
      {"injection, backtick", "SELECT [x`; DROP TABLE t; --]", "0 SELECT \"x`; DROP TABLE t; --\"",
       "0 SELECT \"x`; DROP TABLE t; --\"", "0 SELECT `x``; DROP TABLE t; --`"},
      {"backslash", R"(SELECT [a\b], [c\])", R"(0 SELECT "a\b", "c\")", R"(0 SELECT "a\b", "c\")",
       R"(0 SELECT `a\b`, `c\`)"},
      {"apostrophe", "SELECT [it's], '?'", "0 SELECT \"it's\", '?'", "0 SELECT \"it's\", '?'", "0 SELECT `it's`, '?'"},
      {"comment starts", "SELECT [a--b], [a/*b], [a#b], ?", R"(1 SELECT "a--b", "a/*b", "a#b", ?)",
       R"(1 SELECT "a--b", "a/*b", "a#b", $1)", "1 SELECT `a--b`, `a/*b`, `a#b`, ?"},
      {"semicolon", "SELECT [a;b]", R"(0 SELECT "a;b")", R"(0 SELECT "a;b")", "0 SELECT `a;b`"},
      {"question marks", "SELECT [a?], [a?\?]", "0 SELECT \"a?\", \"a?\?\"", "0 SELECT \"a?\", \"a?\?\"",
       "0 SELECT `a?`, `a?\?`"},
      {"native parameters", "SELECT [$1], [%s], [:a]", R"(0 SELECT "$1", "%s", ":a")", R"(0 SELECT "$1", "%s", ":a")",
       "0 SELECT `$1`, `%s`, `:a`"},
      {"opening bracket", "SELECT [a[b]", R"(0 SELECT "a[b")", R"(0 SELECT "a[b")", "0 SELECT `a[b`"},
      {"dot", "SELECT [a.b], [a].[b]", R"(0 SELECT "a.b", "a"."b")", R"(0 SELECT "a.b", "a"."b")",
       "0 SELECT `a.b`, `a`.`b`"},
      {"dot and blanks", "SELECT [a] . [b], t.[c]", R"(0 SELECT "a" . "b", t."c")", R"(0 SELECT "a" . "b", t."c")",
       "0 SELECT `a` . `b`, t.`c`"},
      {"empty", "SELECT []", "!1:8 empty name []", "!1:8 empty name []", "!1:8 empty name []"},
      {"unterminated", "SELECT 1,\n  [a FROM t", "!2:3 unterminated [name]", "!2:3 unterminated [name]",
       "!2:3 unterminated [name]"},
      {"unterminated after an escape", "SELECT [a]]", "!1:8 unterminated [name]", "!1:8 unterminated [name]",
       "!1:8 unterminated [name]"},
      {"native double quotes", R"(SELECT "x?")", "=0", "=0", "=0"},
      {"native backticks", "SELECT `x?`", "=0", "1 SELECT `x $1`", "=0"},
      {"unterminated backtick", "SELECT `x", "!1:8 unterminated quoted name", "=0", "!1:8 unterminated quoted name"},
      {"unterminated double quote", "SELECT \"x", "!1:8 unterminated quoted name", "!1:8 unterminated quoted name",
       "!1:8 unterminated string"},
      {"beyond U+FFFF", "SELECT [\xF0\x9F\x98\x80]", "0 SELECT \"\xF0\x9F\x98\x80\"", "0 SELECT \"\xF0\x9F\x98\x80\"",
       "!1:8 a name with a character beyond U+FFFF, which this engine refuses"},
      {"trailing blank", "SELECT [a ]", "0 SELECT \"a \"", "0 SELECT \"a \"",
       "!1:8 a name that ends with a blank, which this engine refuses"},
      {"longer than 64 bytes", "SELECT [0123456789012345678901234567890123456789012345678901234567890123456789]",
       "0 SELECT \"0123456789012345678901234567890123456789012345678901234567890123456789\"",
       "0 SELECT \"0123456789012345678901234567890123456789012345678901234567890123456789\"",
       "0 SELECT `0123456789012345678901234567890123456789012345678901234567890123456789`"},
      {"case is kept", "SELECT [Id], Id", R"(0 SELECT "Id", Id)", R"(0 SELECT "Id", Id)", "0 SELECT `Id`, Id"},
  });
}

TEST(Translate, Parameters) {
  check({
      {"left to right", "SELECT ?, ? , ?", "=3", "3 SELECT $1, $2 , $3", "=3"},
      {"PostgreSQL's numbers", "SELECT $2, $1, $2", "=2", "=2", "=0"},
      {"PostgreSQL's numbers with a gap", "SELECT $3", "=1", "=3", "=0"},
      {"mixed with numbers", "SELECT ?, $1", "!1:11 parameter '$1' after '?': one statement, one style of parameters",
       "!1:11 parameter '$1' after '?': one statement, one style of parameters; the operator ? is written ?\?", "=1"},
      {"mixed the other way", "SELECT $1\n, ?", "!2:3 parameter '?' after '$1': one statement, one style of parameters",
       "!2:3 parameter '?' after '$1': one statement, one style of parameters; the operator ? is written ?\?", "=1"},
      {"numbers that are none", "SELECT '$1', \"$1\", a$1 -- $1\n, ?", "=1", "1 SELECT '$1', \"$1\", a$1 -- $1\n, $1",
       "=1"},
      {"zero", "SELECT $0", "=1", "!1:8 there is no parameter $0; numbers start at 1", "=0"},
      {"SQLite's numbers", "SELECT ?2, ?1, ?2", "=2",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to postgres",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to mysql"},
      {"SQLite's zero", "SELECT ?0", "!1:8 there is no parameter ?0; numbers start at 1",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to postgres",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to mysql"},
      {"SQLite's names", "SELECT :a, @a, $a, :a", "=3", "=0", "=0"},
      {"SQLite's name suffixes", "SELECT $a::b(c), $a::b, $a", "=3", "=0", "=0"},
      {"mixed with names", "SELECT ?, :a", "!1:11 parameter ':a' after '?': one statement, one style of parameters",
       "1 SELECT $1, :a", "=1"},
      {"numbers mixed with names", "SELECT ?1, :a",
       "!1:12 parameter ':a' after '?1': one statement, one style of parameters",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to postgres",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to mysql"},
      {"casts, assignments, variables", "SELECT x::int, @v := 1, ?",
       "!1:25 parameter '?' after '@v': one statement, one style of parameters", "1 SELECT x::int, @v := 1, $1", "=1"},
      {"percent", "SELECT DATE_FORMAT(d, '%s'), a %s, '%%', ?", "=1", "1 SELECT DATE_FORMAT(d, '%s'), a %s, '%%', $1",
       "=1"},
      {"letter after", "SELECT a=?AND b=?_x", "=2", "2 SELECT a=$1 AND b=$2 _x", "2 SELECT a=? AND b=? _x"},
      {"high byte after", "SELECT ?\xC3\xA4", "=1", "1 SELECT $1 \xC3\xA4", "1 SELECT ? \xC3\xA4"},
      {"dollar after", "SELECT ?$$x$$", "!1:9 parameter '$$x$$' after '?': one statement, one style of parameters",
       "1 SELECT $1 $$x$$", "1 SELECT ? $$x$$"},
      {"name character before", "SELECT a FROM t LIMIT?", "=1", "1 SELECT a FROM t LIMIT $1", "=1"},
      {"more of them", "SELECT?FROM t WHERE a LIKE?AND b_=?", "=3", "3 SELECT $1 FROM t WHERE a LIKE $2 AND b_=$3",
       "3 SELECT? FROM t WHERE a LIKE? AND b_=?"},
      {"casts, signs, subscripts", "SELECT ?::int[], -?, a[?:?]",
       "!1:14 '[' opens an array subscript or constructor here, and sqlite has no arrays; before a name write a blank "
       "or AS",
       "4 SELECT $1::int[], -$2, a[$3:$4]",
       "!1:14 '[' opens an array subscript or constructor here, and mysql has no arrays; before a name write a blank "
       "or AS"},
      {"subscript of a parameter", "SELECT ?[1]",
       "!1:9 '[' opens an array subscript or constructor here, and sqlite has no arrays; before a name write a blank "
       "or AS",
       "1 SELECT $1[1]",
       "!1:9 '[' opens an array subscript or constructor here, and mysql has no arrays; before a name write a blank or "
       "AS"},
      {"operator with a question mark", "SELECT j ?\? 'a', ?",
       "!1:10 a doubled '?' is a literal one, and sqlite has no operator with it", "1 SELECT j ? 'a', $1",
       "!1:10 a doubled '?' is a literal one, and mysql has no operator with it"},
      {"more operators", "SELECT a ?\?| b, a ?\?& b, a @?\? b, p ?\?- q, p ?\?|| q, p ?\?# q",
       "!1:10 a doubled '?' is a literal one, and sqlite has no operator with it",
       "0 SELECT a ?| b, a ?& b, a @? b, p ?- q, p ?|| q, p ?# q",
       "!1:10 a doubled '?' is a literal one, and mysql has no operator with it"},
      {"a parameter before a bar", "SELECT flags = ?|4, ?&1", "=2", "2 SELECT flags = $1|4, $2&1", "=2"},
      {"three", "SELECT a ?\?? ", "!1:10 a doubled '?' is a literal one, and sqlite has no operator with it",
       "1 SELECT a ?$1 ", "!1:10 a doubled '?' is a literal one, and mysql has no operator with it"},
      {"four", "SELECT a ?\??\? b", "!1:10 a doubled '?' is a literal one, and sqlite has no operator with it",
       "0 SELECT a ?\? b", "!1:10 a doubled '?' is a literal one, and mysql has no operator with it"},
      {"doubled inside literals and comments", "SELECT '?\?' /* ?\? */ -- ?\?", "=0", "=0", "=0"},
  });
}

std::string many_parameters(std::size_t count) {
  std::string sql = "SELECT ?";
  for (std::size_t i = 1; i < count; ++i) {
    sql += ",?";
  }
  return sql;
}

TEST(Translate, LimitOfParameters) {
  const SqliteGenerator sqlite;
  EXPECT_EQ(outcome(sqlite, many_parameters(32766)), "=32766");
  EXPECT_EQ(outcome(sqlite, many_parameters(32767)),
            "!1:65540 too many parameters: sqlite takes at most 32766 in one statement");
  EXPECT_EQ(outcome(SqliteGenerator(250000), many_parameters(65536)), "=65536");
  EXPECT_EQ(outcome(sqlite, "SELECT ?32766"), "=32766");
  EXPECT_EQ(outcome(sqlite, "SELECT ?32767"), "!1:8 too many parameters: sqlite takes at most 32766 in one statement");
  EXPECT_EQ(outcome(SqliteGenerator(1), "SELECT :a, :b"),
            "!1:12 too many parameters: sqlite takes at most 1 in one statement");
  const PostgresGenerator postgres;
  EXPECT_EQ(postgres.convert_query_to_native(many_parameters(65535)).parameter_count, 65535U);
  EXPECT_EQ(outcome(postgres, many_parameters(65536)),
            "!1:131078 too many parameters: postgres takes at most 65535 in one statement");
  EXPECT_EQ(outcome(postgres, "SELECT $65536"),
            "!1:8 too many parameters: postgres takes at most 65535 in one statement");
  EXPECT_EQ(outcome(postgres, "SELECT $99999999999999999999999"),
            "!1:8 too many parameters: postgres takes at most 65535 in one statement");
  EXPECT_EQ(outcome(MySqlGenerator(), many_parameters(65535)), "=65535");
  EXPECT_EQ(outcome(MySqlGenerator(), many_parameters(65536)),
            "!1:131078 too many parameters: mysql takes at most 65535 in one statement");
}

TEST(Translate, Bytes) {
  constexpr std::string_view with_nul("SELECT 1\0 DROP", 14);
  constexpr std::string_view with_nul_in_name("SELECT [a\0]", 11);
  check({
      {"NUL", with_nul, "!1:9 NUL in the statement", "!1:9 NUL in the statement", "!1:9 NUL in the statement"},
      {"NUL in a name", with_nul_in_name, "!1:10 NUL in the statement", "!1:10 NUL in the statement",
       "!1:10 NUL in the statement"},
      {"lone continuation", "SELECT '\xA0'", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8"},
      {"GBK quote", "SELECT '\xBF\\' OR 1=1", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8"},
      {"truncated", "SELECT \xE2\x82", "!1:8 invalid UTF-8", "!1:8 invalid UTF-8", "!1:8 invalid UTF-8"},
      {"overlong quote", "SELECT \xC0\xA7", "!1:8 invalid UTF-8", "!1:8 invalid UTF-8", "!1:8 invalid UTF-8"},
      {"surrogate", "SELECT [\xED\xA0\x80]", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8", "!1:9 invalid UTF-8"},
      {"beyond U+10FFFF", "SELECT\n\xF4\x90\x80\x80", "!2:1 invalid UTF-8", "!2:1 invalid UTF-8", "!2:1 invalid UTF-8"},
      {"no-break space is a name character", "SELECT \xC2\xA0?", "=1", "1 SELECT \xC2\xA0 $1", "=1"},
      {"CRLF", "SELECT\r\n[a]\r\n, ?", "1 SELECT\r\n\"a\"\r\n, ?", "1 SELECT\r\n\"a\"\r\n, $1",
       "1 SELECT\r\n`a`\r\n, ?"},
      {"empty", "", "=0", "=0", "=0"},
  });
}

TEST(Translate, NeighboursThatMerge) {
  check({
      {"name and double quote", R"(SELECT [a]"b")", R"(0 SELECT "a" "b")", R"(0 SELECT "a" "b")", R"(0 SELECT `a`"b")"},
      {"name and backtick", "SELECT [a]`b`", "0 SELECT \"a\"`b`", "0 SELECT \"a\"`b`", "0 SELECT `a` `b`"},
      {"Unicode name", "SELECT u&[a], U&[b]", R"(0 SELECT u&"a", U&"b")", R"(0 SELECT u& "a", U& "b")",
       "0 SELECT u&`a`, U&`b`"},
      {"keyword and parameter", "SELECT 1 LIMIT?", "=1", "1 SELECT 1 LIMIT $1", "=1"},
      {"parameter and keyword", "SELECT ?AND 1", "=1", "1 SELECT $1 AND 1", "1 SELECT ? AND 1"},
      {"parameter and digit", "SELECT ?1", "=1",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to postgres",
       "!1:8 '?' followed by a digit: numbered parameters of this form are not known to mysql"},
      {"dollar and parameter", "SELECT $?", "=1", "1 SELECT $ $1", "=1"},
      {"names between keywords", "SELECT[a]FROM[t]", R"(0 SELECT"a"FROM"t")", R"(0 SELECT"a"FROM"t")",
       "0 SELECT`a`FROM`t`"},
      {"string and name", R"(SELECT 'x'[a])", R"(0 SELECT 'x'"a")", R"(0 SELECT 'x'"a")", "0 SELECT 'x'`a`"},
      {"double dash before a parameter", "SELECT 5 - -?, 5-/**/-?", "=2", "2 SELECT 5 - -$1, 5-/**/-$2", "=2"},
  });
}

TEST(Translate, SeveralStatements) {
  constexpr std::string_view several = "!1:11 several statements in one text; send them one at a time";
  check({
      {"two", "SELECT 1; SELECT ?", several, several, several},
      {"trailing semicolon", "SELECT ?; ", "=1", "1 SELECT $1; ", "=1"},
      {"trailing comment", "SELECT [a]; -- done\n/* ? */", "0 SELECT \"a\"; -- done\n/* ? */",
       "0 SELECT \"a\"; -- done\n/* ? */", "0 SELECT `a`; -- done\n/* ? */"},
      {"semicolon in a literal", "SELECT ';'; ", "=0", "=0", "=0"},
  });
}

}  // namespace
}  // namespace dalia::internal
