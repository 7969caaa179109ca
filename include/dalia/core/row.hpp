/// Row: the view of one row of a result.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "dalia/core/export.hpp"
#include "dalia/core/field_names.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

namespace internal {
[[noreturn]] DALIA_EXPORT void throw_too_few_columns(std::size_t wanted, std::size_t held);
}  // namespace internal

/// Copied freely; valid as long as the ResultSet it comes from, or until the next step of its stream.
class Row {
 public:
  Row() = default;
  Row(const FieldNames& columns, std::span<const ValueRef> cells) noexcept : columns_(&columns), cells_(cells) {}

  [[nodiscard]] std::size_t size() const noexcept { return cells_.size(); }
  [[nodiscard]] const FieldNames& columns() const noexcept { return *columns_; }
  [[nodiscard]] std::span<const ValueRef> cells() const noexcept { return cells_; }
  /// Unchecked.
  [[nodiscard]] const ValueRef& operator[](std::size_t index) const noexcept { return cells_[index]; }
  /// The first column of that name. @throws UsageError naming the columns there are.
  [[nodiscard]] const ValueRef& operator[](std::string_view name) const { return cells_[columns_->index_of(name)]; }
  /// @throws UsageError for an unknown column or a value of another kind.
  template <class T>
  [[nodiscard]] T get(std::string_view name) const {
    return (*this)[name].template get<T>();
  }
  template <class T>
  [[nodiscard]] T get(std::size_t index) const {
    return cells_[index].template get<T>();
  }
  /// The first columns as a tuple. @throws UsageError where the row has fewer.
  template <class... T>
  [[nodiscard]] std::tuple<T...> as() const {
    if (sizeof...(T) > size()) {
      internal::throw_too_few_columns(sizeof...(T), size());
    }
    return as_tuple<T...>(std::index_sequence_for<T...>());
  }

 private:
  template <class... T, std::size_t... I>
  [[nodiscard]] std::tuple<T...> as_tuple(std::index_sequence<I...>) const {
    return std::tuple<T...>(cells_[I].template get<T>()...);
  }

  const FieldNames* columns_ = nullptr;
  std::span<const ValueRef> cells_;
};

}  // namespace dalia
