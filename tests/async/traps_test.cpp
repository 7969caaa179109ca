// Statements that g++ 12 miscompiles for other libraries' types: with temporaries that own memory inside an await. Each
// is a line of a program; sanitizers see what goes wrong.
#include "async/async_test.hpp"
#include "support/instrumented.hpp"

namespace dalia::test {
namespace {

using namespace std::chrono_literals;

const std::string long_text(100, 'x');

struct Person {
  std::string id;
  std::string name;
  std::int64_t age = 0;
};

class Traps : public AsyncTest {};
DALIA_ASYNC_SUITE(Traps);

net::awaitable<void> options_left_out(AsyncConnection& conn) {
  co_await conn.save_entity("users", entity("id", "1", "name", long_text));
  co_await conn.find_entities("users");
  co_await conn.count_entities("users");
  const bool is_deleted = co_await conn.delete_entity("users", "1");
  EXPECT_TRUE(is_deleted);
  co_await conn.begin_transaction();
  co_await conn.rollback_transaction();
}

TEST_P(Traps, OptionsLeftOut) {
  const AsyncConnectionHandle conn = connect();
  run(options_left_out(*conn));
}

net::awaitable<void> options_that_own_memory(AsyncConnection& conn) {
  co_await conn.save_entity("users", entity("id", "1", "name", long_text),
                            save_options().user_id(long_text).comment(long_text));
  const auto found = co_await conn.find_entities(
      "users", where("[name] = ?", std::string(long_text)).order_by(std::string("[name] DESC")).limit(3));
  EXPECT_EQ(found.size(), 1u);
  const ResultSet rows = co_await conn.execute(std::string("SELECT ") + "?", params(std::string(long_text)),
                                               execute_options().timeout(5s).tag("of", std::string(long_text)));
  EXPECT_EQ(rows.front()[0].to_text(), long_text);
  const bool is_deleted = co_await conn.delete_entity("users", std::string("1"), delete_options().user_id(long_text));
  EXPECT_TRUE(is_deleted);
}

TEST_P(Traps, OptionsThatOwnMemory) {
  const AsyncConnectionHandle conn = connect();
  run(options_that_own_memory(*conn));
}

net::awaitable<std::int64_t> awaits_in_control_flow(AsyncConnection& conn) {
  std::int64_t sum = 0;
  for (int i = 0; i < 3; ++i) {
    co_await conn.save_entity("numbers", entity("n", i, "text", long_text));
  }
  for (const Row row : co_await conn.execute("SELECT [n] FROM [numbers]")) {
    sum += row[0].get<std::int64_t>();
  }
  if (auto count = co_await conn.count_entities("numbers"); count == 3) {
    sum += 100;
  }
  if (co_await conn.count_entities("numbers") > 2 &&
      co_await conn.count_entities("numbers", where("[n] > ?", 0)) == 2) {
    sum += 1000;
  }
  const auto found = co_await conn.get_entity("numbers", (co_await conn.find_entities("numbers")).front().id());
  sum += found ? 10'000 : 0;
  co_return sum;
}

TEST_P(Traps, AwaitsInControlFlow) {
  const AsyncConnectionHandle conn = connect();
  EXPECT_EQ(run(awaits_in_control_flow(*conn)), 11'103);
}

net::awaitable<std::string> structs_and_throws(AsyncConnection& conn) {
  Person ada;
  ada.id = "ada";
  ada.name = long_text;
  const Person saved = co_await conn.save(ada, save_options().comment(long_text));
  EXPECT_EQ(saved.name, long_text);
  const auto found = co_await conn.get<Person>("ada");
  EXPECT_TRUE(found.has_value());
  std::string what;
  try {
    co_await conn.save_entity("person", entity("id", "ada", "name", long_text), save_options().expected_version(7));
  } catch (const VersionConflict& conflict) {
    what = conflict.id();
  }
  co_return what;
}

TEST_P(Traps, StructsAndThrows) {
  const AsyncConnectionHandle conn = connect();
  EXPECT_EQ(run(structs_and_throws(*conn)), "ada");
}

net::awaitable<void> many_in_a_row(AsyncConnection& conn) {
  co_await conn.execute("CREATE TABLE [t] ([n] INTEGER)");
  for (int i = 0; i < tries(20'000); ++i) {
    try {
      co_await conn.commit_transaction();  // fails without a wait
    } catch (const UsageError&) {
      continue;
    }
  }
}

TEST_P(Traps, ManyCallsThatEndAtOnceDoNotFillTheStack) {
  const AsyncConnectionHandle conn = connect();
  run(many_in_a_row(*conn));
}

}  // namespace
}  // namespace dalia::test
