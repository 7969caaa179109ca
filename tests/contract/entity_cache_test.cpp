// Two managers, as of two processes: one changes the schema while the other still has the old one in its cache.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class EntityCaches : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    DALIA_REQUIRES(SeveralManagers);
    stale_manager_ = open_manager();
    stale_ = connect(*stale_manager_);
    conn().save_entity("users", {{"id", "a"}, {"n", 1}, {"empty", nullptr}});
    conn().save_entity("users", {{"id", "b"}, {"n", 1}});
    stale_->get_entity("users", "a");
    stale_->save_entity("users", {{"id", "warm"}, {"n", 7}});
  }
  void TearDown() override {
    stale_.reset();
    stale_manager_.reset();
  }

  [[nodiscard]] TestConnection& fresh() { return conn(); }
  [[nodiscard]] TestConnection& stale() { return *stale_; }

 private:
  std::unique_ptr<ConnectionManager> stale_manager_;
  std::unique_ptr<TestConnection> stale_;
};
DALIA_CONTRACT_SUITE(EntityCaches);

TEST_P(EntityCaches, AReaderMissesNoField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().get_entity("users", "a")->get<std::string>("added"), "x");
}

TEST_P(EntityCaches, AFinderMissesNoField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  for (const Entity& one : stale().find_entities("users")) {
    EXPECT_TRUE(one.contains("added")) << one.id();
  }
}

TEST_P(EntityCaches, AFilterMayNameTheNewField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().find_entities("users", where("added = 'x'")).size(), 1U);
}

TEST_P(EntityCaches, ACountMayNameTheNewField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().count_entities("users", where("added = 'x'")), 1);
}

TEST_P(EntityCaches, AnOrderMayNameTheNewField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().find_entities("users", entity_query().order_by("added DESC").limit(1)).front().id(), "a");
}

TEST_P(EntityCaches, AFilterFindsWhatAFieldSeenOnlyAsNullHoldsNow) {
  fresh().save_entity("users", {{"id", "b"}, {"empty", 5}});
  EXPECT_EQ(stale().find_entities("users", where("empty = 5")).size(), 1U);
}

TEST_P(EntityCaches, ACountFindsWhatAFieldSeenOnlyAsNullHoldsNow) {
  fresh().save_entity("users", {{"id", "b"}, {"empty", 5}});
  EXPECT_EQ(stale().count_entities("users", where("empty IS NOT NULL")), 1);
}

TEST_P(EntityCaches, AnOrderUsesWhatAFieldSeenOnlyAsNullHoldsNow) {
  fresh().save_entity("users", {{"id", "b"}, {"empty", 5}});
  EXPECT_EQ(stale().find_entities("users", entity_query().order_by("empty DESC").limit(1)).front().id(), "b");
}

TEST_P(EntityCaches, AWriterKeepsTheNewFieldInRowAndHistory) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  const Entity saved = stale().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(saved.get<std::string>("added"), "x");
  EXPECT_EQ(saved.version(), 3);
  const std::vector<Entity> history = fresh().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history.back().get<std::string>("added"), "x");
  EXPECT_EQ(history.back().get<int>("n"), 2);
}

TEST_P(EntityCaches, AnUnchangedSaveReturnsTheNewField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  const Entity saved = stale().save_entity("users", {{"id", "a"}, {"n", 1}});
  EXPECT_EQ(saved.version(), 2);
  EXPECT_EQ(saved.get<std::string>("added"), "x");
}

TEST_P(EntityCaches, DeletesKeepTheNewFieldInTheHistory) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_TRUE(stale().delete_entity("users", "a"));
  EXPECT_EQ(fresh().get_entity_history("users", "a").back().get<std::string>("added"), "x");
  fresh().save_entity("users", {{"id", "b"}, {"again", "y"}});
  EXPECT_TRUE(stale().delete_entity("users", "b", delete_options().permanent()));
  EXPECT_EQ(fresh().get_entity_history("users", "b").back().get<std::string>("again"), "y");
}

TEST_P(EntityCaches, RestoresKeepTheNewFieldInTheHistory) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  fresh().delete_entity("users", "a");
  EXPECT_TRUE(stale().restore_entity("users", "a"));
  EXPECT_EQ(fresh().get_entity_history("users", "a").back().get<std::string>("added"), "x");
}

TEST_P(EntityCaches, HistoryAndVersionsMissNoField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().get_entity_history("users", "a").back().get<std::string>("added"), "x");
  fresh().save_entity("users", {{"id", "a"}, {"added2", "y"}});
  EXPECT_EQ(stale().get_entity_by_version("users", "a", 3)->get<std::string>("added2"), "y");
}

TEST_P(EntityCaches, RestoringAnOldVersionWithAnOldCache) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  const Entity first = *stale().get_entity_by_version("users", "a", 1);
  const Entity restored = stale().save_entity("users", first);
  EXPECT_EQ(restored.version(), 3);
  EXPECT_TRUE(restored["added"].is_null()) << "later fields become null";
  fresh().save_entity("users", {{"id", "a"}, {"again", "y"}});
  EXPECT_TRUE(stale().save_entity("users", stale().get_entity_history("users", "a").front())["again"].is_null());
}

TEST_P(EntityCaches, BothAddTheSameField) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().save_entity("users", {{"id", "b"}, {"ADDED", "y"}}).get<std::string>("added"), "y");
  EXPECT_THROW(stale().save_entity("users", {{"id", "b"}, {"added", 5}}), TypeConflict);
  fresh().save_entity("users", {{"id", "a"}, {"other", "x"}});
  EXPECT_THROW(stale().save_entity("users", {{"id", "b"}, {"other", 5}}), TypeConflict);
}

