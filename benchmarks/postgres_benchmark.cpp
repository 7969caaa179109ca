/// dalia over PostgreSQL against the bare C client doing the same work. docs/performance.md says what each case does.
#include <iterator>

#include "postgres_cases.hpp"

int main(int argc, char** argv) {
  using dalia::benchmarks::Case;
  std::vector<Case> cases = dalia::benchmarks::postgres_statement_cases();
  for (std::vector<Case> more : {dalia::benchmarks::postgres_save_cases(), dalia::benchmarks::postgres_bulk_cases()}) {
    cases.insert(cases.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return dalia::benchmarks::run_program(argc, argv, cases);
}
