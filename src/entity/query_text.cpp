#include "entity/query_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"
#include "entity/names.hpp"
#include "generators/entity_columns.hpp"
#include "generators/lexer.hpp"

namespace dalia::internal {
namespace {

constexpr std::array<std::string_view, 21> keywords = {
    "AND",  "OR",  "NOT",  "IS",    "NULL",   "IN",   "LIKE", "BETWEEN", "CASE",     "WHEN", "THEN",
    "ELSE", "END", "TRUE", "FALSE", "ESCAPE", "CAST", "AS",   "COLLATE", "DISTINCT", "FROM"};
constexpr std::array<std::string_view, 5> order_keywords = {"ASC", "DESC", "NULLS", "FIRST", "LAST"};
/// After these the right side of a comparison before them is complete.
constexpr std::array<std::string_view, 6> operand_ends = {"AND", "OR", "WHEN", "THEN", "ELSE", "END"};
/// These open something that is no expression over one row.
constexpr std::array<std::string_view, 9> statement_words = {"SELECT", "WITH",   "VALUES", "UNION",    "INSERT",
                                                             "UPDATE", "DELETE", "EXISTS", "RETURNING"};
/// Characters that are an operator, or part of one, on every engine and open nothing.
constexpr std::string_view operator_characters = "=<>!+-*/%|&~^@.";
constexpr std::string_view advice = "use execute for a query of your own";

/// Read without any engine's peculiarities; what an engine reads differently is refused below.
constexpr LexicalRules neutral_rules;

enum class Clause { Condition, Order };
class Checker {
 public:
  Checker(const Schema& schema, std::string_view text, Clause clause, const Capabilities& capabilities)
      : schema_(schema), text_(text), clause_(clause), capabilities_(capabilities) {}

  CheckedText run() {
    if (const auto invalid = first_invalid_utf8(text_)) {
      fail(*invalid, "the text is not UTF-8");
    }
    read();
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      check(tokens_[at_]);
    }
    if (depth_ != 0) {
      fail(text_.size(), "a parenthesis is not closed");
    }
    if (std::all_of(tokens_.begin(), tokens_.end(), [](const Token& token) { return token.is_blank(); })) {
      return CheckedText();
    }
    end_item(text_.size());
    return CheckedText{std::move(checked_), names_unsettled_field_};
  }

 private:
  void read() {
    Lexer lexer(text_, neutral_rules);
    Token token;
    while (lexer.next(token)) {
      tokens_.push_back(token);
    }
  }

  void check(const Token& token) {
    switch (token.kind) {
      case TokenKind::Space:
        checked_ += token.text;
        return;
      case TokenKind::Word:
        return check_word(token);
      case TokenKind::BracketName:
      case TokenKind::QuotedName:
        is_empty_ = is_constant_ = false;
        return write_field(token, unquoted_name(token.text));
      case TokenKind::Number:
        is_empty_ = false;
        return copy(token);
      case TokenKind::String:
        if (token.text.find('\\') != std::string_view::npos) {
          fail(token.offset, "engines read a backslash in a text differently; pass the text as a parameter");
        }
        is_empty_ = is_constant_ = false;
        return copy(token);
      case TokenKind::Parameter:
      case TokenKind::DoubledQuestion:
        is_empty_ = is_constant_ = false;
        return copy(token);
      case TokenKind::OpenParenthesis:
        ++depth_;
        is_empty_ = false;
        return copy(token);
      case TokenKind::CloseParenthesis:
        if (depth_ == 0) {
          fail(token.offset, "a parenthesis closes that was never opened");
        }
        end_comparisons();
        --depth_;
        return copy(token);
      case TokenKind::Comma:
        end_comparisons();
        if (depth_ == 0) {
          if (clause_ == Clause::Condition) {
            fail(token.offset, "a condition is one expression");
          }
          end_item(token.offset);
          item_begin_ = checked_.size() + token.text.size();
        }
        return copy(token);
      case TokenKind::Operator:
        if (token.text != "::" && operator_characters.find(token.text.front()) == std::string_view::npos) {
          fail(token.offset, "this character is not allowed here");
        }
        is_empty_ = false;
        return copy(token);
      case TokenKind::Semicolon:
        fail(token.offset, "a semicolon is not allowed here");
      case TokenKind::Comment:
      case TokenKind::ExecutableOpen:
      case TokenKind::ExecutableClose:
        fail(token.offset, "a comment is not allowed here");
      case TokenKind::OpenBracket:
      case TokenKind::CloseBracket:
        fail(token.offset, "arrays are not allowed here");
    }
  }

