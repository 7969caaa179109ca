/// dalia's side of the cases of entities, on any engine.
#pragma once

#include <cstddef>

#include "person.hpp"
#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

/// Entities there are before anything is measured.
inline constexpr std::size_t found_rows = 10'000;

/// A person as an application builds the entity from its struct. The payload is JSON already: its text is a value.
[[nodiscard]] Entity entity_of(const Person& person);

/// Makes the tables of "person" and fills them, with dalia.
void add_persons(const Scratch& scratch, std::size_t count);

[[nodiscard]] MakeWorkload dalia_save(MakeScratch scratch, Ids ids);
[[nodiscard]] MakeWorkload dalia_save_batch(MakeScratch scratch, Ids ids);
/// One save after the other in the caller's transaction.
[[nodiscard]] MakeWorkload dalia_save_loop(MakeScratch scratch, Ids ids);
[[nodiscard]] MakeWorkload dalia_get(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_find(MakeScratch scratch);

}  // namespace dalia::benchmarks
