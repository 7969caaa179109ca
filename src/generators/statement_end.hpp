/// Tells one statement from several in a text.
#pragma once

#include <cstdint>

#include "generators/lexer.hpp"

namespace dalia::internal {

/// Watches the tokens of a text in order. Statements that may hold others between BEGIN and END are never cut:
/// CREATE ... TRIGGER, PROCEDURE, FUNCTION, EVENT, PACKAGE (also ALTER), and MariaDB's BEGIN NOT ATOMIC.
class StatementEnd {
 public:
  /// @return true if this token begins a second statement.
  bool starts_another(const Token& token) noexcept;

 private:
  enum class State : std::uint8_t { Start, Head, HeadOperator, Begin, BeginNot, Single, Ended, Compound };

  [[nodiscard]] State after_word(std::string_view word) const noexcept;

  State state_ = State::Start;
};

}  // namespace dalia::internal
