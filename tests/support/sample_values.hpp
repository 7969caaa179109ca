/// Values at the ends of their kinds.
#pragma once

#include <string>
#include <vector>

#include "dalia/core/value.hpp"

#include "support/backends.hpp"

namespace dalia::test {

/// Several of every kind but null; all can be stored and must come back as they are.
/// @param backend  leaves out what its columns do not hold.
[[nodiscard]] std::vector<Value> extreme_values(const Backend& backend);
/// Every plane of Unicode, combining and control characters, quotes; valid UTF-8 without NUL.
[[nodiscard]] std::vector<std::string> unicode_texts();

}  // namespace dalia::test
