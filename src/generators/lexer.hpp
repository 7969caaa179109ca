/// Reads SQL once, left to right, the way one engine reads it, and knows two portable forms besides: bracket names
/// ([name]) and ?? (a literal question mark). What differs between engines is data, LexicalRules. Because it follows
/// the server that will read the text, its idea of "inside a literal" is the server's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/error.hpp"

namespace dalia::internal {

/// How one engine reads characters. The defaults are standard SQL.
struct LexicalRules {
  bool backslash_escapes = false;          ///< \' does not end '..' (nor a "string")
  bool escape_strings = false;             ///< E'..' has backslash escapes whatever the line above says
  bool double_quotes_are_strings = false;  ///< "x" is a string, not a name
  bool backtick_names = false;             ///< `x` is a name
  bool dollar_quotes = false;              ///< $tag$..$tag$ is a string
  bool dollar_starts_word = false;         ///< $x is an ordinary name
  bool digit_starts_word = false;          ///< 1x is an ordinary name
  bool nested_comments = false;            ///< /* /* */ */ is one comment
  bool dash_comment_needs_blank = false;   ///< -- opens a comment only before white space, a control character, the end
  bool carriage_return_ends_line = false;  ///< a line comment ends at CR too
  bool hash_comments = false;              ///< # opens a line comment
  bool executable_comments = false;        ///< /*! and /*M! hold code
  bool comment_may_stay_open = false;      ///< /* runs to the end of the text
  bool vertical_tab_is_blank = false;      ///< VT is white space
  bool dollar_numbers_are_parameters = false;    ///< $1
  bool question_numbers_are_parameters = false;  ///< ?1
  bool named_parameters = false;                 ///< :a @a $a #a, with SQLite's suffixes ::b and (c)
};

enum class TokenKind : std::uint8_t {
  Space,
  Comment,          ///< one whole comment, without the line end after it
  ExecutableOpen,   ///< /*!, /*!50000, /*M!
  ExecutableClose,  ///< the */ that belongs to it
  Word,             ///< keyword, bare name, function name
  Number,
  String,           ///< with its prefix E; other prefixes (N, X, U&) are tokens of their own before it
  QuotedName,       ///< "x" or `x`
  BracketName,      ///< [x]
  Parameter,        ///< ?, and the engine's own $1, ?1, :a
  DoubledQuestion,  ///< ??
  OpenParenthesis,
  CloseParenthesis,
  OpenBracket,  ///< [ of an array constructor, a subscript or an array type
  CloseBracket,
  Comma,
  Semicolon,
  Operator,  ///< one character of an operator, or ::; also any byte without a meaning of its own
};

struct Token {
  TokenKind kind = TokenKind::Space;
  std::size_t offset = 0;
  std::string_view text{};  ///< into the statement

  [[nodiscard]] std::size_t end() const noexcept { return offset + text.size(); }
  /// White space and comments: what the engine's grammar never sees.
  [[nodiscard]] bool is_blank() const noexcept { return kind <= TokenKind::ExecutableClose; }
};

/// Yields every byte of the statement as part of exactly one token. Belongs to one thread; allocates only for
/// parentheses nested deeply and for arrays.
class Lexer {
 public:
  /// Both must outlive the lexer.
  Lexer(std::string_view sql, const LexicalRules& rules) noexcept : sql_(sql), rules_(rules) {}

  /// @return false at the end of the text, with token unchanged.
  /// @throws TranslationError for what has no end, and for brackets that do not pair.
  bool next(Token& token);

 private:
  enum class Open : char { Parenthesis, Constructor, Subscript };
  enum class Executable : std::uint8_t { None, Always, OneServer, OneVersion };

  [[nodiscard]] TokenKind read();
  [[nodiscard]] TokenKind read_punctuation();
  [[nodiscard]] TokenKind read_word();
  [[nodiscard]] TokenKind read_number();
  [[nodiscard]] TokenKind read_string();
  [[nodiscard]] TokenKind read_escape_string();
  [[nodiscard]] TokenKind read_quoted_name();
  [[nodiscard]] TokenKind read_dollar();
  [[nodiscard]] TokenKind read_question();
  [[nodiscard]] TokenKind read_named_parameter();
  [[nodiscard]] TokenKind read_dash();
  [[nodiscard]] TokenKind read_line_comment();
  [[nodiscard]] TokenKind read_slash();
  [[nodiscard]] TokenKind read_executable_open(std::size_t prefix_length);
  [[nodiscard]] TokenKind read_star();
  [[nodiscard]] TokenKind read_open_bracket();
  [[nodiscard]] TokenKind read_bracket_name();
  [[nodiscard]] TokenKind read_close_bracket();
  [[nodiscard]] TokenKind read_close_parenthesis();
  [[nodiscard]] TokenKind read_symbol(std::size_t length = 1);

  void skip_quoted(char quote, bool backslash_escapes, std::string_view what);
  void skip_number();
  [[nodiscard]] std::size_t string_continuation() const noexcept;
  [[nodiscard]] std::size_t dollar_tag_length() const noexcept;
  [[nodiscard]] std::size_t named_parameter_length() const noexcept;
  [[nodiscard]] bool opens_constructor() const noexcept;
  [[nodiscard]] bool opens_subscript() const noexcept;
  [[nodiscard]] bool previous_ends_operand() const noexcept;
  [[nodiscard]] bool is_inside(Open what) const noexcept;
  void open(Open what);
  void remember(const Token& token);
  void refuse_if_servers_disagree(const Token& token) const;
  void require_all_closed() const;

  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return ahead < sql_.size() - at_ ? sql_[at_ + ahead] : '\0';
  }
  [[noreturn]] void fail(std::size_t offset, std::string_view reason) const;

  std::string_view sql_;
  const LexicalRules& rules_;
  std::size_t at_ = 0;
  Token previous_{TokenKind::Operator, 0, {}};  ///< the last token that is not blank
  bool previous_follows_dot_ = false;
  Executable executable_ = Executable::None;
  std::size_t executable_offset_ = 0;
  std::string open_;                        ///< what is open, outermost first: values of Open
  std::vector<std::size_t> open_brackets_;  ///< offsets of the constructors and subscripts among them
};

/// Line and column of an offset; the offset may be one past the end.
[[nodiscard]] Position position_at(std::string_view sql, std::size_t offset) noexcept;

/// The name a BracketName or QuotedName token stands for: without its quotes, doubled closing quotes single.
[[nodiscard]] std::string unquoted_name(std::string_view token_text);

/// Compares as SQL compares keywords, ASCII letters without case. @param upper_case  the keyword in capitals.
[[nodiscard]] bool is_keyword(std::string_view word, std::string_view upper_case) noexcept;

/// A byte that can continue a bare name on every engine: letter, digit, _, $, 0x80 and above.
[[nodiscard]] bool continues_word(char byte) noexcept;

}  // namespace dalia::internal
