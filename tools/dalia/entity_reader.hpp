/// EntityReader: JSON text to entities, one at a time. Of JSON Lines and of an array it holds one at a time, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "byte_source.hpp"
#include "dalia/core/entity.hpp"

namespace dalia::program {

struct ReadEntity {
  Entity entity;
  std::size_t line = 1;   ///< on which it begins
  std::size_t bytes = 0;  ///< of its text
};

/// Tells the three forms apart by what the input begins with: `[` an array; `{` one object, where the first line is
/// none by itself but the whole is; anything else JSON Lines.
class EntityReader {
 public:
  explicit EntityReader(const std::string& file);

  /// None at the end; the text behind an array or an object was looked at then.
  /// @throws Failure naming line and column, Stopped.
  [[nodiscard]] std::optional<ReadEntity> next();
  /// Whether the input is one JSON value, to be saved whole or not at all.
  [[nodiscard]] bool is_one_value() const noexcept { return form_ == Form::Array || form_ == Form::Object; }
  [[nodiscard]] const ByteSource& source() const noexcept { return source_; }

 private:
  enum class Form { Lines, Array, Object };

  [[nodiscard]] std::optional<ReadEntity> next_line();
  [[nodiscard]] std::optional<ReadEntity> next_item();
  [[nodiscard]] std::optional<ReadEntity> read_first();
  [[nodiscard]] ReadEntity read_object(std::string text, std::size_t begin);
  [[nodiscard]] bool read_text_line(std::string& text);
  void read_item_text(std::string& text);
  void skip_blanks();
  void take();
  void expect_end();
  [[noreturn]] void fail(std::string_view reason) const;

  ByteSource source_;
  Form form_ = Form::Lines;
  std::optional<ReadEntity> first_;
  std::size_t line_ = 1;    ///< of the next byte
  std::size_t column_ = 1;  ///< of it, in an array
  bool is_at_end_ = false;
  bool has_items_ = false;
};

}  // namespace dalia::program
