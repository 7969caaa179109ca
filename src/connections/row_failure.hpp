/// What the failure of a row means in executemany.
#pragma once

#include <cstddef>

#include "connections/rethrow.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {

/// Whether the row may be to blame, not the time, a lock or the disk.
[[nodiscard]] inline bool is_about_row(const Error& error) noexcept {
  return dynamic_cast<const QueryError*>(&error) != nullptr || dynamic_cast<const UsageError*>(&error) != nullptr;
}

[[noreturn]] inline void rethrow_for_row(const Error& error, std::size_t index) {
  rethrow_numbered(error, "row", index);
}

}  // namespace dalia::internal
