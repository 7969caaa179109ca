/// The cases over PostgreSQL, a file for each.
#pragma once

#include <vector>

#include "runner.hpp"

namespace dalia::benchmarks {

/// Point selects, inserts, upserts.
[[nodiscard]] std::vector<Case> postgres_statement_cases();
/// Saves of entities and what reads them back.
[[nodiscard]] std::vector<Case> postgres_save_cases();
/// 100,000 rows in and out.
[[nodiscard]] std::vector<Case> postgres_bulk_cases();

}  // namespace dalia::benchmarks
