/// Coroutines over PostgreSQL against libpq with epoll, against threads and against asyncpg.
#include "async_cases.hpp"
#include "postgres_link.hpp"
#include "postgres_persons.hpp"

int main(int argc, char** argv) {
  using namespace dalia::benchmarks;
  Peer<ScratchSchema> asyncpg;
  asyncpg.name = "asyncpg";
  asyncpg.interpreter = PEER_INTERPRETER;
  asyncpg.script = PEER_FOLDER "/peer_asyncpg.py";
  asyncpg.address = [](const ScratchSchema& scratch) { return std::vector{scratch.url()}; };
  return run_program(argc, argv, async_cases<PostgresLink, PostgresPersons>(make_postgres_scratch, asyncpg));
}
