// Entities on a real MariaDB or MySQL server, where they are unlike those of the others.
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/entity_text.hpp"
#include "support/sound_history.hpp"

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

std::int64_t questions(SyncConnection& connection) {
  return std::stoll(connection.execute("SHOW SESSION STATUS LIKE 'Questions'").front().get<std::string>("Value"));
}

/// How many statements the server counts while `work` runs.
template <class Work>
std::int64_t statements_of(SyncConnection& connection, Work work) {
  const std::int64_t before = questions(connection);
  work();
  return questions(connection) - before - 1;  // the second question is one of them
}

TEST_F(MySqlEntities, ASaveIsOneRoundTrip) {
  conn().save_entity("items", {{"id", "a"}, {"n", 1}});
  conn().save_entity("items", {{"n", 2}});
  // The server counts the block and each of its steps; so count what is sent.
  const auto sent = [&](auto save) {
    const auto executes = [&] {
      return std::stoll(
          conn().execute("SHOW SESSION STATUS LIKE 'Com_stmt_execute'").front().get<std::string>("Value"));
    };
    const std::int64_t before = executes();
    save();
    return executes() - before - 1;
  };
  EXPECT_EQ(sent([&] { conn().save_entity("items", {{"id", "a"}, {"n", 5}}); }), 1) << "changed";
  EXPECT_EQ(sent([&] { conn().save_entity("items", {{"id", "a"}, {"n", 5}}); }), 1) << "unchanged";
  EXPECT_EQ(sent([&] { conn().save_entity("items", {{"id", "b"}, {"n", 5}}); }), 1) << "new";
  EXPECT_EQ(sent([&] { conn().save_entity("items", {{"n", 5}}); }), 1) << "new, with an id of its own";
  EXPECT_EQ(conn().get_entity_history("items", "a").size(), 2U);
}

/// The block has other texts for long values and where a field is left out.
TEST_F(MySqlEntities, EveryFormOfASaveStoresTheSame) {
  const std::string longer(300, 'x');
  const std::string long_list = "[\"" + longer + "\"]";
  const Value list(ValueRef(Kind::Json, long_list));
  const Value none(ValueRef(Kind::Json, "[]"));
  const std::vector<Entity> forms = {
      {{"name", "Ada"}, {"score", 1.5}, {"list", none}},     {{"name", longer}, {"score", 2.5}, {"list", list}},
      {{"name", longer + "y"}, {"score", Value()}},          {{"score", 3.5}},
      {{"name", "Ada"}, {"score", Value()}, {"list", list}}, {{"name", Value()}, {"score", 0.1}, {"list", none}},
  };
  std::int64_t version = 0;
  for (const char* user : {"grace", static_cast<const char*>(nullptr)}) {
    const SaveOptions options = user == nullptr ? save_options() : save_options().user_id(user);
    for (Entity form : forms) {
      form.set("id", "a");
      const Entity saved = conn().save_entity("items", form, options);
      EXPECT_EQ(saved.version(), ++version);
      EXPECT_EQ(conn().get_entity("items", "a"), saved);
      EXPECT_EQ(conn().save_entity("items", form, options), saved) << "unchanged";
      form.set("id", "new " + std::to_string(version));
      const Entity added = conn().save_entity("items", form, options);
      EXPECT_EQ(conn().get_entity("items", form.id()), added);
    }
  }
  EXPECT_EQ(unsound_history(conn(), "items"), "");
}

TEST_F(MySqlEntities, AnInterruptedSaveLeavesNoTransactionOpen) {
  conn().save_entity("items", {{"id", "a"}, {"n", 1}});
  const SyncConnectionHandle other = connect();
  other->begin_transaction();
  other->execute("SELECT * FROM [items] WHERE [id] = 'a' FOR UPDATE");
  const SaveOptions briefly = save_options().timeout(std::chrono::milliseconds(300));
  EXPECT_THROW(conn().save_entity("items", {{"id", "a"}, {"n", 2}}, briefly), TimeoutError);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(conn().execute("SELECT @@in_transaction").front().get<int>(0), 0);
  other->rollback_transaction();
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"n", 3}}).version(), 2);
}

TEST_F(MySqlEntities, ARefusedSaveIsUndone) {
  conn().save_entity("items", {{"id", "a"}, {"n", 1}});
  conn().execute("ALTER TABLE [items_history] ADD CONSTRAINT [small] CHECK ([n] < 100)");
  EXPECT_THROW(conn().save_entity("items", {{"id", "a"}, {"n", 100}}), ConstraintViolation);
  EXPECT_THROW(conn().save_entity("items", {{"id", "b"}, {"n", 100}}), ConstraintViolation);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(conn().get_entity("items", "a")->version(), 1);
  EXPECT_EQ(conn().get_entity("items", "b"), std::nullopt);
}

TEST_F(MySqlEntities, ABatchTakesFewStatements) {
  std::vector<Entity> batch;
  for (int i = 0; i < 500; ++i) {
    batch.push_back(Entity{{"id", i}, {"n", i}});
  }
  conn().save_entities("items", batch);
  for (int i = 0; i < 500; ++i) {
    batch[static_cast<std::size_t>(i)].set("n", i % 2 == 0 ? i : -i);
  }
  batch.push_back(Entity{{"id", "new"}, {"n", 1}});
  std::vector<Entity> saved;
  const std::int64_t statements = statements_of(conn(), [&] { saved = conn().save_entities("items", batch); });
  EXPECT_LT(statements, 40);
  EXPECT_EQ(saved[0].version(), 1) << "unchanged";
  EXPECT_EQ(saved[1].version(), 2);
  EXPECT_EQ(saved[500].version(), 1);
  EXPECT_EQ(conn().get_entity_history("items", 1).size(), 2U);
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
