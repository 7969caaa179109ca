// Fields whose columns have to wait, on a real MariaDB or MySQL: their values are in the column _extra meanwhile.
#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;

class MySqlExtra : public MySqlTest {
 protected:
  void SetUp() override {
    MySqlTest::SetUp();
    if (!HasFatalFailure() && !IsSkipped()) {
      conn().save_entity("items", {{"id", "a"}, {"n", 1}});
    }
  }

  /// Saves a field that is new to the entity in a transaction that has used its tables.
  void spill(const std::string& id, const std::string& field, Value value) {
    conn().begin_transaction();
    conn().save_entity("items", {{"id", id}, {"n", 2}});
    Entity more{{"id", id}};
    more.set(field, std::move(value));
    conn().save_entity("items", more);
    conn().commit_transaction();
  }

  [[nodiscard]] bool has_column(const std::string& table, const std::string& column) {
    return one("SELECT count(*) FROM [information_schema].[columns] WHERE [table_schema] = DATABASE() "
               "AND [table_name] = ? AND [column_name] = ?",
               params(table, column))
               .get<int>() == 1;
  }
  [[nodiscard]] std::int64_t rows_with_extra() {
    return one("SELECT (SELECT count([_extra]) FROM [items]) + (SELECT count([_extra]) FROM [items_history])")
        .get<std::int64_t>();
  }
  [[nodiscard]] bool is_extra(const std::string& field) {
    const std::vector<EntityField> fields = conn().get_entity_fields("items");
    return std::any_of(fields.begin(), fields.end(),
                       [&](const EntityField& one) { return one.name == field && one.is_extra; });
  }
  void expect_sound() { EXPECT_EQ(unsound_history(conn(), "items"), ""); }
};

TEST_F(MySqlExtra, GetTheirColumnsWithTheNextSaveOutsideTransactions) {
  spill("a", "fresh", "x");
  EXPECT_FALSE(has_column("items", "fresh"));
  EXPECT_TRUE(is_extra("fresh"));
  EXPECT_EQ(one("SELECT [_extra] FROM [items]").to_text(), R"({"fresh":"x"})");
  EXPECT_EQ(rows_with_extra(), 2);
  expect_sound();
  conn().begin_transaction();
  conn().save_entity("items", {{"id", "a"}, {"n", 9}});
  conn().commit_transaction();
  EXPECT_EQ(rows_with_extra(), 3) << "the snapshot has it too";

  conn().save_entity("items", {{"id", "b"}, {"n", 3}});
  EXPECT_TRUE(has_column("items", "fresh"));
  EXPECT_TRUE(has_column("items_history", "fresh"));
  EXPECT_FALSE(is_extra("fresh"));
  EXPECT_EQ(rows_with_extra(), 0);
  EXPECT_EQ(conn().get_entity("items", "a")->get<std::string>("fresh"), "x");
  EXPECT_TRUE(conn().get_entity_by_version("items", "a", 2)->at("fresh").is_null());
  EXPECT_EQ(conn().get_entity_by_version("items", "a", 4)->get<std::string>("fresh"), "x");
  expect_sound();
}

/// The rows of the entity move, then those of its history cannot.
TEST_F(MySqlExtra, AMoveThatFailsIsUndone) {
  spill("a", "fresh", "x");
  conn().execute("ALTER TABLE [items_history] ADD CONSTRAINT [young] CHECK ([_epoch] < 3)");
  EXPECT_EQ(conn().save_entity("items", {{"id", "b"}, {"n", 3}}).version(), 1) << "it does not depend on the move";
  EXPECT_TRUE(is_extra("fresh"));
  EXPECT_EQ(rows_with_extra(), 2);
  EXPECT_EQ(conn().get_entity("items", "a")->get<std::string>("fresh"), "x");
  conn().execute("ALTER TABLE [items_history] DROP CONSTRAINT [young]");
  conn().ensure_entity_schema("items", Entity());
  EXPECT_FALSE(is_extra("fresh"));
  EXPECT_EQ(conn().get_entity("items", "a")->get<std::string>("fresh"), "x");
  expect_sound();
}

TEST_F(MySqlExtra, NullTakesAValueAway) {
  spill("a", "fresh", "x");
  conn().begin_transaction();
  conn().get_entity("items", "a");
  const Entity saved = conn().save_entity("items", {{"id", "a"}, {"fresh", nullptr}});
  EXPECT_TRUE(saved.at("fresh").is_null());
  EXPECT_EQ(saved.version(), 4);
  conn().commit_transaction();
  EXPECT_EQ(one("SELECT count([_extra]) FROM [items]").get<int>(), 0);
  EXPECT_EQ(conn().get_entity_by_version("items", "a", 3)->get<std::string>("fresh"), "x");
  EXPECT_EQ(conn().find_entities("items", where("[fresh] IS NULL")).size(), 1U);
}

