// Entity calls inside a caller's transaction.
#include <chrono>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class EntityTransactions : public ContractTest {};
DALIA_CONTRACT_SUITE(EntityTransactions);

TEST_P(EntityTransactions, RollBackWithTheCallers) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().save_entity("users", {{"id", "b"}, {"n", 2}});
  conn().delete_entity("users", "a");
  conn().restore_entity("users", "a");
  conn().delete_entity("users", "b", delete_options().permanent());
  conn().erase_entity("users", "a");
  conn().rollback_transaction();
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 1);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 1U);
  EXPECT_TRUE(conn().get_entity_history("users", "b").empty());
  EXPECT_EQ(conn().save_entity("users", {{"id", "b"}, {"n", 3}}).version(), 1);
}

TEST_P(EntityTransactions, AFailedCallLeavesTheTransactionAsItWas) {
  conn().save_entity("users", {{"id", "gone"}, {"n", 1}});
  conn().delete_entity("users", "gone");
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  EXPECT_THROW(conn().save_entities("users", {Entity{{"id", "b"}, {"n", 1}}, Entity{{"id", "a"}, {"n", 9}},
                                              Entity{{"id", "gone"}, {"n", 2}}}),
               EntityDeleted);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", "x"}}), TypeConflict);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(7)),
               VersionConflict);
  EXPECT_TRUE(conn().in_transaction());
  conn().save_entity("users", {{"id", "c"}, {"n", 1}});
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 1);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
  EXPECT_EQ(conn().get_entity("users", "b"), std::nullopt);
  EXPECT_TRUE(conn().get_entity("users", "c"));
  EXPECT_TRUE(conn().get_entity_history("users", "b").empty());
}

TEST_P(EntityTransactions, MixWithSqlOfTheCaller) {
  conn().execute("CREATE TABLE [log] ([id] INTEGER PRIMARY KEY, [line] TEXT)");
  conn().transact([](TestConnection& tx) {
    tx.save_entity("users", {{"id", "a"}, {"n", 1}});
    tx.execute("INSERT INTO [log] ([id], [line]) VALUES (?, ?)", params(1, "saved"));
  });
  EXPECT_THROW(conn().transact([](TestConnection& tx) {
    tx.save_entity("users", {{"id", "b"}, {"n", 1}});
    tx.execute("INSERT INTO [log] ([id], [line]) VALUES (?, ?)", params(1, "twice"));
  }),
               ConstraintViolation);
  EXPECT_EQ(conn().count_entities("users"), 1);
  EXPECT_TRUE(conn().get_entity_history("users", "b").empty());
  EXPECT_EQ(number("SELECT count(*) FROM [log]"), 1);
}

TEST_P(EntityTransactions, AreNotSeenOutsideBeforeTheCommit) {
  DALIA_REQUIRES(ReadsDuringWrites);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const auto other = connect();
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(other->get_entity("users", "a")->get<int>("n"), 1);
  conn().commit_transaction();
  EXPECT_EQ(other->get_entity("users", "a")->get<int>("n"), 2);
}

TEST_P(EntityTransactions, AWriteInAReadOnlyTransactionIsRefused) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction(transaction_options().read_only());
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 1);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}), Error);
  EXPECT_THROW(conn().delete_entity("users", "a"), Error);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"fresh", 2}}), Error);
  conn().rollback_transaction();
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 3}}).version(), 2);
}

TEST_P(EntityTransactions, NewTablesAndFieldsLeaveItWhole) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().execute("CREATE TABLE [log] ([id] INTEGER PRIMARY KEY)");
  conn().begin_transaction();
  conn().execute("INSERT INTO [log] ([id]) VALUES (1)");
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}}).version(), 2);
  EXPECT_EQ(conn().save_entity("others", {{"id", "b"}, {"n", 1}}).version(), 1);
  EXPECT_TRUE(conn().in_transaction());
  conn().rollback_transaction();
  EXPECT_EQ(number("SELECT count(*) FROM [log]"), 0);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 1U);
  EXPECT_EQ(conn().get_entity("others", "b"), std::nullopt);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}}).version(), 2);
}

