/// Reads the canonical text of an instant, quickly: engines without a type for instants store it.
#pragma once

#include <cstdint>

namespace dalia::internal {

/// YYYY-MM-DDTHH:MM:SS.ffffffZ with a year from 1 to 9999.
/// @param text  27 bytes.
/// @param microseconds  since 1970-01-01 in UTC.
/// @return false for any other text.
[[nodiscard]] bool read_instant(const char* text, std::int64_t& microseconds) noexcept;

}  // namespace dalia::internal
