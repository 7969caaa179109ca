/// One parameter as it stands on the command line.
#pragma once

#include <cstddef>
#include <string>

#include "dalia/core/value.hpp"

namespace dalia::program {

/// A JSON value; what is no JSON is text.
/// @param number  its place among the parameters, from 1, for the message.
/// @throws WrongUsage for JSON that no value can hold, such as an integer beyond 64 bits.
[[nodiscard]] Value value_from_argument(const std::string& text, std::size_t number);

}  // namespace dalia::program
