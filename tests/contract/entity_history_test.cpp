// The history holds every state, in order, for ever.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using testing::ElementsAre;

class EntityHistory : public ContractTest {
 protected:
  std::vector<std::string> operations(std::string_view name, const EntityId& id) {
    std::vector<std::string> list;
    for (const Entity& entry : conn().get_entity_history(name, id)) {
      list.push_back(entry.get<std::string>("history_op"));
    }
    return list;
  }
  void expect_sound(std::string_view name, const EntityId& id) {
    const std::vector<Entity> history = conn().get_entity_history(name, id);
    for (std::size_t i = 0; i < history.size(); ++i) {
      EXPECT_EQ(history[i].version(), history.front().version() + static_cast<std::int64_t>(i)) << id.text();
      if (i > 0) {
        EXPECT_LT(history[i - 1].get<std::string>("history_timestamp"),
                  history[i].get<std::string>("history_timestamp"))
            << "version " << history[i].version() << " of " << id.text();
      }
    }
  }
};
DALIA_CONTRACT_SUITE(EntityHistory);

TEST_P(EntityHistory, HoldsTheStateAfterEachChange) {
  conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}, {"age", 30}}, save_options().user_id("u1").comment("c1"));
  conn().save_entity("users", {{"id", "a"}, {"age", 31}}, save_options().user_id("u2"));
  conn().save_entity("users", {{"id", "a"}, {"city", "Rome"}}, save_options().comment("c3"));
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].get<std::string>("name"), "Ann");
  EXPECT_EQ(history[0].get<int>("age"), 30);
  EXPECT_TRUE(history[0]["city"].is_null());
  EXPECT_EQ(history[1].get<std::string>("name"), "Ann");
  EXPECT_EQ(history[1].get<int>("age"), 31);
  EXPECT_EQ(history[2].get<int>("age"), 31);
  EXPECT_EQ(history[2].get<std::string>("city"), "Rome");
  EXPECT_EQ(history[0].get<std::string>("history_user_id"), "u1");
  EXPECT_EQ(history[0].get<std::string>("history_comment"), "c1");
  EXPECT_EQ(history[1].get<std::string>("history_user_id"), "u2");
  EXPECT_TRUE(history[1]["history_comment"].is_null());
  EXPECT_TRUE(history[2]["history_user_id"].is_null());
  EXPECT_THAT(operations("users", "a"), ElementsAre("insert", "update", "update"));
  expect_sound("users", "a");
}

TEST_P(EntityHistory, NamesItsColumns) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const Entity entry = conn().get_entity_history("users", "a").front();
  std::vector<std::string> names;
  for (const auto [name, value] : entry) {
    names.emplace_back(name);
  }
  EXPECT_THAT(names,
              ElementsAre("id", "n", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "_version",
                          "version", "history_op", "history_timestamp", "history_user_id", "history_comment"));
  EXPECT_EQ(entry["version"], entry["_version"]);
}

TEST_P(EntityHistory, TheNewestEntryIsTheRow) {
  conn().save_entity("users", {{"id", "a"}, {"x", 1.5}, {"y", now()}});
  conn().save_entity("users", {{"id", "a"}, {"z", Value::decimal("1.5")}});
  const Entity row = *conn().get_entity("users", "a", get_options().deserialize());
  const Entity newest = conn().get_entity_history("users", "a", get_options().deserialize()).back();
  for (const auto [name, value] : row) {
    EXPECT_EQ(newest.at(name), value) << name;
  }
  EXPECT_EQ(newest["history_timestamp"], row["updated_at"]);
}

TEST_P(EntityHistory, ReadsOneVersion) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 1), history[0]);
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 2), history[1]);
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 3), std::nullopt);
  EXPECT_EQ(conn().get_entity_by_version("users", "b", 1), std::nullopt);
  EXPECT_EQ(conn().get_entity_by_version("nothing", "b", 1), std::nullopt);
  EXPECT_THROW(conn().get_entity_by_version("users", "a", 0), UsageError);
  EXPECT_THROW(conn().get_entity_by_version("users", "a", -1), UsageError);
}

TEST_P(EntityHistory, IsEmptyForWhatNeverWas) {
  EXPECT_TRUE(conn().get_entity_history("nothing", "a").empty());
  conn().save_entity("users", {{"id", "a"}});
  EXPECT_TRUE(conn().get_entity_history("users", "b").empty());
}

