/// dalia over MariaDB against the bare C client doing the same work.
#include "mysql_persons.hpp"
#include "mysql_samples.hpp"
#include "server_cases.hpp"

int main(int argc, char** argv) {
  using namespace dalia::benchmarks;
  const Budgets budgets = {
      {"select", {1.03, 1.02}},
      {"insert", {1.05, {}}},
      {"upsert", {1.05, {}}},
      {"insert_1000_at_once", {1.10, 1.10}},
      {"save", {1.05, 1.05}},
      {"save_new", {1.05, 1.05}},
      {"save_1000_at_once", {{}, 1.05}},
      {"save_1000_new_at_once", {{}, 1.05}},
      {"load_tuples", {1.10, 1.05}},
      {"read_one_by_one", {1.03, 1.03}},
      {"read_into_vector", {1.03, 1.03}},
      {"read_result_set", {1.03, 1.03}},
  };
  return run_program(argc, argv, server_cases<MySqlSamples, MySqlPersons>(make_mysql_scratch, budgets));
}
