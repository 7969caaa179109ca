/// Well-formed UTF-8, as the Unicode standard's table 3-7 draws it: no overlong forms, no surrogates, nothing beyond
/// U+10FFFF. Text that passes cannot change its quoting when a server reads it as UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace dalia::internal {

/// Offset of the first byte that starts no well-formed character, or nothing. NUL is well formed.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

}  // namespace dalia::internal
