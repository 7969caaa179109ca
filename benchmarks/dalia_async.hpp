/// dalia's side of the cases over asynchronous connections, on any engine, and what they are held against.
#pragma once

#include "concurrency.hpp"
#include "person.hpp"
#include "runner.hpp"
#include "scratch.hpp"

namespace dalia::benchmarks {

/// Selects by key: coroutines on one thread, which take connections from a list where these are fewer.
[[nodiscard]] MakeWorkload dalia_async_select(FindScratch scratch, Concurrency load);
/// The same on blocking connections, a thread for each.
[[nodiscard]] MakeWorkload dalia_threads_select(FindScratch scratch, std::size_t threads);
/// As dalia_save().
[[nodiscard]] MakeWorkload dalia_async_save(MakeScratch scratch, Ids ids);

}  // namespace dalia::benchmarks
