/// dalia's side of the cases of single statements, on any engine.
#pragma once

#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

[[nodiscard]] MakeWorkload dalia_select(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_select_in_transaction(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_select_nothing(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_insert(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_insert_1000_in_transaction(MakeScratch scratch);
/// The same rows in one call.
[[nodiscard]] MakeWorkload dalia_insert_1000_at_once(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_upsert(MakeScratch scratch);

}  // namespace dalia::benchmarks
