/// The order of decimals, which SQLite keeps as text.
#pragma once

#include <sqlite3.h>

namespace dalia::internal::sqlite {

/// Adds the collation dalia_decimal: by number; what is no decimal comes last, by its bytes.
/// @return an SQLite result code.
[[nodiscard]] int add_collation(sqlite3* database) noexcept;

}  // namespace dalia::internal::sqlite
