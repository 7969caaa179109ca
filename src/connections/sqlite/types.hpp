/// Between SQLite's storage classes and the kinds of dalia. What SQLite stores as text or integer gets its kind back
/// from the declared type of its column, where the content is in canonical form; anything else stays what it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <sqlite3.h>

#include "dalia/core/value.hpp"

namespace dalia::internal::sqlite {

/// The kind a declared type stands for: BOOLEAN, DATE, UUID, JSON and the TEXT_... names of the entity tables.
/// Kind::Text for every other type, which asks for nothing. @param declared  may be null.
[[nodiscard]] Kind declared_kind(const char* declared) noexcept;

/// The canonical text of `kind` as a value of that kind, else the text as Kind::Text.
/// @param uuid  16 bytes that the result may view.
[[nodiscard]] ValueRef typed_text(Kind kind, std::string_view text, std::array<char, 16>& uuid) noexcept;

/// Whether this is the text of a Decimal: no exponent, no needless zeros.
[[nodiscard]] bool is_canonical_decimal(std::string_view text) noexcept;

/// Canonical text of an instant, date, time or uuid; longest_text is room for all of them.
inline constexpr std::size_t longest_text = 36;
[[nodiscard]] std::string_view write_text(const ValueRef& value, std::array<char, longest_text>& out) noexcept;

}  // namespace dalia::internal::sqlite
