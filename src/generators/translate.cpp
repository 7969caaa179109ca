#include "generators/translate.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "generators/statement_end.hpp"

namespace dalia::internal {
namespace {

enum class ParameterStyle : std::uint8_t { None, Anonymous, Numbered, Named };

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

class Translator {
 public:
  Translator(std::string_view sql, const TranslationRules& rules, const Capabilities& capabilities)
      : sql_(sql), rules_(rules), capabilities_(capabilities) {}

  NativeQuery run() {
    refuse_unreadable_bytes();
    native_.text.reserve(sql_.size() + sql_.size() / 8 + 16);
    Lexer lexer(sql_, rules_.lexical);
    Token token;
    while (lexer.next(token)) {
      if (statement_end_.starts_another(token)) {
        fail(token.offset, "several statements in one text; send them one at a time");
      }
      translate(token);
    }
    copy_up_to(sql_.size());
    return std::move(native_);
  }

 private:
  void translate(const Token& token) {
    switch (token.kind) {
      case TokenKind::BracketName:
        return write_name(token);
      case TokenKind::Parameter:
        return token.text == "?" ? write_parameter(token) : count_native_parameter(token);
      case TokenKind::DoubledQuestion:
        return write_question_mark(token);
      case TokenKind::OpenBracket:
        return require_arrays(token);
      default:
        return;  // copied with the next name or parameter, or at the end
    }
  }

  void write_name(const Token& token) {
    const std::string name = unquoted_name(token.text);
    if (const std::string_view objection = objection_to_name(name, rules_.names); !objection.empty()) {
      fail(token.offset, objection);
    }
    copy_up_to(token.offset);
    if (would_become_unicode_name()) {
      native_.text.push_back(' ');
    }
    append_quoted_name(native_.text, name, rules_.names.quote);
    if (byte_at(token.end()) == rules_.names.quote) {
      native_.text.push_back(' ');  // [a]"b" must not become the one name "a""b"
    }
    copied_ = token.end();
  }

  /// PostgreSQL reads u&"x" as one token, u& "x" as three.
  [[nodiscard]] bool would_become_unicode_name() const noexcept {
    return rules_.has_unicode_names && (native_.text.ends_with("u&") || native_.text.ends_with("U&"));
  }

  void write_parameter(const Token& token) {
    const char after = byte_at(token.end());
    if (is_digit(after)) {
      fail(token.offset, fmt::format("'?' followed by a digit: numbered parameters of this form are not known to {}",
                                     rules_.dialect));
    }
    use_style(ParameterStyle::Anonymous, token);
    count_up_to(native_.parameter_count + 1, token);
    copy_up_to(token.offset);
    if (rules_.numbers_parameters) {
      if (!native_.text.empty() && continues_word(native_.text.back())) {
        native_.text.push_back(' ');  // LIMIT? must not become the name LIMIT$1
      }
      fmt::format_to(std::back_inserter(native_.text), "${}", native_.parameter_count);
    } else {
      native_.text.push_back('?');
    }
    if (rules_.parameter_needs_blank_before_word && continues_word(after)) {
      native_.text.push_back(' ');
    }
    copied_ = token.end();
  }

  void count_native_parameter(const Token& token) {
    const std::string_view digits = token.text.substr(1);
    if (!std::ranges::all_of(digits, is_digit) || !numbers_start_with(token.text.front())) {
      return count_named_parameter(token);
    }
    use_style(ParameterStyle::Numbered, token);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::result_out_of_range) {
      number = capabilities_.max_parameters + 1;
    }
    if (number == 0) {
      fail(token.offset, fmt::format("there is no parameter {}; numbers start at 1", token.text));
    }
    count_up_to(std::max(native_.parameter_count, number), token);
  }

  [[nodiscard]] bool numbers_start_with(char prefix) const noexcept {
    return prefix == '?' || (prefix == '$' && rules_.lexical.dollar_numbers_are_parameters);
  }

  void count_named_parameter(const Token& token) {
    use_style(ParameterStyle::Named, token);
    names_.insert(token.text);
    count_up_to(names_.size(), token);
  }

  void write_question_mark(const Token& token) {
    if (!capabilities_.question_mark_operators) {
      fail(token.offset, fmt::format("a doubled '?' is a literal one, and {} has no operator with it", rules_.dialect));
    }
    copy_up_to(token.offset);
    native_.text.push_back('?');
    copied_ = token.end();
  }

  void require_arrays(const Token& token) const {
    if (!capabilities_.arrays) {
      fail(token.offset, fmt::format("'[' opens an array subscript or constructor here, and {} has no arrays; "
                                     "before a name write a blank or AS",
                                     rules_.dialect));
    }
  }

  void use_style(ParameterStyle style, const Token& token) {
    if (style_ != ParameterStyle::None && style_ != style) {
      fail(token.offset, fmt::format("parameter '{}' after '{}': one statement, one style of parameters{}", token.text,
                                     first_parameter_,
                                     capabilities_.question_mark_operators ? "; the operator ? is written ??" : ""));
    }
    if (style_ == ParameterStyle::None) {
      style_ = style;
      first_parameter_ = token.text;
    }
  }

  void count_up_to(std::size_t count, const Token& token) {
    if (count > capabilities_.max_parameters) {
      fail(token.offset, fmt::format("too many parameters: {} takes at most {} in one statement", rules_.dialect,
                                     capabilities_.max_parameters));
    }
    native_.parameter_count = count;
  }

  void copy_up_to(std::size_t offset) {
    native_.text.append(sql_.substr(copied_, offset - copied_));
    copied_ = offset;
  }

  void refuse_unreadable_bytes() const {
    if (const std::size_t nul = sql_.find('\0'); nul != std::string_view::npos) {
      fail(nul, "NUL in the statement");
    }
    if (const std::optional<std::size_t> invalid = first_invalid_utf8(sql_)) {
      fail(*invalid, "invalid UTF-8");
    }
  }

  [[nodiscard]] char byte_at(std::size_t offset) const noexcept { return offset < sql_.size() ? sql_[offset] : '\0'; }

  [[noreturn]] void fail(std::size_t offset, std::string_view reason) const {
    throw TranslationError(reason, sql_, position_at(sql_, offset));
  }

  std::string_view sql_;
  const TranslationRules& rules_;
  const Capabilities& capabilities_;
  NativeQuery native_;
  std::size_t copied_ = 0;  ///< the source up to here is in the output
  StatementEnd statement_end_;
  ParameterStyle style_ = ParameterStyle::None;
  std::string_view first_parameter_;
  std::unordered_set<std::string_view> names_;  ///< the different named parameters
};

}  // namespace

NativeQuery translate(std::string_view portable, const TranslationRules& rules, const Capabilities& capabilities) {
  return Translator(portable, rules, capabilities).run();
}

}  // namespace dalia::internal
