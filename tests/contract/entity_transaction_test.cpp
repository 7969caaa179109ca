// Entity calls inside a caller's transaction.
#include <chrono>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"
#include "support/sample_values.hpp"

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

TEST_P(EntityTransactions, ANewFieldOfAnEntityItHasUsed) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}}).get<std::string>("fresh"), "x");
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}}).version(), 3) << "nothing has changed";
  EXPECT_EQ(conn().save_entity("users", {{"id", "b"}, {"n", 3}, {"fresh", "y"}, {"later", 1}}).version(), 1);
  EXPECT_EQ(conn().find_entities("users", where("[fresh] = ?", "y")).size(), 1U);
  EXPECT_TRUE(conn().in_transaction());
  conn().commit_transaction();
  const auto other = connect();
  for (TestConnection* reader : {&conn(), other.get()}) {
    EXPECT_EQ(reader->get_entity("users", "a")->get<std::string>("fresh"), "x");
    EXPECT_EQ(reader->get_entity("users", "b")->get<int>("later"), 1);
    EXPECT_EQ(reader->find_entities("users", where("[later] = 1 AND [fresh] >= ?", "x")).size(), 1U);
    EXPECT_TRUE(reader->get_entity_by_version("users", "a", 2)->at("fresh").is_null());
    EXPECT_EQ(reader->get_entity_by_version("users", "a", 3)->get<std::string>("fresh"), "x");
  }
  EXPECT_EQ(other->save_entity("users", {{"id", "b"}, {"fresh", "z"}}).version(), 2);
  EXPECT_EQ(conn().count_entities("users", where("[fresh] = ?", "z")), 1);
  EXPECT_EQ(conn().get_entity("users", "a")->get<std::string>("fresh"), "x");
}

TEST_P(EntityTransactions, ANewFieldOfAnEntityItHasUsedGoesBackWithIt) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}});
  conn().rollback_transaction();
  EXPECT_THROW(conn().find_entities("users", where("[fresh] = 'x'")), UnknownField);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", 7}}).get<int>("fresh"), 7) << "of any kind";
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
}

/// What comes back must not depend on whether a field got its column at once.
TEST_P(EntityTransactions, NewFieldsOfEveryKindOfAnEntityItHasUsed) {
  conn().save_entity("users", {{"id", "first"}, {"n", 1}});
  std::vector<Value> values = extreme_values(backend());
  for (const std::string& text : unicode_texts()) {
    values.emplace_back(text);
  }
  conn().begin_transaction();
  conn().get_entity("users", "first");
  std::vector<Entity> saved;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Entity one{{"id", static_cast<std::int64_t>(i)}};
    one.set("f_" + std::string(kind_name(values[i].kind())), values[i]);
    saved.push_back(conn().save_entity("users", one, save_options().deserialize()));
  }
  const auto expect_all = [&](TestConnection& reader, std::string_view when) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string field = "f_" + std::string(kind_name(values[i].kind()));
      const auto read = reader.get_entity("users", static_cast<std::int64_t>(i), get_options().deserialize());
      ASSERT_TRUE(read) << when;
      EXPECT_EQ(read->at(field), values[i]) << when << " " << field;
      const auto versions =
          reader.get_entity_history("users", static_cast<std::int64_t>(i), get_options().deserialize());
      EXPECT_EQ(versions.front().at(field), values[i]) << when << " " << field;
      if (values[i].kind() != Kind::Double && values[i].kind() != Kind::Json) {
        const auto found = reader.find_entities("users", where("[" + field + "] = ? AND [id] = ?", values[i], i));
        EXPECT_EQ(found.size(), 1U) << when << " " << field << " " << to_string(values[i].ref());
      }
    }
    EXPECT_TRUE(reader.get_entity("users", "first")->at("f_text").is_null()) << when;
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(saved[i].at("f_" + std::string(kind_name(values[i].kind()))), values[i]);
  }
  expect_all(conn(), "inside");
  conn().commit_transaction();
  expect_all(conn(), "after the commit");
  conn().save_entity("users", {{"id", "last"}, {"n", 2}});
  expect_all(conn(), "after one more save");
  expect_all(*connect(), "for another connection");
}

TEST_P(EntityTransactions, ManyCallsInOneTransaction) {
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