/// Where tables that a transaction has used cannot change before it ends, it says so and goes on.
TEST_P(EntityTransactions, ANewFieldOfAnEntityItHasUsed) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  if (backend().has(Ability::SchemaChangesAfterUse)) {
    conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}});
  } else {
    const auto refusal = expect_error<EntityError>([&] { conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}}); });
    ASSERT_TRUE(refusal);
    EXPECT_THAT(std::string(refusal->what()), testing::HasSubstr("ensure_entity_schema"));
  }
  EXPECT_TRUE(conn().in_transaction());
  conn().save_entity("users", {{"id", "b"}, {"n", 3}});
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 2);
  EXPECT_EQ(conn().get_entity("users", "b")->get<int>("n"), 3);
  EXPECT_EQ(conn().save_entity("users", {{"id", "b"}, {"fresh", "y"}}).version(), 2);
}

TEST_P(EntityTransactions, ManyCallsInOneTransaction) {
  if (!backend().has(Ability::SchemaChangesAfterUse)) {
    Entity all{{"n", 0}};
    for (int i = 0; i < 7; ++i) {
      all.set("f" + std::to_string(i), i);
    }
    conn().ensure_entity_schema("users", all);
  }
  conn().begin_transaction();
  for (int i = 0; i < 200; ++i) {
    conn().save_entity("users", {{"id", i % 20}, {"n", i}, {"f" + std::to_string(i % 7), i}});
  }
  conn().commit_transaction();
  EXPECT_EQ(conn().count_entities("users"), 20);
  EXPECT_EQ(conn().get_entity_history("users", 3).size(), 10U);
  EXPECT_EQ(conn().get_entity_fields("users").size(), 8U);
}

/// Neither sees a row that the other has not committed yet; the slower one finds it all the same.
TEST_P(EntityTransactions, TwoWritersOfANewId) {
  DALIA_REQUIRES(ConcurrentWriters);
  conn().ensure_entity_schema("users", {{"n", 1}, {"m", 1}});
  const auto other = connect();
  const auto while_the_first_is_open = [&](const std::string& id, const std::function<void()>& second) {
    conn().begin_transaction();
    conn().save_entity("users", {{"id", id}, {"n", 1}});
    std::thread thread([&] { EXPECT_NO_THROW(second()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it waits by now, or comes later: the same is true
    conn().commit_transaction();
    thread.join();
    const Entity merged = *conn().get_entity("users", id);
    EXPECT_EQ(merged.version(), 2);
    EXPECT_EQ(merged.get<int>("n"), 1);
    EXPECT_EQ(merged.get<int>("m"), 2);
    EXPECT_EQ(conn().get_entity_history("users", id).size(), 2U);
  };
  while_the_first_is_open("alone", [&] { other->save_entity("users", {{"id", "alone"}, {"m", 2}}); });
  while_the_first_is_open("inside", [&] {
    other->begin_transaction();
    other->save_entity("users", {{"id", "before"}, {"m", 1}});
    other->save_entity("users", {{"id", "inside"}, {"m", 2}});
    other->commit_transaction();
  });
  EXPECT_EQ(conn().get_entity("users", "before")->version(), 1);
  while_the_first_is_open("batch", [&] {
    other->save_entities("users", {Entity{{"id", "batch"}, {"m", 2}}, Entity{{"id", "aaa"}, {"m", 1}}});
  });
}

TEST_P(EntityTransactions, AUniqueKeyOfTheUsersOwnIsNoRace) {
  conn().save_entity("users", {{"id", "a"}, {"mail", "x"}});
  conn().execute("CREATE UNIQUE INDEX [one_mail] ON [users] ([mail])");
  const auto error = expect_error<ConstraintViolation>([&] {
    conn().save_entity("users", {{"id", "b"}, {"mail", "x"}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::Unique);
  conn().begin_transaction();
  EXPECT_THROW(conn().save_entity("users", {{"id", "b"}, {"mail", "x"}}), ConstraintViolation);
  conn().save_entity("users", {{"id", "b"}, {"mail", "y"}});
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity("users", "b")->version(), 1);
}

}  // namespace
}  // namespace dalia::test
