#include "connections/multi_row_insert.hpp"

namespace dalia::internal {
namespace {

bool is_blank(char character) noexcept {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r' || character == '\f';
}

char lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A')) : character;
}

bool is_word(char character) noexcept {
  const char small = lower(character);
  return (small >= 'a' && small <= 'z') || (character >= '0' && character <= '9') || character == '_' ||
         static_cast<unsigned char>(character) >= 0x80;
}

/// Takes tokens from the front; blanks before each are skipped.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] bool at_end() noexcept {
    skip_blanks();
    return rest_.empty();
  }
  bool take(char wanted) noexcept {
    skip_blanks();
    const bool found = rest_.starts_with(wanted);
    rest_.remove_prefix(found ? 1 : 0);
    return found;
  }
  /// @param wanted  in lower case.
  bool take_word(std::string_view wanted) noexcept {
    skip_blanks();
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) {
      ++size;
    }
    if (size != wanted.size()) {
      return false;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (lower(rest_[i]) != wanted[i]) {
        return false;
      }
    }
    rest_.remove_prefix(size);
    return true;
  }
  [[nodiscard]] bool takes_next(char wanted) noexcept {
    skip_blanks();
    return rest_.starts_with(wanted);
  }
  /// $1, $2, ...
  bool take_number(std::size_t wanted) {
    skip_blanks();
    const std::string text = "$" + std::to_string(wanted);
    if (!rest_.starts_with(text) || (rest_.size() > text.size() && is_word(rest_[text.size()]))) {
      return false;
    }
    rest_.remove_prefix(text.size());
    return true;
  }
  bool take_name() noexcept {
    skip_blanks();
    if (rest_.empty()) {
      return false;
    }
    return rest_.front() == '"' || rest_.front() == '`' ? take_quoted(rest_.front()) : take_bare();
  }
  /// name or schema.name
  bool take_table() noexcept { return take_name() && (!take('.') || take_name()); }

 private:
  void skip_blanks() noexcept {
    while (!rest_.empty() && is_blank(rest_.front())) {
      rest_.remove_prefix(1);
    }
  }
  bool take_bare() noexcept {
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) {
      ++size;
    }
    rest_.remove_prefix(size);
    return size > 0;
  }
  bool take_quoted(char quote) noexcept {
    rest_.remove_prefix(1);
    for (;;) {
      const std::size_t end = rest_.find(quote);
      if (end == std::string_view::npos) {
        return false;
      }
      rest_.remove_prefix(end + 1);
      if (!rest_.starts_with(quote)) {
        return true;
      }
      rest_.remove_prefix(1);  // doubled: part of the name
    }
  }

  std::string_view rest_;
};

bool take_columns(Scanner& text) noexcept {
  if (!text.take('(')) {
    return true;
  }
  do {
    if (!text.take_name()) {
      return false;
    }
  } while (text.take(','));
  return text.take(')');
}

}  // namespace

std::optional<MultiRowInsert> MultiRowInsert::from(std::string_view native) {
  Scanner text(native);
  if (!text.take_word("insert") || !text.take_word("into") || !text.take_table() || !take_columns(text) ||
      !text.take_word("values")) {
    return std::nullopt;
  }
  const std::string_view head = native.substr(0, native.size() - text.rest().size());
  if (!text.take('(')) {
    return std::nullopt;
  }
  const bool is_numbered = text.takes_next('$');
  std::size_t width = 0;
  do {
    ++width;
    if (is_numbered ? !text.take_number(width) : !text.take('?')) {
      return std::nullopt;
    }
  } while (text.take(','));
  if (!text.take(')')) {
    return std::nullopt;
  }
  text.take(';');
  return text.at_end() ? std::optional(MultiRowInsert(head, width, is_numbered)) : std::nullopt;
}

std::string MultiRowInsert::text(std::size_t rows) const {
  std::string text = head_;
  std::size_t number = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    text += row == 0 ? " (" : ",(";
    for (std::size_t i = 0; i < width_; ++i) {
      text += i == 0 ? "" : ",";
      text += is_numbered_ ? "$" + std::to_string(++number) : "?";
    }
    text += ')';
  }
  return text;
}

}  // namespace dalia::internal
