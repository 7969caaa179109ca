/// What the statements of the entity layer need beyond SQLite's own functions.
#pragma once

#include <sqlite3.h>

namespace dalia::internal::sqlite {

/// On every connection: the collation dalia_decimal (by number; what is no decimal comes last, by its bytes) and the
/// function dalia_next_microsecond(text) (an instant in canonical text, one microsecond later; null for null).
/// @return an SQLite result code.
[[nodiscard]] int add_functions(sqlite3* database) noexcept;

}  // namespace dalia::internal::sqlite