TEST_P(EntityHistory, SavingAnOldVersionRestoresIt) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}, {"m", "one"}});
  conn().save_entity("users", {{"id", "a"}, {"n", 2}, {"later", 5}});
  conn().save_entity("users", {{"id", "a"}, {"m", nullptr}});
  const Entity first = *conn().get_entity_by_version("users", "a", 1);
  const Entity restored = conn().save_entity("users", first);
  EXPECT_EQ(restored.version(), 4);
  EXPECT_EQ(restored.get<int>("n"), 1);
  EXPECT_EQ(restored.get<std::string>("m"), "one");
  EXPECT_TRUE(restored["later"].is_null());
  EXPECT_EQ(fields_of(restored), fields_of(first));
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 1), first) << "history never changes";
  expect_sound("users", "a");
}

TEST_P(EntityHistory, RecordsDeleteAndRestore) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a", delete_options().user_id("ann").comment("gone"));
  conn().restore_entity("users", "a", restore_options().user_id("bob").comment("back"));
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_THAT(operations("users", "a"), ElementsAre("insert", "delete", "restore"));
  EXPECT_EQ(history[1].get<int>("n"), 1);
  EXPECT_FALSE(history[1]["deleted_at"].is_null());
  EXPECT_EQ(history[1].get<std::string>("history_user_id"), "ann");
  EXPECT_EQ(history[1].get<std::string>("history_comment"), "gone");
  EXPECT_EQ(history[1].get<std::string>("updated_by"), "ann");
  EXPECT_TRUE(history[2]["deleted_at"].is_null());
  EXPECT_EQ(history[2].get<std::string>("history_user_id"), "bob");
  expect_sound("users", "a");
}

TEST_P(EntityHistory, TimeGrowsWithinOneTransaction) {
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().delete_entity("users", "a");
  conn().restore_entity("users", "a");
  conn().delete_entity("users", "a", delete_options().permanent());
  conn().commit_transaction();
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 5U);
  expect_sound("users", "a");
}

TEST_P(EntityHistory, TimeGrowsWhenAnIdComesBackWithinOneTransaction) {
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a", delete_options().permanent());
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().erase_entity("users", "a");
  conn().save_entity("users", {{"id", "a"}, {"n", 3}});
  conn().commit_transaction();
  EXPECT_THAT(operations("users", "a"), ElementsAre("erase", "insert"));
  expect_sound("users", "a");
}

TEST_P(EntityHistory, TimeGrowsWhenAnIdComesBackAfterAPermanentDelete) {
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a", delete_options().permanent());
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().commit_transaction();
  EXPECT_THAT(operations("users", "a"), ElementsAre("insert", "hard_delete", "insert"));
  expect_sound("users", "a");
}

TEST_P(EntityHistory, IsTypedWhereAsked) {
  const Instant moment = now();
  conn().save_entity("users", {{"id", "a"}, {"since", moment}});
  const Entity typed = conn().get_entity_history("users", "a", get_options().deserialize()).front();
  EXPECT_EQ(typed["since"].kind(), Kind::Instant);
  EXPECT_EQ(typed["history_timestamp"].kind(), Kind::Instant);
  EXPECT_EQ(typed["version"].kind(), Kind::Int64);
  const Entity stored = conn().get_entity_history("users", "a").front();
  EXPECT_EQ(stored.get<std::string>("since"), to_text(moment));
  EXPECT_EQ(stored["history_timestamp"].kind(), Kind::Text);
}

TEST_P(EntityHistory, OfOneIdHoldsNothingOfAnother) {
  // Whether ids are reused inside the engine must not show.
  for (int round = 0; round < 3; ++round) {
    conn().save_entity("users", {{"id", "a" + std::to_string(round)}, {"n", round}});
    conn().delete_entity("users", "a" + std::to_string(round), delete_options().permanent());
    conn().save_entity("users", {{"id", "b" + std::to_string(round)}, {"n", round}});
    conn().erase_entity("users", "b" + std::to_string(round));
  }
  conn().save_entity("users", {{"id", "c"}, {"n", 9}});
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(operations("users", "a" + std::to_string(round)), ElementsAre("insert", "hard_delete"));
    EXPECT_THAT(operations("users", "b" + std::to_string(round)), ElementsAre("erase"));
  }
  EXPECT_THAT(operations("users", "c"), ElementsAre("insert"));
}

}  // namespace
}  // namespace dalia::test
