// What the other programs here get wrong, done right.
#include <tuple>
#include <vector>

#include "dalia/dalia.hpp"

int* pointer();

void correct(dalia::SyncConnection& connection) {
  const dalia::Value value(5);
  dalia::ResultSet rows = connection.execute("SELECT ?", dalia::params(value));
  const dalia::ResultSet moved = std::move(rows);
  static_cast<void>(dalia::entity("name", "Ann", "age", 30));
  static_cast<void>(moved.front().get<std::int64_t>(0));
  std::vector<std::tuple<int>> tuples = {{1}};
  connection.executemany("INSERT INTO [t] VALUES (?)", tuples);
  connection.delete_entity("users", 5);
}