  void check_word(const Token& token) {
    if (is_any(token.text, statement_words)) {
      fail(token.offset, "subqueries and statements are not allowed here");
    }
    is_empty_ = false;
    if (is_keyword(token.text, "IN") && !is_called()) {
      fail(token.offset, "IN takes a list in parentheses");  // what follows would be a table
    }
    if (at_ > 0 && tokens_[at_ - 1].kind == TokenKind::Operator && tokens_[at_ - 1].text.ends_with('@')) {
      fail(token.offset, "variables are not allowed here");
    }
    const bool is_sort_word = clause_ == Clause::Order && depth_ == 0 && is_any(token.text, order_keywords);
    if (is_sort_word) {
      return sort_word(token);
    }
    if (is_any(token.text, operand_ends)) {
      end_comparisons();
    }
    case_depth_ += is_keyword(token.text, "CASE") ? 1 : 0;
    case_depth_ -= is_keyword(token.text, "END") && case_depth_ > 0 ? 1 : 0;
    if (is_keyword(token.text, "IS") && !capabilities_.null_safe_distinct && replace_distinct()) {
      return;
    }
    if (is_keyword(token.text, "COLLATE") || follows_type_word()) {
      return copy(token);
    }
    is_constant_ = false;
    if (is_any(token.text, keywords) || is_called()) {
      return copy(token);
    }
    write_field(token, token.text);
  }

  void sort_word(const Token& token) {
    if (!key_end_) {
      key_end_ = checked_.size();
    }
    is_descending_ |= is_keyword(token.text, "DESC");
    places_nulls_ |= is_keyword(token.text, "NULLS");
    places_nulls_first_ |= is_keyword(token.text, "FIRST");
    const bool is_direction = is_keyword(token.text, "ASC") || is_keyword(token.text, "DESC");
    if (is_direction || capabilities_.places_nulls) {
      copy(token);
    }
  }

  /// a IS NOT DISTINCT FROM b becomes a <=> b, and without NOT a <=> b = 0, which compares from left to right.
  /// @return whether it was that; then all of its words are read.
  bool replace_distinct() {
    std::size_t last = at_;
    std::vector<std::string_view> words;
    for (std::size_t i = at_ + 1; i < tokens_.size() && words.size() < 3; ++i) {
      if (!tokens_[i].is_blank()) {
        words.push_back(tokens_[i].text);
        last = i;
        if (is_keyword(tokens_[i].text, "FROM")) {
          break;
        }
      }
    }
    const bool is_negated = words.size() == 3 && is_keyword(words[0], "NOT");
    const std::size_t first = is_negated ? 1 : 0;
    if (words.size() != first + 2 || !is_keyword(words[first], "DISTINCT") || !is_keyword(words[first + 1], "FROM")) {
      return false;
    }
    checked_ += "<=>";
    at_ = last;
    is_constant_ = false;
    if (!is_negated) {
      comparisons_.push_back(depth_ + case_depth_);
    }
    return true;
  }

  /// The right side of those at this depth is complete.
  void end_comparisons() {
    while (!comparisons_.empty() && comparisons_.back() >= depth_ + case_depth_) {
      checked_ += " = 0 ";
      comparisons_.pop_back();
    }
  }

  void write_field(const Token& token, std::string_view name) {
    if (is_system_name(name)) {
      checked_ += fmt::format("[{}]", folded(name));
      return;
    }
    const EntityField* field = schema_.find(name);
    if (field == nullptr) {
      throw UnknownField(schema_.entity(), std::string(name),
                         fmt::format("line {}, column {} of the {}", position(token.offset).line,
                                     position(token.offset).column, clause_name()));
    }
    names_unsettled_field_ |= !field->kind || field->is_extra;
    // A bare NULL as a sort key is an error on PostgreSQL.
    const std::string_view null = clause_ == Clause::Order ? "(SELECT NULL)" : "NULL";
    checked_ += field->kind ? schema_.expression_of(*field) : std::string(null);
  }

  [[nodiscard]] static bool is_system_name(std::string_view name) {
    const std::string lower = folded(name);
    return lower == "id" || std::find(system_columns.begin(), system_columns.end(), lower) != system_columns.end();
  }

