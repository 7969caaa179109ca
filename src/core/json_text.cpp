#include "core/json_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

constexpr std::string_view too_deep = "JSON is read to 512 levels, this goes deeper";
constexpr std::string_view holds_nul = "no text may hold the character U+0000";

/// Runs over a text and tells how far the parser has read.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator() = default;
  CountingIterator(const char* at, const char** read_up_to) noexcept : at_(at), read_up_to_(read_up_to) {}
  reference operator*() const noexcept { return *at_; }
  CountingIterator& operator++() noexcept {
    *read_up_to_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) noexcept {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& left, const CountingIterator& right) noexcept {
    return left.at_ == right.at_;
  }

 private:
  const char* at_ = nullptr;
  const char** read_up_to_ = nullptr;
};

/// What the parser found wrong, without the part of its message that repeats the input.
std::string reason_from(const nlohmann::json::exception& error) {
  if (error.id == 406) {
    return "the number is too large; send it as text";
  }
  const std::string_view message = error.what();
  const std::size_t start = message.find(" - ");
  if (start == std::string_view::npos) {
    return "not valid JSON";
  }
  return std::string(message.substr(start + 3, message.find("; last read: ") - start - 3));
}

/// Receives the events of the parser and builds the value. Never recurses.
template <class Json>
class Builder {
 public:
  explicit Builder(std::string_view text) : text_(text), read_up_to_(text.data()) {}

  [[nodiscard]] const char** read_up_to() noexcept { return &read_up_to_; }
  /// The parser takes a NUL for the end of its input, and would not see what follows.
  void refuse_raw_nul() const {
    const std::size_t nul = text_.find('\0');
    if (nul != std::string_view::npos) {
      fail(holds_nul, nul);
    }
  }
  [[nodiscard]] Json take() noexcept { return std::move(result_); }

  bool null() { return add(Json(nullptr)); }
  bool boolean(bool value) { return add(Json(value)); }
  bool number_integer(std::int64_t value) { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) { return add(Json(value)); }
  bool number_float(double value, const std::string& written) {
    // Integers that fit neither int64 nor uint64 arrive here.
    if (written.find_first_of(".eE") == std::string::npos) {
      fail("an integer beyond 64 bits; send it as text", text_.rfind(written, read_offset() - written.size()));
    }
    return add(Json(value));
  }
  bool string(std::string& value) {
    refuse_nul(value);
    return add(Json(std::move(value)));
  }
  bool binary(typename Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*size*/) { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) { return open(Json::array()); }
  bool key(std::string& name) {
    refuse_nul(name);
    levels_.back().member = &member(levels_.back(), name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool parse_error(std::size_t position, const std::string& /*last*/, const nlohmann::json::exception& error) {
    fail(reason_from(error), position == 0 ? 0 : position - 1);
    return false;
  }

 private:
  struct Level {
    Json* container = nullptr;
    Json* member = nullptr;                              ///< the place of the value whose key was read last
    std::unordered_map<std::string, std::size_t> index;  ///< of a large ordered object
  };

  /// Where a linear search for a repeated key begins to cost more than a table.
  static constexpr std::size_t large_object = 32;

  /// A key given twice keeps its first place and gets the later value.
  static Json& member(Level& level, const std::string& name) {
    auto& object = level.container->template get_ref<typename Json::object_t&>();
    if constexpr (std::is_same_v<Json, nlohmann::ordered_json>) {
      if (object.size() < large_object) {
        return object[name];
      }
      if (level.index.empty()) {
        for (std::size_t i = 0; i < object.size(); ++i) {
          level.index.emplace((object.begin() + static_cast<std::ptrdiff_t>(i))->first, i);
        }
      }
      const auto [known, is_new] = level.index.emplace(name, object.size());
      if (is_new) {
        object.emplace_back(name, Json());
      }
      return (object.begin() + static_cast<std::ptrdiff_t>(known->second))->second;
    } else {
      return object[name];
    }
  }

  Json& place(Json&& value) {
    if (levels_.empty()) {
      return result_ = std::move(value);
    }
    Level& level = levels_.back();
    if (level.container->is_object()) {
      return *level.member = std::move(value);
    }
    auto& array = level.container->template get_ref<typename Json::array_t&>();
    return array.emplace_back(std::move(value));
  }
  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(Json&& container) {
    if (levels_.size() == most_json_levels) {
      fail(too_deep, read_offset() - 1);
    }
    // The place stays where it is until the container closes: its parent does not grow meanwhile.
    Json& opened = place(std::move(container));
    levels_.emplace_back();
    levels_.back().container = &opened;
    return true;
  }
  bool close() {
    levels_.pop_back();
    return true;
  }

  void refuse_nul(const std::string& value) const {
    if (value.find('\0') != std::string::npos) {
      fail(holds_nul, text_.rfind("\\u0000", read_offset()));
    }
  }

  [[nodiscard]] std::size_t read_offset() const noexcept {
    return static_cast<std::size_t>(read_up_to_ - text_.data());
  }
  [[noreturn]] void fail(std::string_view reason, std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    Position position;
    position.offset = before.size();
    position.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    position.column = before.size() - (before.rfind('\n') + 1) + 1;
    ErrorFacts facts;
    facts.has_position = true;
    facts.position = position;
    throw UsageError(fmt::format("line {}, column {}: {}", position.line, position.column, reason), facts);
  }

  std::string_view text_;
  const char* read_up_to_;
  Json result_;
  std::vector<Level> levels_;
};

std::string_view without_byte_order_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

void refuse_unstorable(const nlohmann::json& json, std::size_t levels_left) {
  switch (json.type()) {
    case nlohmann::json::value_t::object:
    case nlohmann::json::value_t::array:
      if (levels_left == 0) {
        throw UsageError(std::string(too_deep));
      }
      for (const auto& [key, member] : json.items()) {
        if (json.is_object() && key.find('\0') != std::string::npos) {
          throw UsageError(std::string(holds_nul));
        }
        refuse_unstorable(member, levels_left - 1);
      }
      break;
    case nlohmann::json::value_t::string:
      if (json.get_ref<const std::string&>().find('\0') != std::string::npos) {
        throw UsageError(std::string(holds_nul));
      }
      break;
    case nlohmann::json::value_t::number_float:
      if (!std::isfinite(json.get<double>())) {
        throw UsageError("JSON has no number for NaN or infinity");
      }
      break;
    case nlohmann::json::value_t::binary:
    case nlohmann::json::value_t::discarded:
      throw UsageError("the JSON value has no text form");
    default:
      break;
  }
}

}  // namespace

template <class Json>
Json parse_json_as(std::string_view text) {
  text = without_byte_order_mark(text);
  Builder<Json> builder(text);
  builder.refuse_raw_nul();
  const CountingIterator first(text.data(), builder.read_up_to());
  const CountingIterator last(text.data() + text.size(), builder.read_up_to());
  if (!Json::sax_parse(first, last, &builder)) {
    throw UsageError("not valid JSON");
  }
  return builder.take();
}

template nlohmann::json parse_json_as<nlohmann::json>(std::string_view text);
template nlohmann::ordered_json parse_json_as<nlohmann::ordered_json>(std::string_view text);

std::string canonical_json(const nlohmann::json& json) {
  refuse_unstorable(json, most_json_levels);
  try {
    return json.dump();
  } catch (const nlohmann::json::type_error&) {
    // The library's own message repeats the byte; the text before it may be a secret.
    throw UsageError("a text in the JSON value is not valid UTF-8");
  }
}

}  // namespace dalia::internal
