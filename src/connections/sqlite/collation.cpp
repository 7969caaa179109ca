#include "connections/sqlite/collation.hpp"

#include <compare>
#include <string_view>

#include "connections/sqlite/types.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia::internal::sqlite {
namespace {

int compare_decimal_texts(void* /*unused*/, int left_size, const void* left_text, int right_size,
                          const void* right_text) noexcept {
  const std::string_view left(static_cast<const char*>(left_text), static_cast<std::size_t>(left_size));
  const std::string_view right(static_cast<const char*>(right_text), static_cast<std::size_t>(right_size));
  const bool left_is_decimal = is_canonical_decimal(left);
  const bool right_is_decimal = is_canonical_decimal(right);
  if (left_is_decimal != right_is_decimal) {
    return left_is_decimal ? -1 : 1;
  }
  if (!left_is_decimal) {
    return left.compare(right);
  }
  const std::strong_ordering order = compare_decimals(left, right);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

}  // namespace

int add_collation(sqlite3* database) noexcept {
  return sqlite3_create_collation_v2(database, "dalia_decimal", SQLITE_UTF8, nullptr, compare_decimal_texts, nullptr);
}

}  // namespace dalia::internal::sqlite
