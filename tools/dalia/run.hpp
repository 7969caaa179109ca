/// The program as a function.
#pragma once

namespace dalia::program {

/// @return the exit status. Never throws.
[[nodiscard]] int run_program(int count, const char* const* words) noexcept;

}  // namespace dalia::program
