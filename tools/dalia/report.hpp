/// What the user is told of a failure.
#pragma once

#include <string_view>

#include "failures.hpp"

namespace dalia::program {

/// Writes the exception in hand as one line to the standard error, where there is something to tell.
/// Call it in a catch block.
[[nodiscard]] ExitStatus report_failure() noexcept;

}  // namespace dalia::program
