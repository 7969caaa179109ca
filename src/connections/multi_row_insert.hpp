/// MultiRowInsert: a plain INSERT of one row, widened to many rows a statement, which saves a third of the work.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dalia::internal {

class MultiRowInsert {
 public:
  /// Knows INSERT INTO name [(columns)] VALUES (?, ...) [;] in native text, with nothing but ?, or $1, $2 ..., as
  /// values and no comments.
  /// @return nothing for any other statement.
  [[nodiscard]] static std::optional<MultiRowInsert> from(std::string_view native);

  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// The statement for that many rows.
  [[nodiscard]] std::string text(std::size_t rows) const;

 private:
  MultiRowInsert(std::string_view head, std::size_t width, bool is_numbered)
      : head_(head), width_(width), is_numbered_(is_numbered) {}

  std::string head_;  ///< up to and with VALUES
  std::size_t width_;
  bool is_numbered_;  ///< $1, $2 ... and not ?
};

}  // namespace dalia::internal
