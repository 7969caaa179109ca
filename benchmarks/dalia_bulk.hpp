/// dalia's side of the cases of many rows, on any engine.
#pragma once

#include <cstddef>

#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

inline constexpr std::size_t bulk_rows = 100'000;

[[nodiscard]] MakeWorkload dalia_load_tuples(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_load_params(MakeScratch scratch);
/// A stream into one row used again.
[[nodiscard]] MakeWorkload dalia_read_one_by_one(MakeScratch scratch);
/// A stream into a vector of structs.
[[nodiscard]] MakeWorkload dalia_read_into_vector(MakeScratch scratch);
/// The whole result in memory, then the vector.
[[nodiscard]] MakeWorkload dalia_read_result_set(MakeScratch scratch);

}  // namespace dalia::benchmarks
