#include "generators/lexer.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/mysql_generator.hpp"
#include "generators/postgres_generator.hpp"
#include "generators/sqlite_generator.hpp"

namespace dalia::internal {
namespace {

using Kind = TokenKind;
using Tokens = std::vector<std::pair<Kind, std::string>>;

Tokens tokens_of(std::string_view sql, const LexicalRules& rules) {
  Tokens tokens;
  Lexer lexer(sql, rules);
  Token token;
  std::size_t end = 0;
  while (lexer.next(token)) {
    EXPECT_EQ(token.offset, end) << "every byte belongs to one token";
    EXPECT_FALSE(token.text.empty());
    end = token.end();
    if (token.kind != Kind::Space) {
      tokens.emplace_back(token.kind, token.text);
    }
  }
  EXPECT_EQ(end, sql.size());
  return tokens;
}

TEST(Lexer, FilterExpression) {
  EXPECT_EQ(
      tokens_of("[status] = ? AND (age+1.5e-3) >= .5 or \"x\"::text!='it''s' -- c", SqliteGenerator().lexical_rules()),
      (Tokens{{Kind::BracketName, "[status]"},
              {Kind::Operator, "="},
              {Kind::Parameter, "?"},
              {Kind::Word, "AND"},
              {Kind::OpenParenthesis, "("},
              {Kind::Word, "age"},
              {Kind::Operator, "+"},
              {Kind::Number, "1.5e-3"},
              {Kind::CloseParenthesis, ")"},
              {Kind::Operator, ">"},
              {Kind::Operator, "="},
              {Kind::Number, ".5"},
              {Kind::Word, "or"},
              {Kind::QuotedName, "\"x\""},
              {Kind::Operator, "::"},
              {Kind::Word, "text"},
              {Kind::Operator, "!"},
              {Kind::Operator, "="},
              {Kind::String, "'it''s'"},
              {Kind::Comment, "-- c"}}));
}

TEST(Lexer, Parameters) {
  EXPECT_EQ(tokens_of("? ?1 :a @b $c #d $x::y(z) ?\? :", SqliteGenerator().lexical_rules()),
            (Tokens{{Kind::Parameter, "?"},
                    {Kind::Parameter, "?1"},
                    {Kind::Parameter, ":a"},
                    {Kind::Parameter, "@b"},
                    {Kind::Parameter, "$c"},
                    {Kind::Parameter, "#d"},
                    {Kind::Parameter, "$x::y(z)"},
                    {Kind::DoubledQuestion, "?\?"},
                    {Kind::Operator, ":"}}));
  EXPECT_EQ(tokens_of(":a(b c)", SqliteGenerator().lexical_rules()).front(),
            (std::pair{Kind::Parameter, std::string(":a")}));
  EXPECT_EQ(tokens_of("$12 @x :y", PostgresGenerator().lexical_rules()), (Tokens{{Kind::Parameter, "$12"},
                                                                                 {Kind::Operator, "@"},
                                                                                 {Kind::Word, "x"},
                                                                                 {Kind::Operator, ":"},
                                                                                 {Kind::Word, "y"}}));
}

TEST(Lexer, Numbers) {
  for (const std::string_view number : {"1", "12.5", "1.", ".5", "1e5", "1E+5", "1.5e-3", "0x1F"}) {
    EXPECT_EQ(tokens_of(number, PostgresGenerator().lexical_rules()), (Tokens{{Kind::Number, std::string(number)}}));
  }
  EXPECT_EQ(tokens_of("1a 1e5 1e 2_b", MySqlGenerator().lexical_rules()),
            (Tokens{{Kind::Word, "1a"}, {Kind::Number, "1e5"}, {Kind::Word, "1e"}, {Kind::Word, "2_b"}}));
}

TEST(Lexer, Brackets) {
  EXPECT_EQ(tokens_of("ARRAY[a[1],[b]]", PostgresGenerator().lexical_rules()), (Tokens{{Kind::Word, "ARRAY"},
                                                                                       {Kind::OpenBracket, "["},
                                                                                       {Kind::Word, "a"},
                                                                                       {Kind::OpenBracket, "["},
                                                                                       {Kind::Number, "1"},
                                                                                       {Kind::CloseBracket, "]"},
                                                                                       {Kind::Comma, ","},
                                                                                       {Kind::OpenBracket, "["},
                                                                                       {Kind::Word, "b"},
                                                                                       {Kind::CloseBracket, "]"},
                                                                                       {Kind::CloseBracket, "]"}}));
}

TEST(Lexer, ExecutableComments) {
  EXPECT_EQ(tokens_of("/*!50000 a*/ * /*M!b*/", MySqlGenerator().lexical_rules()),
            (Tokens{{Kind::ExecutableOpen, "/*!50000"},
                    {Kind::Word, "a"},
                    {Kind::ExecutableClose, "*/"},
                    {Kind::Operator, "*"},
                    {Kind::ExecutableOpen, "/*M!"},
                    {Kind::Word, "b"},
                    {Kind::ExecutableClose, "*/"}}));
}

TEST(Lexer, PositionCountsLinesAndBytes) {
  constexpr std::string_view sql = "a\n\xC3\xA4 b\r\nc";
  EXPECT_EQ(position_at(sql, 0), (Position{0, 1, 1}));
  EXPECT_EQ(position_at(sql, 1), (Position{1, 1, 2}));
  EXPECT_EQ(position_at(sql, 2), (Position{2, 2, 1}));
  EXPECT_EQ(position_at(sql, 5), (Position{5, 2, 4}));
  EXPECT_EQ(position_at(sql, 8), (Position{8, 3, 1}));
  EXPECT_EQ(position_at(sql, 9), (Position{9, 3, 2}));
  EXPECT_EQ(position_at(sql, 100), (Position{9, 3, 2}));
}

TEST(Lexer, UnquotedName) {
  EXPECT_EQ(unquoted_name("[a]]b[c\"\"]"), "a]b[c\"\"");
  EXPECT_EQ(unquoted_name("\"a\"\"b]]\""), "a\"b]]");
  EXPECT_EQ(unquoted_name("`a``b`"), "a`b");
  EXPECT_EQ(unquoted_name("\"\""), "");
}

TEST(Lexer, Keywords) {
  EXPECT_TRUE(is_keyword("Select", "SELECT"));
  EXPECT_FALSE(is_keyword("Selec", "SELECT"));
  EXPECT_FALSE(is_keyword("\xC3\xA4", "\xC3\x84"));
}

}  // namespace
}  // namespace dalia::internal
