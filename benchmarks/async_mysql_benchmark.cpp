/// Coroutines over MariaDB against Connector/C's non-blocking calls with epoll, against threads and against aiomysql.
#include "async_cases.hpp"
#include "mysql_link.hpp"
#include "mysql_persons.hpp"

int main(int argc, char** argv) {
  using namespace dalia::benchmarks;
  Peer<ScratchMySql> aiomysql;
  aiomysql.name = "aiomysql";
  aiomysql.interpreter = PEER_INTERPRETER;
  aiomysql.script = PEER_FOLDER "/peer_aiomysql.py";
  aiomysql.address = [](const ScratchMySql& scratch) {
    const dalia::DatabaseConfig& config = scratch.config();
    return std::vector{config.host, std::to_string(config.port), config.user, config.password, config.database};
  };
  aiomysql.budget = {{}, 0.25, {}};
  return run_program(argc, argv, async_cases<MySqlLink, MySqlPersons>(make_mysql_scratch, aiomysql));
}
