/// Throws an error again with more to say, as the type it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "dalia/core/error.hpp"

namespace dalia::internal {

/// @throws an error of the same type as `error`, with this message and these facts.
[[noreturn]] void rethrow_as(const Error& error, const std::string& message, ErrorFacts facts);

/// @throws as above, with "row 1,234 (counting from 0): " in front.
[[noreturn]] void rethrow_numbered(const Error& error, std::string_view what, std::size_t index);

/// As the caller of a connection sees it: with the statement as it was written and, where time ran out, the limit.
/// A position in the native text is dropped unless both texts are the same.
[[noreturn]] void rethrow_for_caller(const Error& error, std::string_view statement, std::chrono::nanoseconds limit);

}  // namespace dalia::internal
