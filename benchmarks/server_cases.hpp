/// The cases that every server has. docs/performance.md says what each does.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bare_saves.hpp"
#include "bare_table.hpp"
#include "dalia_bulk.hpp"
#include "dalia_saves.hpp"
#include "dalia_statements.hpp"

namespace dalia::benchmarks {

using Budgets = std::map<std::string, Budget>;

/// @tparam Samples, Store  the bare client: bare_table.hpp, bare_saves.hpp.
/// @param budgets  by name; cases without one are for comparison only.
template <class Samples, class Store>
std::vector<Case> server_cases(MakeScratch on, const Budgets& budgets) {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const char* unit, std::size_t batch, std::size_t counted, MakeWorkload bare,
                       MakeWorkload dalia) {
    const auto budget = budgets.find(name);
    cases.push_back(Case{name, unit, batch, counted, std::move(bare), std::move(dalia),
                         budget == budgets.end() ? Budget() : budget->second});
  };
  using Load = BareLoad<Samples, &Samples::load>;
  add("select", "select", 1000, 2000, make<BareSelect<Samples>>(), dalia_select(on));
  add("select_nothing", "select", 1000, 2000, make<BareEmptySelect<Samples>>(), dalia_select_nothing(on));
  add("insert", "insert", 200, 2000, make<BareInsert<Samples>>(), dalia_insert(on));
  add("upsert", "upsert", 200, 2000, make<BareUpsert<Samples>>(), dalia_upsert(on));
  add("insert_1000_in_transaction", "insert", input_rows, 5000, make<BareInsertsInTransaction<Samples>>(),
      dalia_insert_1000_in_transaction(on));
  add("insert_1000_at_once", "insert", input_rows, 5000, make<BareInsertsAtOnce<Samples>>(),
      dalia_insert_1000_at_once(on));

  constexpr Ids old = Ids::Existing;
  constexpr Ids fresh = Ids::New;
  add("save", "save", 200, 1000, make<BareSave<Store, old>>(), dalia_save(on, old));
  add("save_new", "save", 200, 1000, make<BareSave<Store, fresh>>(), dalia_save(on, fresh));
  add("save_1000_at_once", "save", batch_size, 2000, make<BareSaveBatch<Store, old>>(), dalia_save_batch(on, old));
  add("save_1000_new_at_once", "save", batch_size, 2000, make<BareSaveBatch<Store, fresh>>(),
      dalia_save_batch(on, fresh));
  add("get_entity", "get", 1000, 1000, make<BareGet<Store>>(), dalia_get(on));
  add("find_10000_entities", "row", found_rows, 20'000, make<BareFind<Store>>(), dalia_find(on));

  add("load_tuples", "row", bulk_rows, 10'000, make<Load>(), dalia_load_tuples(on));
  add("load_params", "row", bulk_rows, 10'000, make<Load>(), dalia_load_params(on));
  add("read_one_by_one", "row", bulk_rows, 20'000, make<BareReadOneByOne<Samples>>(), dalia_read_one_by_one(on));
  add("read_into_vector", "row", bulk_rows, 20'000, make<BareReadVector<Samples>>(), dalia_read_into_vector(on));
  add("read_result_set", "row", bulk_rows, 20'000, make<BareReadWhole<Samples>>(), dalia_read_result_set(on));
  return cases;
}

}  // namespace dalia::benchmarks
