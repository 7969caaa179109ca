#include "generators/lexer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "generators/reserved_words.hpp"

namespace dalia::internal {
namespace {

constexpr std::uint8_t word_start = 1;
constexpr std::uint8_t word_part = 2;
constexpr std::uint8_t digit = 4;
constexpr std::uint8_t blank = 8;

constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
    const bool is_digit = byte >= '0' && byte <= '9';
    const bool is_space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
    classes[byte] = letter ? word_start | word_part : is_digit ? digit | word_part : is_space ? blank : std::uint8_t{0};
  }
  classes['$'] = word_part;
  return classes;
}

constexpr std::array<std::uint8_t, 256> byte_classes = make_byte_classes();

bool is_of(char byte, std::uint8_t classes) noexcept {
  return (byte_classes[static_cast<unsigned char>(byte)] & classes) != 0;
}

/// Offset of the first byte at or after `from` that is of none of the classes.
std::size_t skip(std::string_view text, std::size_t from, std::uint8_t classes) noexcept {
  while (from < text.size() && is_of(text[from], classes)) {
    ++from;
  }
  return from;
}

char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

bool Lexer::next(Token& token) {
  if (at_ == sql_.size()) {
    require_all_closed();
    return false;
  }
  const std::size_t start = at_;
  const TokenKind kind = read();
  token = Token{kind, start, sql_.substr(start, at_ - start)};
  refuse_if_servers_disagree(token);
  if (!token.is_blank()) {
    previous_follows_dot_ = previous_.text == ".";
    previous_ = token;
  }
  return true;
}

TokenKind Lexer::read() {
  const char c = sql_[at_];
  if (is_of(c, word_start)) {
    return read_word();
  }
  if (is_of(c, blank)) {
    at_ = skip(sql_, at_, blank);
    return TokenKind::Space;
  }
  if (is_of(c, digit)) {
    return read_number();
  }
  return read_punctuation();
}

TokenKind Lexer::read_punctuation() {
  switch (sql_[at_]) {
    case '\'':
      return read_string();
    case '"':
      return rules_.double_quotes_are_strings ? read_string() : read_quoted_name();
    case '`':
      return rules_.backtick_names ? read_quoted_name() : read_symbol();
    case '[':
      return read_open_bracket();
    case ']':
      return read_close_bracket();
    case '(':
      open_.push_back(static_cast<char>(Open::Parenthesis));
      ++at_;
      return TokenKind::OpenParenthesis;
    case ')':
      return read_close_parenthesis();
    case ',':
      ++at_;
      return TokenKind::Comma;
    case ';':
      ++at_;
      return TokenKind::Semicolon;
    case '?':
      return read_question();
    case '$':
      return read_dollar();
    case ':':
    case '@':
      return read_named_parameter();
    case '#':
      return rules_.hash_comments ? read_line_comment() : read_named_parameter();
    case '-':
      return read_dash();
    case '/':
      return read_slash();
    case '*':
      return read_star();
    case '.':
      return is_of(peek(1), digit) ? read_number() : read_symbol();
    case '\v':
      ++at_;
      return rules_.vertical_tab_is_blank ? TokenKind::Space : TokenKind::Operator;
    default:
      return read_symbol();
  }
}

TokenKind Lexer::read_symbol(std::size_t length) {
  at_ += length;
  return TokenKind::Operator;
}

TokenKind Lexer::read_word() {
  const std::size_t start = at_;
  at_ = skip(sql_, at_, word_part);
  if (rules_.escape_strings && at_ - start == 1 && upper(sql_[start]) == 'E' && peek() == '\'') {
    return read_escape_string();
  }
  return TokenKind::Word;
}

TokenKind Lexer::read_number() {
  const std::size_t start = at_;
  if (peek() == '0' && (upper(peek(1)) == 'X' || upper(peek(1)) == 'B' || upper(peek(1)) == 'O')) {
    at_ = skip(sql_, at_, word_part);
    return TokenKind::Number;
  }
  skip_number();
  const bool is_whole = sql_.substr(start, at_ - start).find('.') == std::string_view::npos;
  if (rules_.digit_starts_word && is_whole && is_of(peek(), word_part)) {
    at_ = skip(sql_, at_, word_part);
    return TokenKind::Word;
  }
  return TokenKind::Number;
}

