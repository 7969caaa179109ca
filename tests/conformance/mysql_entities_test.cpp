// Entities on a real MariaDB or MySQL server, where they are unlike those of the others.
#include <thread>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/entity_text.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;

class MySqlEntities : public MySqlTest {};

/// A process died between the steps of a change of tables.
TEST_F(MySqlEntities, WhatAnInterruptedSchemaChangeLeftBehindDoesNoHarm) {
  conn().execute("CREATE TABLE [_new_users] ([x] INT)");
  conn().execute("CREATE TABLE [_new_users_meta] ([x] INT)");
  EXPECT_EQ(conn().get_entity("users", "a"), std::nullopt);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().execute("ALTER TABLE [users] ADD COLUMN [later] BIGINT");
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"later", "a text"}}).get<std::string>("later"), "a text");
  EXPECT_TRUE(conn().get_entity_names() == std::vector<std::string>{"users"});
}

/// From the first save on, which makes the tables, to the last.
TEST_F(MySqlEntities, ManyWritersOfTheSameIdsLoseNothing) {
  constexpr int writers = 16;
  constexpr int ids = 25;
  std::vector<std::thread> running;
  std::vector<std::string> failures(writers);
  for (int writer = 0; writer < writers; ++writer) {
    running.emplace_back([&, writer] {
      try {
        const SyncConnectionHandle own = connect();
        for (int id = 0; id < ids; ++id) {
          own->save_entity("items", {{"id", id}, {"n", id * 100 + writer}, {"f" + std::to_string(writer % 4), writer}});
        }
      } catch (const std::exception& error) {
        failures[static_cast<std::size_t>(writer)] = error.what();
      }
    });
  }
  for (std::thread& one : running) {
    one.join();
  }
  EXPECT_THAT(failures, testing::Each(testing::IsEmpty()));
  EXPECT_EQ(conn().get_entity_fields("items").size(), 5U);
  for (int id = 0; id < ids; ++id) {
    const std::vector<Entity> history = conn().get_entity_history("items", id);
    ASSERT_EQ(history.size(), static_cast<std::size_t>(writers)) << id;
    for (std::size_t i = 0; i < history.size(); ++i) {
      EXPECT_EQ(history[i].version(), static_cast<std::int64_t>(i) + 1) << id;
    }
    EXPECT_EQ(conn().get_entity("items", id)->version(), writers);
  }
}

TEST_F(MySqlEntities, DecimalsThatNoColumnHoldsAreRefusedByName) {
  const auto error = expect_error<EntityError>([&] {
    conn().save_entity("users", {{"amount", Value::decimal("0." + std::string(31, '1'))}});
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("users.amount"));
  EXPECT_EQ(conn().get_entity_names().size(), 0U);
  conn().save_entity("users", {{"id", "a"}, {"amount", Value::decimal("0.5")}});
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"amount", "0." + std::string(31, '1')}}), EntityError);
}

}  // namespace
}  // namespace dalia::test
