#include "dalia/core/row.hpp"

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia::internal {

void throw_too_few_columns(std::size_t wanted, std::size_t held) {
  throw UsageError(fmt::format("{} columns were asked for, but the row has {}", wanted, held));
}

}  // namespace dalia::internal