/// Digits, fraction, exponent. A letter that belongs to none of them is left for the next token: PostgreSQL before 15
/// reads 1E'..' as a number and an escape string.
void Lexer::skip_number() {
  at_ = skip(sql_, at_, digit);
  if (peek() == '.') {
    at_ = skip(sql_, at_ + 1, digit);
  }
  const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
  if (upper(peek()) == 'E' && is_of(peek(1 + sign), digit)) {
    at_ = skip(sql_, at_ + 1 + sign, digit);
  }
}

TokenKind Lexer::read_string() {
  skip_quoted(sql_[at_], rules_.backslash_escapes, "string");
  return TokenKind::String;
}

TokenKind Lexer::read_escape_string() {
  skip_quoted('\'', true, "string");
  while (const std::size_t gap = string_continuation()) {
    at_ += gap;
    skip_quoted('\'', true, "string");
  }
  return TokenKind::String;
}

/// Bytes up to the quote that continues the string just read, 0 if none does. A string goes on after blanks and line
/// comments that hold a line end, under the rules it began with (PostgreSQL 15 manual, 4.1.2.1; its scan.l,
/// "quotecontinue").
std::size_t Lexer::string_continuation() const noexcept {
  bool line_ended = false;
  std::size_t at = at_;
  while (at < sql_.size() && sql_[at] != '\'') {
    if (is_of(sql_[at], blank)) {
      line_ended = line_ended || sql_[at] == '\n' || sql_[at] == '\r';
      ++at;
    } else if (sql_.substr(at, 2) == "--") {
      at = std::min(sql_.find_first_of("\r\n", at), sql_.size());
    } else {
      return 0;
    }
  }
  return line_ended && at < sql_.size() ? at - at_ : 0;
}

TokenKind Lexer::read_quoted_name() {
  skip_quoted(sql_[at_], false, "quoted name");
  return TokenKind::QuotedName;
}

void Lexer::skip_quoted(char quote, bool backslash_escapes, std::string_view what) {
  for (std::size_t at = at_ + 1; at < sql_.size(); ++at) {
    if (sql_[at] == '\\' && backslash_escapes) {
      ++at;
    } else if (sql_[at] == quote) {
      if (at + 1 == sql_.size() || sql_[at + 1] != quote) {
        at_ = at + 1;
        return;
      }
      ++at;
    }
  }
  fail(at_, fmt::format("unterminated {}", what));
}

TokenKind Lexer::read_dollar() {
  if (rules_.dollar_starts_word) {
    at_ = skip(sql_, at_, word_part);
    return TokenKind::Word;
  }
  if (rules_.dollar_numbers_are_parameters && is_of(peek(1), digit)) {
    at_ = skip(sql_, at_ + 1, digit);
    return TokenKind::Parameter;
  }
  const std::size_t tag_length = rules_.dollar_quotes ? dollar_tag_length() : 0;
  if (tag_length == 0) {
    return read_named_parameter();
  }
  const std::size_t close = sql_.find(sql_.substr(at_, tag_length), at_ + tag_length);
  if (close == std::string_view::npos) {
    fail(at_, "unterminated dollar-quoted string");
  }
  at_ = close + tag_length;
  return TokenKind::String;
}

/// Length of $tag$ with both dollars, 0 if this is none (PostgreSQL 15 manual, 4.1.2.4).
std::size_t Lexer::dollar_tag_length() const noexcept {
  std::size_t at = at_ + 1;
  if (at < sql_.size() && is_of(sql_[at], word_start)) {
    while (at < sql_.size() && is_of(sql_[at], word_start | digit)) {
      ++at;
    }
  }
  return at < sql_.size() && sql_[at] == '$' ? at + 1 - at_ : 0;
}

TokenKind Lexer::read_question() {
  if (peek(1) == '?') {
    at_ += 2;
    return TokenKind::DoubledQuestion;
  }
  ++at_;
  if (rules_.question_numbers_are_parameters) {
    at_ = skip(sql_, at_, digit);
  }
  return TokenKind::Parameter;
}

TokenKind Lexer::read_named_parameter() {
  const std::size_t length = rules_.named_parameters ? named_parameter_length() : 0;
  if (length == 0) {
    return read_symbol(peek() == ':' && peek(1) == ':' ? 2 : 1);
  }
  at_ += length;
  return TokenKind::Parameter;
}

