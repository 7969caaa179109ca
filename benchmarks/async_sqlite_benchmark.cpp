/// Coroutines over SQLite, whose calls run on a thread of the connection, against the same calls where they are made.
#include "dalia_async.hpp"
#include "dalia_saves.hpp"
#include "dalia_statements.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

int main(int argc, char** argv) {
  using namespace dalia::benchmarks;
  constexpr Concurrency alone{1, 1};
  constexpr Concurrency many{64, 4};
  constexpr Ids old = Ids::Existing;
  const MakeScratch file = make_sqlite_scratch;
  const auto table = common_scratch(file);
  const MakeWorkload select = dalia_async_select(table, alone);
  const MakeWorkload save = dalia_async_save(file, old);
  const std::vector<Case> statements = statement_cases();
  const std::vector<Case> saves = save_cases();
  std::vector<Case> cases = {
      {"select_1_over_1", "select", 1000, 2000, case_named(statements, "select").bare, select, {}},
      {"select_1_over_1_sync", "select", 1000, 2000, dalia_select(file), select, {}},
      {"select_64_over_4_sync", "select", 1000, 2000, dalia_select(file), dalia_async_select(table, many), {}},
      {"save", "save", 20, 1000, case_named(saves, "save").bare, save, {}},
      {"save_sync", "save", 20, 1000, dalia_save(file, old), save, {{}, 1.10, {}}},
  };
  for (Case& each : cases) {
    each.clocks = Clocks::TimeAndCpu;
  }
  return run_program(argc, argv, cases);
}
