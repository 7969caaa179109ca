/// dalia's side of the cases of entities, on any engine.
#pragma once

#include <cstddef>

#include "person.hpp"
#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

/// Entities there are before anything is measured.
inline constexpr std::size_t found_rows = 10'000;

/// Makes the tables of "person" and fills them, with dalia.
void add_persons(const Scratch& scratch, std::size_t count);

[[nodiscard]] MakeWorkload dalia_save(MakeScratch scratch, Ids ids);
[[nodiscard]] MakeWorkload dalia_save_batch(MakeScratch scratch, Ids ids);
/// One save after the other in the caller's transaction.
[[nodiscard]] MakeWorkload dalia_save_loop(MakeScratch scratch, Ids ids);
[[nodiscard]] MakeWorkload dalia_get(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_find(MakeScratch scratch);

}  // namespace dalia::benchmarks