/// SQLite's own reading (tokenize.c, CC_VARALPHA): name characters, :: anywhere, then (suffix) without blanks.
std::size_t Lexer::named_parameter_length() const noexcept {
  std::size_t at = at_ + 1;
  bool named = false;
  while (at < sql_.size()) {
    if (is_of(sql_[at], word_part)) {
      named = true;
      ++at;
    } else if (sql_.substr(at, 2) == "::") {
      at += 2;
    } else {
      break;
    }
  }
  if (named && at < sql_.size() && sql_[at] == '(') {
    const std::size_t close = sql_.find_first_of(") \t\n\r\f", at);
    if (close != std::string_view::npos && sql_[close] == ')') {
      at = close + 1;
    }
  }
  return named ? at - at_ : 0;
}

TokenKind Lexer::read_dash() {
  if (peek(1) != '-') {
    return read_symbol();
  }
  // MySQL 8.0 manual, 9.7: the second dash must be followed by white space or a control character.
  const auto third = static_cast<unsigned char>(peek(2));
  if (rules_.dash_comment_needs_blank && third > 0x20U && third != 0x7FU) {
    return read_symbol();
  }
  return read_line_comment();
}

TokenKind Lexer::read_line_comment() {
  at_ = std::min(sql_.find_first_of(rules_.carriage_return_ends_line ? "\r\n" : "\n", at_), sql_.size());
  return TokenKind::Comment;
}

TokenKind Lexer::read_slash() {
  if (peek(1) != '*') {
    return read_symbol();
  }
  if (rules_.executable_comments && peek(2) == '!') {
    return read_executable_open(3);
  }
  if (rules_.executable_comments && peek(2) == 'M' && peek(3) == '!') {
    return read_executable_open(4);
  }
  if (rules_.comment_may_stay_open && at_ + 2 == sql_.size()) {
    return read_symbol();  // SQLite reads a bare /* at the very end as two operators
  }
  std::size_t depth = 1;
  std::size_t at = at_ + 2;
  while (depth > 0) {
    at = sql_.find_first_of("*/", at);
    if (at == std::string_view::npos) {
      if (!rules_.comment_may_stay_open) {
        fail(at_, "unterminated comment");
      }
      at = sql_.size();
      break;
    }
    const std::string_view pair = sql_.substr(at, 2);
    if (pair == "*/") {
      --depth;
      at += 2;
    } else if (pair == "/*" && rules_.nested_comments) {
      ++depth;
      at += 2;
    } else {
      ++at;
    }
  }
  at_ = at;
  return TokenKind::Comment;
}

/// The server runs what follows: always, or from the version of five or six digits on (MySQL 8.0 manual, 9.7; MariaDB
/// manual, "Comment Syntax").
TokenKind Lexer::read_executable_open(std::size_t prefix_length) {
  if (executable_ != Executable::None) {
    fail(at_, "an executable comment inside another one");
  }
  executable_offset_ = at_;
  executable_ = prefix_length == 3 ? Executable::Always : Executable::OneServer;
  at_ += prefix_length;
  const std::size_t digits = skip(sql_, at_, digit) - at_;
  if (digits >= 5) {
    executable_ = Executable::OneVersion;
    at_ += std::min<std::size_t>(digits, 6);
  }
  return TokenKind::ExecutableOpen;
}

TokenKind Lexer::read_star() {
  if (executable_ == Executable::None || peek(1) != '/') {
    return read_symbol();
  }
  executable_ = Executable::None;
  at_ += 2;
  return TokenKind::ExecutableClose;
}

/// Refuses code in a conditional comment that a server which skips the comment would read as ending elsewhere, or with
/// another number of parameters.
void Lexer::refuse_if_servers_disagree(const Token& token) const {
  if (executable_ != Executable::OneServer && executable_ != Executable::OneVersion) {
    return;
  }
  if (token.kind == TokenKind::Parameter && executable_ == Executable::OneVersion) {
    fail(token.offset, "a parameter in a comment for some server versions: their number cannot be known");
  }
  const bool is_quoted = token.kind == TokenKind::String || token.kind == TokenKind::QuotedName ||
                         token.kind == TokenKind::BracketName ||
                         (token.kind == TokenKind::Comment && !token.text.starts_with("/*"));
  if (is_quoted &&
      (token.text.find("*/") != std::string_view::npos || token.text.find("/*") != std::string_view::npos)) {
    fail(token.offset, "/* or */ in quotes inside a comment that only some servers run");
  }
}

