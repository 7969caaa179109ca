/// The names of a row's columns or an entity's fields, shared by all rows and entities of one shape.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dalia/core/export.hpp"

namespace dalia {

class FieldNames;
using SharedFieldNames = std::shared_ptr<const FieldNames>;

/// Immutable once shared. Thread-safe.
class DALIA_EXPORT FieldNames {
 public:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  FieldNames() = default;
  explicit FieldNames(std::vector<std::string> names) : names_(std::move(names)) {}

  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t index) const noexcept { return names_[index]; }
  /// The first column of that name, or npos. Exact, with case.
  [[nodiscard]] std::size_t find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) {
        return i;
      }
    }
    return npos;
  }
  /// As find. @throws UsageError naming the columns there are.
  [[nodiscard]] std::size_t index_of(std::string_view name) const;
  [[nodiscard]] auto begin() const noexcept { return names_.begin(); }
  [[nodiscard]] auto end() const noexcept { return names_.end(); }

  /// A table of these names, in this order. Each thread keeps the tables made most recently: a program makes entities
  /// of the same few shapes again and again.
  [[nodiscard]] static SharedFieldNames shared(std::span<const std::string_view> names);
  /// Adds a name to the table; where others share it, to a copy that takes its place.
  static void append(SharedFieldNames& names, std::string_view name);

 private:
  std::vector<std::string> names_;
};

}  // namespace dalia