TEST_F(MySqlExtra, AnotherUserOfTheTablesHoldsUpNoSave) {
  const SyncConnectionHandle other = connect();
  other->begin_transaction();
  other->execute("SELECT * FROM [items]");
  const WithinTime limit(std::chrono::seconds(10));
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"fresh", "x"}}).get<std::string>("fresh"), "x");
  EXPECT_FALSE(has_column("items", "fresh"));
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"fresh", "y"}}).version(), 3);
  EXPECT_EQ(conn().save_entity("items", {{"id", "c"}, {"fresh", "z"}}).version(), 1);
  EXPECT_EQ(conn()
                .save_entities("items", {Entity{{"id", "a"}, {"fresh", "1"}}, Entity{{"id", "c"}, {"fresh", "2"}}})
                .back()
                .version(),
            2);
  other->rollback_transaction();
  EXPECT_TRUE(is_extra("fresh")) << "it has just been tried, and is not tried again with each save";
  conn().ensure_entity_schema("items", Entity());
  EXPECT_FALSE(is_extra("fresh"));
  EXPECT_EQ(conn().get_entity("items", "a")->get<std::string>("fresh"), "1");
  expect_sound();
}

/// Fields must not wait for ever for a second connection.
TEST_F(MySqlExtra, AnAccountWithOneConnectionMakesColumnsOverIt) {
  const Account account(conn(), "WITH MAX_USER_CONNECTIONS 1");
  DatabaseConfig alone = account.config(config());
  alone.database = config().database;
  conn().execute("GRANT ALL ON [" + alone.database + "].* TO [" + account.name() + "]@'%'");
  const auto manager = open(alone);
  const SyncConnectionHandle only = manager->sync_connection();
  EXPECT_EQ(only->save_entity("items", {{"id", "a"}, {"fresh", "x"}}).get<std::string>("fresh"), "x");
  EXPECT_TRUE(has_column("items", "fresh"));
  only->begin_transaction();
  only->save_entity("items", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(only->save_entity("items", {{"id", "a"}, {"later", "y"}}).get<std::string>("later"), "y");
  only->commit_transaction();
  EXPECT_TRUE(is_extra("later"));
}

TEST_F(MySqlExtra, TheTransactionsOwnSqlMayHaveUsedTheTables) {
  conn().begin_transaction();
  conn().execute("UPDATE [items] SET [n] = 5");
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"fresh", 7}}).get<int>("fresh"), 7);
  conn().rollback_transaction();
  EXPECT_EQ(conn().get_entity("items", "a")->get<int>("n"), 1);
  EXPECT_EQ(conn().get_entity_fields("items").size(), 1U);
}

TEST_F(MySqlExtra, CachesOfBeforeMissNoValue) {
  spill("a", "fresh", "x");
  const auto behind = open(config());
  const SyncConnectionHandle old = behind->sync_connection();
  const auto far_behind = open(config());
  const SyncConnectionHandle older = far_behind->sync_connection();
  EXPECT_EQ(old->count_entities("items", where("[fresh] = 'x'")), 1);
  EXPECT_EQ(older->get_entity("items", "a")->get<std::string>("fresh"), "x");
  conn().save_entity("items", {{"id", "b"}, {"n", 3}});
  ASSERT_TRUE(has_column("items", "fresh"));
  EXPECT_EQ(old->count_entities("items", where("[fresh] = 'x'")), 1) << "a filter on the column";
  EXPECT_EQ(older->get_entity("items", "a")->get<std::string>("fresh"), "x");

  spill("a", "second", "y");
  EXPECT_EQ(old->get_entity("items", "a")->get<std::string>("second"), "y");
  conn().save_entity("items", {{"id", "b"}, {"n", 4}});
  ASSERT_TRUE(has_column("items", "second"));
  EXPECT_EQ(old->save_entity("items", {{"id", "b"}, {"second", "z"}}).get<std::string>("second"), "z");
  EXPECT_EQ(rows_with_extra(), 0);
  EXPECT_EQ(conn().find_entities("items", where("[second] = 'z'")).size(), 1U);
  expect_sound();
}

