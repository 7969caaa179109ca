// Soft deletes, permanent deletes and erasing.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class EntityDelete : public ContractTest {};
DALIA_CONTRACT_SUITE(EntityDelete);

TEST_P(EntityDelete, HidesTheRow) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().save_entity("users", {{"id", "b"}, {"n", 1}});
  EXPECT_TRUE(conn().delete_entity("users", "a"));
  EXPECT_EQ(conn().get_entity("users", "a"), std::nullopt);
  EXPECT_EQ(conn().find_entities("users").size(), 1U);
  EXPECT_EQ(conn().find_entities("users", where("[n] = ? OR 1 = 1", 1)).size(), 1U);
  EXPECT_EQ(conn().count_entities("users"), 1);
  const Entity deleted = *conn().get_entity("users", "a", get_options().include_deleted());
  EXPECT_FALSE(deleted["deleted_at"].is_null());
  EXPECT_EQ(deleted["deleted_at"], deleted["updated_at"]);
  EXPECT_EQ(deleted.version(), 2);
  EXPECT_EQ(conn().find_entities("users", entity_query().include_deleted()).size(), 2U);
  EXPECT_EQ(conn().count_entities("users", where("[n] = 1").include_deleted()), 2);
}

TEST_P(EntityDelete, TwiceIsFalseAndWritesNothing) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  EXPECT_TRUE(conn().delete_entity("users", "a"));
  EXPECT_FALSE(conn().delete_entity("users", "a"));
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
  EXPECT_TRUE(conn().restore_entity("users", "a"));
  EXPECT_FALSE(conn().restore_entity("users", "a"));
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 3U);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 3);
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 1);
}

TEST_P(EntityDelete, OfNothingIsFalse) {
  EXPECT_FALSE(conn().delete_entity("users", "a"));
  EXPECT_FALSE(conn().delete_entity("users", "a", delete_options().permanent()));
  EXPECT_FALSE(conn().restore_entity("users", "a"));
  EXPECT_FALSE(conn().erase_entity("users", "a"));
  conn().save_entity("users", {{"id", "b"}});
  EXPECT_FALSE(conn().delete_entity("users", "a"));
  EXPECT_FALSE(conn().delete_entity("users", "a", delete_options().permanent()));
  EXPECT_FALSE(conn().restore_entity("users", "a"));
  EXPECT_FALSE(conn().restore_entity("users", "b"));
  EXPECT_FALSE(conn().erase_entity("users", "a"));
  EXPECT_FALSE(conn().delete_entity("users", ""));
}

TEST_P(EntityDelete, PermanentRemovesTheRowAndKeepsTheHistory) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_TRUE(conn().delete_entity("users", "a", delete_options().permanent().user_id("ann").comment("for good")));
  EXPECT_EQ(conn().get_entity("users", "a", get_options().include_deleted()), std::nullopt);
  EXPECT_EQ(number("SELECT count(*) FROM [users]"), 0);
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[2].get<std::string>("history_op"), "hard_delete");
  EXPECT_EQ(history[2].version(), 3);
  EXPECT_EQ(history[2].get<int>("n"), 2);
  EXPECT_EQ(history[2].get<std::string>("history_user_id"), "ann");
  EXPECT_EQ(history[2].get<std::string>("history_comment"), "for good");
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 3), history[2]);
  EXPECT_FALSE(conn().delete_entity("users", "a", delete_options().permanent()));
  EXPECT_FALSE(conn().restore_entity("users", "a"));
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 3U);
}

TEST_P(EntityDelete, PermanentTakesASoftDeletedOneToo) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a");
  EXPECT_TRUE(conn().delete_entity("users", "a", delete_options().permanent()));
  EXPECT_EQ(conn().get_entity_history("users", "a").back().version(), 3);
}

TEST_P(EntityDelete, ComingBackContinuesTheNumbers) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a", delete_options().permanent());
  const Entity again = conn().save_entity("users", {{"id", "a"}, {"n", 5}});
  EXPECT_EQ(again.version(), 3);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 6}}).version(), 4);
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 4U);
  EXPECT_EQ(history[0].get<int>("n"), 1);
  EXPECT_EQ(history[1].get<std::string>("history_op"), "hard_delete");
  EXPECT_EQ(history[2].get<std::string>("history_op"), "insert");
  EXPECT_EQ(history[2].get<int>("n"), 5);
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 1), history[0]);
  // And once more, so that two old lives lie behind it.
  conn().delete_entity("users", "a", delete_options().permanent());
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 7}}, save_options().expected_version(0)).version(), 6);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 6U);
}

