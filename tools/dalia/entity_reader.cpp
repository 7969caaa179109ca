#include "entity_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "dalia/core/json.hpp"
#include "failures.hpp"

namespace dalia::program {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;  // of one line, object or item
constexpr std::string_view too_long = "more than 64 MiB in one object";
constexpr std::string_view blanks = " \t\r\n";

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

[[noreturn]] void fail_at(std::size_t line, std::size_t column, std::string_view reason) {
  throw Failure(fmt::format("line {}, column {}: {}", line, column, reason));
}

/// The parser counts from the beginning of `text`, the user from that of the file.
Entity entity_from(const std::string& text, std::size_t line, std::size_t column) {
  try {
    return entity_from_json(parse_json(text));
  } catch (const UsageError& error) {
    const Position* position = error.position();
    if (position == nullptr) {
      throw Failure(fmt::format("line {}: {}", line, error.what()));
    }
    std::string_view reason = error.what();
    const std::string prefix = fmt::format("line {}, column {}: ", position->line, position->column);
    reason.remove_prefix(reason.starts_with(prefix) ? prefix.size() : 0);
    fail_at(line + position->line - 1, position->line == 1 ? column + position->column - 1 : position->column, reason);
  }
}

bool is_object(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin != std::string::npos && text[begin] == '{' && nlohmann::json::accept(text);
}

}  // namespace

EntityReader::EntityReader(const std::string& file) : source_(file) {
  skip_blanks();
  if (source_.peek() == '[') {
    form_ = Form::Array;
    take();
  } else {
    first_ = read_first();
  }
}

std::optional<ReadEntity> EntityReader::next() {
  if (first_) {
    return std::exchange(first_, std::nullopt);
  }
  switch (form_) {
    case Form::Array:
      return next_item();
    case Form::Lines:
      return next_line();
    case Form::Object:
      break;
  }
  return std::nullopt;
}

/// The first object, which decides between JSON Lines and one object over several lines.
std::optional<ReadEntity> EntityReader::read_first() {
  const std::size_t line = line_;
  const std::size_t column = column_;
  std::string text;
  if (!read_text_line(text)) {
    return std::nullopt;
  }
  try {
    return ReadEntity{entity_from(text, line, column), line, text.size()};
  } catch (const Failure&) {
    skip_blanks();
    const bool may_go_on = text.starts_with('{') && !nlohmann::json::accept(text) && source_.peek() >= 0;
    if (!may_go_on) {
      throw;
    }
    // The line break and the blanks just skipped.
    text.append(line_ - line, '\n').append(column_ - 1, ' ');
    const std::size_t first_size = text.size();
    source_.read_rest(text, most_bytes + 1 - std::min(text.size(), most_bytes));
    const std::string second = text.substr(first_size, text.find('\n', first_size) - first_size);
    try {
      form_ = Form::Object;
      return read_object(std::move(text), line);
    } catch (const Failure&) {
      if (!is_object(second)) {
        throw;
      }
    }
    throw;  // the second line is an object by itself: these are JSON Lines, and the first is bad
  }
}

ReadEntity EntityReader::read_object(std::string text, std::size_t begin) {
  if (text.size() > most_bytes) {
    throw Failure(fmt::format("line {}: {}", begin, too_long));
  }
  return ReadEntity{entity_from(text, begin, 1), begin, text.size()};
}

bool EntityReader::read_text_line(std::string& text) {
  if (!source_.read_line(text, most_bytes + 1)) {
    return false;
  }
  if (text.size() > most_bytes) {
    throw Failure(fmt::format("line {}: {}", line_, too_long));
  }
  ++line_;
  column_ = 1;
  return true;
}

std::optional<ReadEntity> EntityReader::next_line() {
  std::string text;
  while (read_text_line(text)) {
    if (!is_blank(text)) {
      return ReadEntity{entity_from(text, line_ - 1, 1), line_ - 1, text.size()};
    }
    text.clear();
  }
  return std::nullopt;
}

std::optional<ReadEntity> EntityReader::next_item() {
  if (is_at_end_) {
    return std::nullopt;
  }
  skip_blanks();
  if (source_.peek() == ']' && !has_items_) {
    take();
    expect_end();
    return std::nullopt;
  }
  const std::size_t line = line_;
  const std::size_t column = column_;
  std::string text;
  read_item_text(text);
  if (is_blank(text) && source_.peek() >= 0) {
    fail("an object is missing here");
  }
  ReadEntity read{source_.peek() < 0 ? Entity() : entity_from(text, line, column), line, text.size()};
  if (source_.peek() < 0) {
    if (!is_blank(text)) {
      static_cast<void>(entity_from(text, line, column));  // says more, where the item itself has no end
    }
    fail("the array has no end");
  }
  has_items_ = true;
  const bool is_last = source_.peek() == ']';
  take();
  if (is_last) {
    expect_end();
  }
  return read;
}

/// Up to the comma or bracket behind the item, or the end of the input.
void EntityReader::read_item_text(std::string& text) {
  std::size_t depth = 0;
  bool is_in_string = false;
  bool is_escaped = false;
  for (int byte = source_.peek(); byte >= 0; byte = source_.peek()) {
    if (is_in_string) {
      is_in_string = is_escaped || byte != '"';
      is_escaped = !is_escaped && byte == '\\';
    } else if (depth == 0 && (byte == ',' || byte == ']')) {
      return;
    } else if (byte == '"') {
      is_in_string = true;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if ((byte == '}' || byte == ']') && depth > 0) {
      --depth;
    }
    text += static_cast<char>(byte);
    take();
    if (text.size() > most_bytes) {
      fail(too_long);
    }
  }
}

void EntityReader::skip_blanks() {
  for (int byte = source_.peek(); byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; byte = source_.peek()) {
    take();
  }
}

void EntityReader::take() {
  const bool is_line_break = source_.peek() == '\n';
  source_.skip();
  line_ += is_line_break ? 1 : 0;
  column_ = is_line_break ? 1 : column_ + 1;
}

void EntityReader::expect_end() {
  is_at_end_ = true;
  skip_blanks();
  if (source_.peek() >= 0) {
    fail("the array has ended, nothing may follow it");
  }
}

void EntityReader::fail(std::string_view reason) const {
  fail_at(line_, column_, reason);
}

}  // namespace dalia::program