/// Epochs have the order of the commits, so that no reader takes a schema for the newest that is not.
TEST_F(MySqlExtra, TwoTransactionsWithNewFieldsOfOneEntity) {
  const auto reading = open(config());
  const SyncConnectionHandle reader = reading->sync_connection();
  const SyncConnectionHandle other = connect();
  conn().begin_transaction();
  other->begin_transaction();
  conn().save_entity("items", {{"id", "a"}, {"n", 2}});
  other->save_entity("items", {{"id", "b"}, {"n", 2}});
  conn().save_entity("items", {{"id", "a"}, {"mine", "x"}});
  std::thread second([&] {
    EXPECT_EQ(other->save_entity("items", {{"id", "b"}, {"yours", "y"}}).get<std::string>("yours"), "y");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it waits by now, or comes later: the same is true
  conn().commit_transaction();
  EXPECT_EQ(reader->get_entity("items", "a")->get<std::string>("mine"), "x");
  second.join();
  other->commit_transaction();
  EXPECT_EQ(reader->get_entity("items", "b")->get<std::string>("yours"), "y");
  EXPECT_EQ(reader->get_entity("items", "a")->get<std::string>("mine"), "x");
  expect_sound();
}

TEST_F(MySqlExtra, GoBackWithASavepoint) {
  conn().begin_transaction();
  conn().save_entity("items", {{"id", "a"}, {"n", 2}});
  conn().execute("SAVEPOINT s");
  conn().save_entity("items", {{"id", "a"}, {"fresh", "x"}});
  conn().execute("ROLLBACK TO s");
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"fresh", "y"}}).get<std::string>("fresh"), "y");
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity("items", "a")->get<std::string>("fresh"), "y");
  EXPECT_EQ(conn().get_entity("items", "a")->version(), 3);
  expect_sound();
}

TEST_F(MySqlExtra, AreErasedWithTheRest) {
  spill("a", "fresh", "secret");
  conn().begin_transaction();
  conn().get_entity("items", "a");
  EXPECT_TRUE(conn().erase_entity("items", "a"));
  conn().commit_transaction();
  EXPECT_EQ(rows_with_extra(), 0);
}

/// A kind grows only with its column.
TEST_F(MySqlExtra, AKindThatCannotGrowNow) {
  conn().begin_transaction();
  conn().save_entity("items", {{"id", "a"}, {"n", 2}});
  const auto refusal = expect_error<EntityError>([&] { conn().save_entity("items", {{"id", "a"}, {"n", 0.5}}); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), HasSubstr("ensure_entity_schema"));
  EXPECT_TRUE(conn().in_transaction());
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity("items", "a")->get<int>("n"), 2);

  spill("a", "count", 1);
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"count", 0.5}}).get<double>("count"), 0.5);
  EXPECT_EQ(conn().get_entity_by_version("items", "a", 3)->get<double>("count"), 1.0);
  EXPECT_FALSE(is_extra("count"));
  expect_sound();
}

TEST_F(MySqlExtra, AFrozenSchemaHasNone) {
  DatabaseConfig frozen = config();
  frozen.schema_mode = SchemaMode::Frozen;
  const auto manager = open(frozen);
  const SyncConnectionHandle strict = manager->sync_connection();
  strict->begin_transaction();
  strict->save_entity("items", {{"id", "a"}, {"n", 2}});
  EXPECT_THROW(strict->save_entity("items", {{"id", "a"}, {"fresh", 1}}), UnknownField);
  strict->commit_transaction();
  spill("a", "fresh", "x");
  EXPECT_EQ(strict->save_entity("items", {{"id", "a"}, {"fresh", "y"}}).get<std::string>("fresh"), "y");
  EXPECT_TRUE(is_extra("fresh")) << "it changes no tables";
}

/// Transactions with new fields, saves that give them columns, and readers, all at once.
TEST_F(MySqlExtra, ManyWritersLoseNothing) {
  constexpr int writers = 8;
  constexpr int rounds = 12;
  std::vector<std::string> failures(writers);
  std::vector<std::thread> running;
  for (int writer = 0; writer < writers; ++writer) {
    running.emplace_back([&, writer] {
      try {
        const auto own = open(config());
        const SyncConnectionHandle connection = own->sync_connection();
        const std::string id = "w" + std::to_string(writer);
        for (int round = 0; round < rounds; ++round) {
          const std::string field = "f" + std::to_string((round + writer) % rounds);
          connection->transact([&](SyncConnection& tx) {
            tx.save_entity("items", {{"id", id}, {"n", round}});
            Entity more{{"id", id}};
            more.set(field, round);
            tx.save_entity("items", more);
          });
          if (round % 4 == writer % 4) {
            connection->save_entity("items", {{"id", id}, {"n", -1}});
          }
          const std::optional<Entity> read = connection->get_entity("items", id);
          if (!read || read->at(field) != Value(round)) {
            failures[static_cast<std::size_t>(writer)] = field + " of " + id + " is lost";
          }
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
  expect_sound();
  conn().ensure_entity_schema("items", Entity());
  EXPECT_EQ(rows_with_extra(), 0);
  expect_sound();
  EXPECT_EQ(conn().get_entity_fields("items").size(), static_cast<std::size_t>(rounds) + 1);
  for (int writer = 0; writer < writers; ++writer) {
    const Entity read = *conn().get_entity("items", "w" + std::to_string(writer));
    for (int round = 0; round < rounds; ++round) {
      EXPECT_EQ(read.at("f" + std::to_string((round + writer) % rounds)), Value(round)) << read.id();
    }
  }
}

}  // namespace
}  // namespace dalia::test
