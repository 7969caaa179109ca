// What a save costs on a real PostgreSQL; what it does is in the contract tests.
#include <cstdint>

#include <gtest/gtest.h>

#include "conformance/postgres_test.hpp"

namespace dalia::test {
namespace {

class PostgresEntities : public PostgresTest {
 protected:
  /// How many prepared statements the session runs for `work`.
  template <class Work>
  std::int64_t statements_of(Work work) {
    const std::int64_t before = executions();
    work();
    return executions() - before - 1;  // the second look at them is one of them
  }

 private:
  std::int64_t executions() {
    return one("SELECT CAST(SUM(generic_plans + custom_plans) AS bigint) FROM pg_prepared_statements")
        .get<std::int64_t>();
  }
};

TEST_F(PostgresEntities, ASaveIsOneStatement) {
  const auto statements = [&](std::string_view id, int n) {
    return statements_of([&] { conn().save_entity("items", {{"id", id}, {"n", n}}); });
  };
  conn().save_entity("items", {{"id", "a"}, {"n", 1}});
  statements("a", 2);
  EXPECT_EQ(statements("a", 3), 1) << "changed";
  EXPECT_EQ(statements("b", 1), 1) << "new";
  EXPECT_EQ(statements("b", 1), 1) << "unchanged";
  EXPECT_EQ(statements_of([&] { conn().save_entity("items", {{"n", 1}}); }), 1) << "new, with an id of its own";
  EXPECT_EQ(conn().get_entity_history("items", "a").size(), 3U);
}

/// After many updates a save begins with a statement that can do nothing else.
TEST_F(PostgresEntities, AfterManyUpdatesOnlyWhatIsNoneTakesTwo) {
  const auto statements = [&](std::string_view id, int n) {
    return statements_of([&] { conn().save_entity("items", {{"id", id}, {"n", n}}); });
  };
  for (int n = 0; n < 100; ++n) {
    conn().save_entity("items", {{"id", "a"}, {"n", n}});
  }
  EXPECT_EQ(statements("a", 100), 1) << "changed";
  EXPECT_EQ(statements("b", 1), 2) << "new";
  EXPECT_EQ(statements("c", 1), 1) << "new, after that";
  EXPECT_EQ(statements("c", 1), 1) << "unchanged, after that";
  EXPECT_EQ(statements("c", 2), 1) << "changed, after that";
  EXPECT_EQ(conn().get_entity("items", "a")->version(), 101);
  EXPECT_EQ(conn().get_entity_history("items", "a").size(), 101U);
}

}  // namespace
}  // namespace dalia::test
