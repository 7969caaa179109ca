/// The words after which a [ always starts a name.
#pragma once

#include <string_view>

namespace dalia::internal {

/// True for words that never end an operand, so that `SELECT[a]` is no subscript of SELECT. ASCII letters without case.
[[nodiscard]] bool never_ends_operand(std::string_view word) noexcept;

}  // namespace dalia::internal
