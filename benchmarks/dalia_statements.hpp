/// dalia's side of the cases of single statements, on any engine.
#pragma once

#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

inline constexpr const char* select_sql =
    "SELECT [id], [name], [score], [created], [active], [payload] FROM [sample] WHERE [id] = ?";

[[nodiscard]] MakeWorkload dalia_select(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_select_in_transaction(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_select_nothing(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_insert(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_insert_1000_in_transaction(MakeScratch scratch);
/// The same rows in one call.
[[nodiscard]] MakeWorkload dalia_insert_1000_at_once(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_upsert(MakeScratch scratch);
/// A thousand in one call of executemany, or of pipeline.
[[nodiscard]] MakeWorkload dalia_upsert_1000_at_once(MakeScratch scratch);
[[nodiscard]] MakeWorkload dalia_upsert_1000_in_pipeline(MakeScratch scratch);

}  // namespace dalia::benchmarks
