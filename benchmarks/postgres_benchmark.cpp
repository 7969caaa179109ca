/// dalia over PostgreSQL against the bare C client doing the same work.
#include "postgres_persons.hpp"
#include "postgres_samples.hpp"
#include "server_cases.hpp"

int main(int argc, char** argv) {
  using namespace dalia::benchmarks;
  const Budgets budgets = {
      {"select", {1.03, 1.02}},
      {"insert", {1.05, {}}},
      {"upsert", {1.05, {}}},
      {"insert_1000_at_once", {1.05, 1.05}},
      {"save", {1.05, 1.03}},
      {"save_new", {1.05, 1.03}},
      {"save_1000_at_once", {1.10, 1.05}},
      {"save_1000_new_at_once", {1.10, 1.05}},
      {"load_tuples", {1.10, 1.05}},
      {"read_one_by_one", {1.03, 1.05}},
      {"read_into_vector", {1.03, 1.05}},
      {"read_result_set", {1.03, 1.05}},
  };
  std::vector<Case> cases = server_cases<PostgresSamples, PostgresPersons>(make_postgres_scratch, budgets);
  using Copy = BareLoad<PostgresSamples, &PostgresSamples::copy>;
  cases.push_back(Case{"load_tuples_against_copy", "row", bulk_rows, 10'000, make<Copy>(),
                       dalia_load_tuples(make_postgres_scratch), Budget()});
  cases.push_back(Case{"upsert_1000_at_once", "upsert", input_rows, 5000, make<BareUpsertsAtOnce<PostgresSamples>>(),
                       dalia_upsert_1000_at_once(make_postgres_scratch), Budget{1.05, 1.05}});
  cases.push_back(Case{"upsert_1000_in_pipeline", "upsert", input_rows, 5000,
                       make<BareUpsertsAtOnce<PostgresSamples>>(), dalia_upsert_1000_in_pipeline(make_postgres_scratch),
                       Budget{1.10, 1.10}});
  return run_program(argc, argv, cases);
}
