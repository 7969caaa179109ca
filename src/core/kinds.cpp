#include "dalia/core/kinds.hpp"

namespace dalia {
namespace {

/// In the order of Kind.
constexpr std::array<std::string_view, 12> names = {"null",  "bool", "int64", "double",  "decimal", "text",
                                                    "bytes", "date", "time",  "instant", "uuid",    "json"};
static_assert(static_cast<std::size_t>(Kind::Json) + 1 == names.size());

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < names.size() ? names[index] : "unknown";
}

std::optional<Kind> kind_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      return static_cast<Kind>(i);
    }
  }
  return std::nullopt;
}

}  // namespace dalia
