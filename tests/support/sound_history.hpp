/// What must hold of an entity's tables whatever happened to their writers.
#pragma once

#include <string>
#include <string_view>

#include "dalia/connections/sync_connection.hpp"

namespace dalia::test {

/// Empty where all is sound, else what is not: each row has its history, versions are 1..n (or go on after an erase),
/// times grow, the newest snapshot is the row, and metadata, columns and history columns agree.
[[nodiscard]] std::string unsound_history(SyncConnection& connection, std::string_view entity);

/// A seed from DALIA_TEST_SEED, else a random one.
[[nodiscard]] std::uint64_t test_seed();

}  // namespace dalia::test
