/// RowSource: where executemany takes its parameter rows from, without copying them.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "dalia/core/export.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// Gives rows one after the other. The views of every row stay valid until the call it was given to returns.
class DALIA_EXPORT RowSource {
 public:
  virtual ~RowSource();
  /// Writes the next row, or returns false at the end. @throws UsageError for a row of another width than cells.size().
  [[nodiscard]] virtual bool next(std::span<ValueRef> cells) = 0;
};

/// The rows of a list of Params.
class DALIA_EXPORT ParamsSource final : public RowSource {
 public:
  explicit ParamsSource(std::span<const Params> rows) noexcept : rows_(rows) {}
  [[nodiscard]] bool next(std::span<ValueRef> cells) override;

 private:
  std::span<const Params> rows_;
  std::size_t next_ = 0;
};

namespace internal {

[[noreturn]] DALIA_EXPORT void throw_row_width(std::size_t expected, std::size_t got);

template <class T>
ValueRef view_of(const T& value) {
  if constexpr (is_optional<T>) {
    return value ? view_of(*value) : ValueRef();
  } else if constexpr (std::same_as<T, Value> || std::same_as<T, ValueRef>) {
    return value;
  } else if constexpr (std::same_as<T, bool>) {
    return ValueRef(value);
  } else if constexpr (std::integral<T>) {
    static_assert(std::is_signed_v<T> || sizeof(T) < 8, "executemany: wrap uint64 columns in Value");
    return ValueRef(static_cast<std::int64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    return ValueRef(static_cast<double>(value));
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return ValueRef(std::string_view(value));
  } else if constexpr (std::same_as<T, Bytes>) {
    return ValueRef(Kind::Bytes, std::string_view(reinterpret_cast<const char*>(value.data()), value.size()));
  } else if constexpr (std::same_as<T, Decimal>) {
    return ValueRef(Kind::Decimal, value.text());
  } else if constexpr (std::same_as<T, Uuid>) {
    return ValueRef(Kind::Uuid, std::string_view(reinterpret_cast<const char*>(value.bytes.data()), 16));
  } else {
    return ValueRef(value);  // Date, TimeOfDay, Instant
  }
}

}  // namespace internal

/// A range of tuples that the caller keeps.
template <std::ranges::input_range Range>
class TupleSource final : public RowSource {
  using Tuple = std::ranges::range_value_t<Range>;
  static_assert(std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>>,
                "executemany: the rows must outlive the call; collect generated rows in a vector first");

 public:
  explicit TupleSource(Range& rows) : rows_(rows), next_(std::ranges::begin(rows)) {}

  [[nodiscard]] bool next(std::span<ValueRef> cells) override {
    if (next_ == std::ranges::end(rows_)) {
      return false;
    }
    constexpr std::size_t width = std::tuple_size_v<Tuple>;
    if (cells.size() != width) {
      internal::throw_row_width(cells.size(), width);
    }
    std::apply(
        [&](const auto&... value) {
          std::size_t i = 0;
          ((cells[i++] = internal::view_of(value)), ...);
        },
        *next_);
    ++next_;
    return true;
  }

 private:
  Range& rows_;
  std::ranges::iterator_t<Range> next_;
};

}  // namespace dalia