/// The rule for [: an array constructor, else a subscript or array type, else a name.
TokenKind Lexer::read_open_bracket() {
  if (opens_constructor()) {
    open(Open::Constructor);
  } else if (opens_subscript()) {
    open(Open::Subscript);
  } else {
    return read_bracket_name();
  }
  return TokenKind::OpenBracket;
}

void Lexer::open(Open what) {
  open_.push_back(static_cast<char>(what));
  open_brackets_.push_back(at_);
  ++at_;
}

bool Lexer::is_inside(Open what) const noexcept {
  return !open_.empty() && open_.back() == static_cast<char>(what);
}

bool Lexer::opens_constructor() const noexcept {
  if (previous_.kind == TokenKind::Word && !previous_follows_dot_ && is_keyword(previous_.text, "ARRAY")) {
    return true;
  }
  return is_inside(Open::Constructor) &&
         (previous_.kind == TokenKind::OpenBracket || previous_.kind == TokenKind::Comma);
}

bool Lexer::opens_subscript() const noexcept {
  if (!previous_ends_operand()) {
    return false;
  }
  if (previous_.end() == at_) {
    return true;
  }
  std::size_t at = at_ + 1;
  while (at < sql_.size() && (is_of(sql_[at], digit | blank) || sql_[at] == ':')) {
    ++at;
  }
  return at < sql_.size() && sql_[at] == ']';
}

bool Lexer::previous_ends_operand() const noexcept {
  switch (previous_.kind) {
    case TokenKind::Word:
      return previous_follows_dot_ || !never_ends_operand(previous_.text);
    case TokenKind::QuotedName:
    case TokenKind::BracketName:
    case TokenKind::CloseParenthesis:
    case TokenKind::CloseBracket:
    case TokenKind::Parameter:
      return true;
    default:
      return false;
  }
}

/// Inside an array the first ] ends the name: there ]] is no escape, or arr[[i]] would never end.
TokenKind Lexer::read_bracket_name() {
  std::size_t close = sql_.find(']', at_ + 1);
  while (open_brackets_.empty() && close != std::string_view::npos && sql_.substr(close, 2) == "]]") {
    close = sql_.find(']', close + 2);
  }
  if (close == std::string_view::npos) {
    fail(at_, "unterminated [name]");
  }
  if (close == at_ + 1) {
    fail(at_, "empty name []");
  }
  at_ = close + 1;
  return TokenKind::BracketName;
}

TokenKind Lexer::read_close_bracket() {
  if (open_brackets_.empty()) {
    return read_symbol();  // the server will refuse it
  }
  if (is_inside(Open::Parenthesis)) {
    fail(at_, "']' before the ')' of a parenthesis inside the brackets");
  }
  open_.pop_back();
  open_brackets_.pop_back();
  ++at_;
  return TokenKind::CloseBracket;
}

TokenKind Lexer::read_close_parenthesis() {
  if (is_inside(Open::Constructor) || is_inside(Open::Subscript)) {
    fail(open_brackets_.back(), "'[' without its ']'");
  }
  if (!open_.empty()) {
    open_.pop_back();
  }
  ++at_;
  return TokenKind::CloseParenthesis;
}

void Lexer::require_all_closed() const {
  if (!open_brackets_.empty()) {
    fail(open_brackets_.back(), "'[' without its ']'");
  }
  if (executable_ != Executable::None) {
    fail(executable_offset_, "unterminated comment");
  }
}

void Lexer::fail(std::size_t offset, std::string_view reason) const {
  throw TranslationError(reason, sql_, position_at(sql_, offset));
}

Position position_at(std::string_view sql, std::size_t offset) noexcept {
  const std::string_view before = sql.substr(0, offset);
  Position position;
  position.offset = before.size();
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  position.column = before.size() - (before.rfind('\n') + 1) + 1;
  return position;
}

std::string unquoted_name(std::string_view token_text) {
  const char close = token_text.back();
  const std::string_view inside = token_text.substr(1, token_text.size() - 2);
  std::string name;
  name.reserve(inside.size());
  for (std::size_t at = 0; at < inside.size(); ++at) {
    name.push_back(inside[at]);
    if (inside[at] == close) {
      ++at;  // the second of a doubled quote
    }
  }
  return name;
}

bool is_keyword(std::string_view word, std::string_view upper_case) noexcept {
  return std::ranges::equal(word, upper_case, {}, upper);
}

bool continues_word(char byte) noexcept {
  return is_of(byte, word_part);
}

}  // namespace dalia::internal
