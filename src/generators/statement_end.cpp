#include "generators/statement_end.hpp"

#include <algorithm>
#include <array>

namespace dalia::internal {
namespace {

constexpr auto compound_objects =
    std::to_array<std::string_view>({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"});

/// What may stand between CREATE and the kind of object, names of accounts apart.
constexpr auto modifiers = std::to_array<std::string_view>(
    {"OR", "REPLACE", "TEMP", "TEMPORARY", "CONSTRAINT", "AGGREGATE", "DEFINER", "CURRENT_USER", "CURRENT_ROLE"});

bool is_one_of(std::string_view word, const auto& keywords) noexcept {
  return std::ranges::any_of(keywords, [word](std::string_view keyword) { return is_keyword(word, keyword); });
}

}  // namespace

bool StatementEnd::starts_another(const Token& token) noexcept {
  if (token.is_blank() || state_ == State::Compound) {
    return false;
  }
  if (token.kind == TokenKind::Semicolon) {
    state_ = State::Ended;
    return false;
  }
  switch (state_) {
    case State::Ended:
      return true;
    case State::Single:
      break;
    case State::Head:
    case State::HeadOperator:  // the word after = or @ belongs to DEFINER=user@host
      state_ = token.kind == TokenKind::Operator                                ? State::HeadOperator
               : token.kind == TokenKind::Word && state_ != State::HeadOperator ? after_word(token.text)
                                                                                : State::Head;
      break;
    default:
      state_ = token.kind == TokenKind::Word ? after_word(token.text) : State::Single;
  }
  return false;
}

StatementEnd::State StatementEnd::after_word(std::string_view word) const noexcept {
  switch (state_) {
    case State::Start:
      return is_keyword(word, "CREATE") || is_keyword(word, "ALTER") ? State::Head
             : is_keyword(word, "BEGIN")                             ? State::Begin
                                                                     : State::Single;
    case State::Head:
      return is_one_of(word, compound_objects) ? State::Compound
             : is_one_of(word, modifiers)      ? State::Head
                                               : State::Single;
    case State::Begin:
      return is_keyword(word, "NOT") ? State::BeginNot : State::Single;
    case State::BeginNot:
      return is_keyword(word, "ATOMIC") ? State::Compound : State::Single;
    default:
      return state_;
  }
}

}  // namespace dalia::internal