TEST_P(EntityDelete, TheOldVersionOfARemovedOneCanBeSaved) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a", delete_options().permanent());
  const Entity back = conn().save_entity("users", *conn().get_entity_by_version("users", "a", 1));
  EXPECT_EQ(back.version(), 3);
  EXPECT_EQ(back.get<int>("n"), 1);
  EXPECT_TRUE(back["deleted_at"].is_null());
}

TEST_P(EntityDelete, EraseLeavesABareTombstone) {
  conn().save_entity("users", {{"id", "a"}, {"name", "secret-one"}}, save_options().user_id("ann").comment("secret-c"));
  conn().save_entity("users", {{"id", "a"}, {"name", "secret-two"}});
  EXPECT_TRUE(conn().erase_entity("users", "a", restore_options().user_id("boss").comment("law")));
  EXPECT_EQ(conn().get_entity("users", "a", get_options().include_deleted()), std::nullopt);
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].get<std::string>("history_op"), "erase");
  EXPECT_EQ(history[0].version(), 3);
  EXPECT_EQ(history[0].get<std::string>("history_user_id"), "boss");
  EXPECT_EQ(history[0].get<std::string>("history_comment"), "law");
  EXPECT_TRUE(history[0]["name"].is_null());
  EXPECT_TRUE(history[0]["created_at"].is_null());
  EXPECT_TRUE(history[0]["created_by"].is_null());
  for (const std::string table : {"[users]", "[users_history]"}) {
    for (const Row row : conn().execute("SELECT * FROM " + table)) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        EXPECT_THAT(row[i].to_text(), testing::Not(testing::HasSubstr("secret"))) << row.columns()[i];
      }
    }
  }
  EXPECT_FALSE(conn().erase_entity("users", "a"));
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 1), std::nullopt);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"name", "new"}}).version(), 4);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
}

TEST_P(EntityDelete, EraseTakesWhatWasDeletedBefore) {
  conn().save_entity("users", {{"id", "soft"}, {"n", 1}});
  conn().delete_entity("users", "soft");
  EXPECT_TRUE(conn().erase_entity("users", "soft"));
  EXPECT_EQ(conn().get_entity_history("users", "soft").front().version(), 3);
  conn().save_entity("users", {{"id", "hard"}, {"n", 1}});
  conn().delete_entity("users", "hard", delete_options().permanent());
  EXPECT_TRUE(conn().erase_entity("users", "hard"));
  ASSERT_EQ(conn().get_entity_history("users", "hard").size(), 1U);
  EXPECT_EQ(conn().get_entity_history("users", "hard").front().version(), 3);
  conn().save_entity("users", {{"id", "hard"}, {"n", 2}});
  EXPECT_TRUE(conn().erase_entity("users", "hard"));
  ASSERT_EQ(conn().get_entity_history("users", "hard").size(), 1U);
  EXPECT_EQ(conn().get_entity_history("users", "hard").front().version(), 5);
  EXPECT_EQ(number("SELECT count(*) FROM [users_history]"), 2);
}

TEST_P(EntityDelete, TouchesNoOtherRow) {
  for (int i = 0; i < 5; ++i) {
    conn().save_entity("users", {{"id", i}, {"n", i}});
  }
  conn().delete_entity("users", 0);
  conn().delete_entity("users", 1, delete_options().permanent());
  conn().erase_entity("users", 2);
  for (int i = 3; i < 5; ++i) {
    EXPECT_EQ(conn().get_entity("users", i)->version(), 1);
    EXPECT_EQ(conn().get_entity_history("users", i).size(), 1U);
  }
}

TEST_P(EntityDelete, HostileIdsDeleteNothing) {
  conn().save_entity("users", {{"id", "a"}});
  for (const std::string id : {"' OR 1=1 --", "%", "_", "a' OR 'a'='a", "\"a\"", "a;DELETE FROM users"}) {
    EXPECT_FALSE(conn().delete_entity("users", id));
    EXPECT_FALSE(conn().delete_entity("users", id, delete_options().permanent()));
    EXPECT_FALSE(conn().erase_entity("users", id));
  }
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
}

}  // namespace
}  // namespace dalia::test
