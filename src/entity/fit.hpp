/// How values fit the kinds of columns. Nothing is ever lost: what would lose is refused.
#pragma once

#include <cstdint>
#include <optional>

#include "dalia/core/value.hpp"

namespace dalia::internal {

/// The value as the column's kind, or nothing where it does not fit without loss. Text fits instants, dates, times,
/// decimals, uuids, bytes and JSON where it is their text.
[[nodiscard]] std::optional<Value> fit(const Value& value, Kind column);

/// Whether a double holds the integer exactly.
[[nodiscard]] bool fits_double(std::int64_t value) noexcept;

/// The kind that holds both without loss: int64 with double or decimal.  Nothing where there is none.
[[nodiscard]] std::optional<Kind> widened(Kind column, Kind value) noexcept;

/// A stored cell as the API gives it: as its kind, or with the numbers, bools and texts as they are and the rest as
/// canonical text.
enum class Form { Typed, Stored };
[[nodiscard]] Value value_of(const ValueRef& cell, Kind kind, Form form);

}  // namespace dalia::internal
