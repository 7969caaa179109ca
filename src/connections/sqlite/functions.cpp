#include "connections/sqlite/functions.hpp"

#include <array>
#include <chrono>
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

void next_microsecond(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) noexcept {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
    return;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
  std::array<char, 16> unused{};
  const ValueRef instant = typed_text(Kind::Instant, std::string_view(text == nullptr ? "" : text, size), unused);
  if (instant.kind() != Kind::Instant) {
    sqlite3_result_error(context, "dalia_next_microsecond: not an instant in canonical text", -1);
    return;
  }
  std::array<char, longest_text> out{};
  const std::string_view next = write_text(ValueRef::of_integer(Kind::Instant, instant.raw_integer() + 1), out);
  sqlite3_result_text(context, next.data(), static_cast<int>(next.size()), SQLITE_TRANSIENT);
}

}  // namespace

int add_functions(sqlite3* database) noexcept {
  const int result =
      sqlite3_create_collation_v2(database, "dalia_decimal", SQLITE_UTF8, nullptr, compare_decimal_texts, nullptr);
  if (result != SQLITE_OK) {
    return result;
  }
  return sqlite3_create_function_v2(database, "dalia_next_microsecond", 1,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, next_microsecond,
                                    nullptr, nullptr, nullptr);
}

}  // namespace dalia::internal::sqlite