  template <std::size_t N>
  [[nodiscard]] static bool is_any(std::string_view word, const std::array<std::string_view, N>& list) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view keyword) { return is_keyword(word, keyword); });
  }

  [[nodiscard]] const Token* neighbour(int step) const {
    for (std::size_t i = at_ + static_cast<std::size_t>(step); i < tokens_.size();
         i += static_cast<std::size_t>(step)) {
      if (!tokens_[i].is_blank()) {
        return &tokens_[i];
      }
    }
    return nullptr;
  }

  [[nodiscard]] bool is_called() const {
    const Token* next = neighbour(1);
    return next != nullptr && next->kind == TokenKind::OpenParenthesis;
  }

  [[nodiscard]] bool follows_type_word() const {
    const Token* before = neighbour(-1);
    return before != nullptr &&
           (before->text == "::" || (before->kind == TokenKind::Word &&
                                     (is_keyword(before->text, "AS") || is_keyword(before->text, "COLLATE"))));
  }

  void copy(const Token& token) { checked_ += token.text; }

  /// A number, however wrapped, would be the ordinal of a column.
  void end_item(std::size_t offset) {
    if (clause_ == Clause::Order && is_empty_) {
      fail(offset, "a sort key is missing");
    }
    if (clause_ == Clause::Order && is_constant_) {
      fail(offset, "a sort key is a field or an expression over fields, not a number");
    }
    end_comparisons();
    if (clause_ == Clause::Order && capabilities_.nulls_sort_high && !places_nulls_) {
      checked_ += is_descending_ ? " NULLS LAST" : " NULLS FIRST";  // as where NULL is low
    }
    if (places_nulls_ && !capabilities_.places_nulls) {
      const std::string key = checked_.substr(item_begin_, *key_end_ - item_begin_);
      checked_.insert(item_begin_, fmt::format("({}) IS NULL{}, ", key, places_nulls_first_ ? " DESC" : ""));
    }
    is_empty_ = is_constant_ = true;
    is_descending_ = places_nulls_ = places_nulls_first_ = false;
    key_end_.reset();
  }

  [[nodiscard]] Position position(std::size_t offset) const { return position_at(text_, offset); }
  [[nodiscard]] std::string_view clause_name() const { return clause_ == Clause::Condition ? "condition" : "order"; }

  [[noreturn]] void fail(std::size_t offset, std::string_view reason) const {
    throw TranslationError(fmt::format("in the {} for {}: {}; {}", clause_name(), schema_.entity(), reason, advice),
                           text_, position(offset));
  }

  const Schema& schema_;
  std::string_view text_;
  Clause clause_;
  const Capabilities& capabilities_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string checked_;
  std::size_t depth_ = 0;
  bool is_empty_ = true;     ///< nothing of the sort key was read yet
  bool is_constant_ = true;  ///< only numbers and what wraps them
  bool is_descending_ = false;
  bool places_nulls_ = false;
  bool places_nulls_first_ = false;
  std::size_t item_begin_ = 0;            ///< of the sort key, in checked_
  std::optional<std::size_t> key_end_;    ///< where its words begin
  std::size_t case_depth_ = 0;            ///< CASEs that are open
  std::vector<std::size_t> comparisons_;  ///< depths of those whose right side is being read
  bool names_unsettled_field_ = false;
};

}  // namespace

CheckedText checked_condition(const Schema& schema, std::string_view condition, const Capabilities& capabilities) {
  return Checker(schema, condition, Clause::Condition, capabilities).run();
}

CheckedText checked_order(const Schema& schema, std::string_view order, const Capabilities& capabilities) {
  return Checker(schema, order, Clause::Order, capabilities).run();
}

QueryText::QueryText(const SqlEntityGenerator& generator, const Schema& schema, const EntityQuery& query)
    : generator_(generator), schema_(schema), query_(query) {
  const auto refuse_negative = [](std::optional<std::int64_t> rows, std::string_view what) {
    if (rows && *rows < 0) {
      throw UsageError(fmt::format("{} cannot be negative", what));
    }
  };
  refuse_negative(query.limit(), "limit");
  refuse_negative(query.offset(), "offset");

  const Capabilities& capabilities = generator.generator().capabilities();
  const auto [condition, condition_names_unsettled] = checked_condition(schema, query.condition(), capabilities);
  const auto [order, order_names_unsettled] = checked_order(schema, query.order(), capabilities);
  names_unsettled_field_ = condition_names_unsettled || order_names_unsettled;
  if (!query.includes_deleted()) {
    condition_ = "([deleted_at] IS NULL)";
  }
  if (!condition.empty()) {
    condition_ += fmt::format("{}({})", condition_.empty() ? "" : " AND ", condition);
  }
  order_ = order.empty() ? "[created_at], [id]" : order + ", [id]";

  const std::size_t wanted =
      generator.generator().convert_query_to_native("SELECT " + (condition.empty() ? "1" : condition)).parameter_count;
  if (wanted != query.params().size()) {
    throw UsageError(
        fmt::format("the condition has {} placeholders and {} values are given", wanted, query.params().size()));
  }
  condition_parameter_count_ = wanted;
  for (const Value& value : query.params().values()) {
    parameters_.push_back(value);
  }
  if (query.limit()) {
    parameters_.emplace_back(*query.limit());
  }
  if (query.offset()) {
    parameters_.emplace_back(*query.offset());
  }
}

StatementText QueryText::find_statement() const {
  return native(generator_.get_find_sql(schema_.entity(), schema_.column_names(), condition_, order_,
                                        query_.limit().has_value(), query_.offset().has_value()));
}

StatementText QueryText::count_statement() const {
  return native(generator_.get_count_sql(schema_.entity(), condition_));
}

StatementText QueryText::native(const std::string& portable) const {
  return StatementText(generator_.generator().convert_query_to_native(portable).text);
}

}  // namespace dalia::internal