TEST_P(EntityCaches, BothAddDifferentFields) {
  fresh().save_entity("users", {{"id", "a"}, {"x", 1}});
  stale().save_entity("users", {{"id", "a"}, {"y", 2}});
  fresh().save_entity("users", {{"id", "a"}, {"z", 3}});
  const Entity row = *stale().get_entity("users", "a");
  EXPECT_EQ(row.get<int>("x"), 1);
  EXPECT_EQ(row.get<int>("y"), 2);
  EXPECT_EQ(row.get<int>("z"), 3);
  EXPECT_EQ(fresh().get_entity_fields("users"), stale().get_entity_fields("users"));
}

TEST_P(EntityCaches, BothCreateTheSameEntity) {
  EXPECT_EQ(stale().get_entity("news", "a"), std::nullopt);
  fresh().save_entity("news", {{"id", "a"}, {"x", 1}});
  EXPECT_EQ(stale().save_entity("news", {{"id", "a"}, {"y", 1}}).version(), 2);
  EXPECT_EQ(fresh().get_entity("news", "a")->get<int>("y"), 1);
}

TEST_P(EntityCaches, AWriterThatDoesNotKnowOfAWideningToDecimals) {
  fresh().save_entity("users", {{"id", "a"}, {"n", Value::decimal("0.5")}});
  EXPECT_EQ(stale().save_entity("users", {{"id", "b"}, {"n", INT64_MAX}}).version(), 2);
  EXPECT_EQ(stale().save_entity("users", {{"id", "new"}, {"n", 10}}).version(), 1);
  EXPECT_EQ(fresh().get_entity("users", "b", get_options().deserialize())->at("n"),
            Value::decimal("9223372036854775807"));
  EXPECT_EQ(fresh().count_entities("users", where("n > ?", 9)), 2);
  EXPECT_EQ(stale().get_entity("users", "a")->at("n"), Value("0.5"));
}

TEST_P(EntityCaches, AWriterThatDoesNotKnowOfAWideningToDoubles) {
  constexpr std::int64_t inexact = (std::int64_t{1} << 53) + 1;
  fresh().save_entity("users", {{"id", "a"}, {"n", 0.5}});
  EXPECT_THROW(stale().save_entity("users", {{"id", "new"}, {"n", inexact}}), TypeConflict);
  EXPECT_THROW(fresh().save_entity("users", {{"id", "new"}, {"n", inexact}}), TypeConflict);
  for (TestConnection* one : {&fresh(), &stale()}) {
    EXPECT_NO_THROW({
      for (const Entity& row : one->find_entities("users")) {
        EXPECT_EQ(row["n"].kind(), Kind::Double) << row.id();
      }
    });
  }
}

TEST_P(EntityCaches, AReaderThatDoesNotKnowOfAWideningGivesOneKind) {
  fresh().save_entity("users", {{"id", "a"}, {"n", 0.5}});
  EXPECT_EQ(stale().get_entity("users", "a")->at("n"), Value(0.5));
  EXPECT_EQ(stale().get_entity("users", "b")->at("n"), Value(1.0));
}

TEST_P(EntityCaches, TheUsersOwnTransactionSeesFieldsOfOthers) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  stale().begin_transaction();
  const Entity saved = stale().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(saved.get<std::string>("added"), "x");
  stale().commit_transaction();
  EXPECT_EQ(fresh().get_entity("users", "a")->get<std::string>("added"), "x");
  EXPECT_EQ(fresh().get_entity_history("users", "a").back().get<std::string>("added"), "x");
}

TEST_P(EntityCaches, ASnapshotFromBeforeTheChangeStaysReadable) {
  DALIA_REQUIRES(SchemaChangesDuringReads);
  stale().begin_transaction(transaction_options().read_only());
  EXPECT_EQ(stale().count_entities("users"), 3);
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_FALSE(stale().get_entity("users", "a")->contains("added"));
  EXPECT_EQ(stale().find_entities("users").size(), 3U);
  stale().commit_transaction();
  EXPECT_EQ(stale().get_entity("users", "a")->get<std::string>("added"), "x");
}

TEST_P(EntityCaches, AnEntityThatWasDroppedAndMadeAgain) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "x"}});
  EXPECT_EQ(stale().get_entity("users", "a")->get<std::string>("added"), "x");
  for (const std::string table : {"users", "users_meta", "users_history"}) {
    fresh().execute("DROP TABLE [" + table + "]");
  }
  EXPECT_EQ(fresh().save_entity("users", {{"id", "a"}, {"n", "now a text"}}).version(), 1);
  const Entity row = *stale().get_entity("users", "a");
  EXPECT_EQ(row.get<std::string>("n"), "now a text");
  EXPECT_FALSE(row.contains("added"));
  EXPECT_EQ(stale().count_entities("users"), 1);
  EXPECT_EQ(stale().save_entity("users", {{"id", "a"}, {"n", "more"}}).version(), 2);
  EXPECT_EQ(stale().save_entity("users", {{"id", "b"}, {"added", 5}}).get<int>("added"), 5);
}

TEST_P(EntityCaches, ErasingWithAnOldCacheLeavesNothing) {
  fresh().save_entity("users", {{"id", "a"}, {"added", "secret"}});
  EXPECT_TRUE(stale().erase_entity("users", "a"));
  const std::vector<Entity> history = fresh().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_TRUE(history[0]["added"].is_null());
}

}  // namespace
}  // namespace dalia::test
