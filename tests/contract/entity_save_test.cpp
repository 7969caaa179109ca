// save_entity merges, versions count without gaps, and an unchanged save writes nothing.
#include <set>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EntitySave : public ContractTest {};
DALIA_CONTRACT_SUITE(EntitySave);

TEST_P(EntitySave, ReturnsTheFullStoredRow) {
  const Entity saved = conn().save_entity("users", {{"name", "Ann"}, {"age", 30}}, save_options().user_id("admin"));
  EXPECT_EQ(saved.get<std::string>("name"), "Ann");
  EXPECT_EQ(saved.get<std::int64_t>("age"), 30);
  EXPECT_EQ(saved.version(), 1);
  EXPECT_EQ(saved.get<std::int64_t>("_version"), 1);
  EXPECT_EQ(saved.get<std::string>("created_by"), "admin");
  EXPECT_EQ(saved.get<std::string>("updated_by"), "admin");
  EXPECT_EQ(saved["created_at"], saved["updated_at"]);
  EXPECT_TRUE(saved["deleted_at"].is_null());
  EXPECT_FALSE(saved.contains("_epoch"));
  EXPECT_FALSE(saved.contains("_rid"));
  EXPECT_EQ(conn().get_entity("users", saved.id()), saved);
}

TEST_P(EntitySave, OrdersTheNamesOfARow) {
  const Entity saved = conn().save_entity("users", {{"b", 1}, {"a", 2}});
  std::vector<std::string> names;
  for (const auto [name, value] : saved) {
    names.emplace_back(name);
  }
  EXPECT_THAT(names, ElementsAre("id", "b", "a", "created_at", "created_by", "updated_at", "updated_by", "deleted_at",
                                 "_version"));
}

TEST_P(EntitySave, MakesATimeOrderedUuidWhereThereIsNoId) {
  std::string last;
  for (int i = 0; i < 20; ++i) {
    const std::string id = conn().save_entity("users", {{"n", i}}).id();
    ASSERT_TRUE(Uuid::parse(id)) << id;
    EXPECT_EQ(id[14], '7') << id;
    EXPECT_LT(last, id);
    last = id;
  }
  EXPECT_TRUE(Uuid::parse(conn().save_entity("users", {{"id", nullptr}, {"n", 1}}).id()));
}

TEST_P(EntitySave, LeavesAbsentFieldsAndStoresNull) {
  conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}, {"age", 30}});
  const Entity changed = conn().save_entity("users", {{"id", "a"}, {"age", nullptr}});
  EXPECT_EQ(changed.get<std::string>("name"), "Ann");
  EXPECT_TRUE(changed["age"].is_null());
  EXPECT_EQ(changed.version(), 2);
}

TEST_P(EntitySave, AnUnchangedSaveWritesNothing) {
  const Entity first = conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}, {"age", nullptr}});
  const Entity again =
      conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}, {"age", nullptr}}, save_options().user_id("other"));
  EXPECT_EQ(again, first);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}}), first);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}}, save_options().revive()), first);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}}, save_options().expected_version(1)), first);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 1U);
}

TEST_P(EntitySave, AnUnchangedJsonWritesNothingWhateverTheOrderOfItsKeys) {
  conn().save_entity("users", {{"id", "a"}, {"p", Value::json(R"({"x": 1, "y": [1, 2.5, null]})")}});
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"p", Value::json(R"({"y":[1,2.5,null],"x":1})")}}).version(), 1);
}

/// PostgreSQL's jsonb calls 1 and 1.0 equal, and keeps both.
TEST_P(EntitySave, JsonIsComparedByItsText) {
  const Value one = Value::json(R"({"n":1})");
  const Value also_one = Value::json(R"({"n":1.0})");
  conn().save_entity("docs", {{"id", "a"}, {"doc", one}});
  conn().save_entity("docs", {{"id", "b"}, {"doc", one}});
  EXPECT_EQ(conn().save_entity("docs", {{"id", "a"}, {"doc", also_one}})["doc"].to_text(), R"({"n":1.0})");
  conn().save_entities("docs", {Entity{{"id", "a"}, {"doc", one}}, Entity{{"id", "b"}, {"doc", also_one}}});
  EXPECT_EQ(conn().get_entity("docs", "a")->version(), 3);
  EXPECT_EQ(conn().get_entity("docs", "b")->version(), 2);
  const Entity stored = *conn().get_entity("docs", "b", get_options().deserialize());
  EXPECT_EQ(stored["doc"], also_one);
}

TEST_P(EntitySave, AnUnchangedValueOfEveryKindWritesNothing) {
  const Entity values{{"id", "a"},
                      {"flag", true},
                      {"whole", INT64_MIN},
                      {"real", 0.1},
                      {"exact", Value::decimal("123456789012345678901234567890.5")},
                      {"words", ""},
                      {"raw", Bytes{std::byte{0}, std::byte{255}}},
                      {"day", Date{std::chrono::year(2024), std::chrono::month(2), std::chrono::day(29)}},
                      {"hour", TimeOfDay{std::chrono::microseconds(1)}},
                      {"moment", now()},
                      {"key", Uuid::v7()},
                      {"nested", Value::array(1, "x")},
                      {"nothing", nullptr}};
  conn().save_entity("things", values);
  EXPECT_EQ(conn().save_entity("things", values).version(), 1);
}

TEST_P(EntitySave, CountsEachEffectiveChange) {
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", i}}).version(), i);
    EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", i}}).version(), i);
  }
}

TEST_P(EntitySave, CreatedNeverChanges) {
  const Entity first = conn().save_entity("users", {{"id", "a"}, {"n", 1}}, save_options().user_id("ann"));
  const Entity second = conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().user_id("bob"));
  EXPECT_EQ(second["created_at"], first["created_at"]);
  EXPECT_EQ(second["created_by"], first["created_by"]);
  EXPECT_EQ(second.get<std::string>("updated_by"), "bob");
  EXPECT_LT(first.get<std::string>("updated_at"), second.get<std::string>("updated_at"));
  conn().delete_entity("users", "a");
  conn().restore_entity("users", "a");
  const Entity third = *conn().get_entity("users", "a");
  EXPECT_EQ(third["created_at"], first["created_at"]);
  EXPECT_EQ(third["created_by"], first["created_by"]);
  EXPECT_TRUE(third["updated_by"].is_null());
}

TEST_P(EntitySave, WithoutAUserTheFieldsAreNull) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}}, save_options().user_id("ann"));
  const Entity second = conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  EXPECT_TRUE(second["updated_by"].is_null());
  EXPECT_EQ(second.get<std::string>("created_by"), "ann");
}

TEST_P(EntitySave, IgnoresSystemFieldsInTheInput) {
  const Entity saved = conn().save_entity("users", {{"id", "a"},
                                                    {"created_at", "yesterday"},
                                                    {"CREATED_BY", 5},
                                                    {"updated_at", nullptr},
                                                    {"updated_by", "me"},
                                                    {"deleted_at", now()},
                                                    {"_version", 77},
                                                    {"_epoch", "x"},
                                                    {"history_op", 1},
                                                    {"history_user_id", 1},
                                                    {"history_comment", 1},
                                                    {"history_tx", 1},
                                                    {"n", 1}});
  EXPECT_EQ(saved.version(), 1);
  EXPECT_TRUE(saved["created_by"].is_null());
  EXPECT_TRUE(saved["deleted_at"].is_null());
  EXPECT_THAT(conn().get_entity_fields("users"), testing::SizeIs(1));
}

TEST_P(EntitySave, ARowThatWasReadCanBeSavedAgain) {
  conn().save_entity("users", {{"id", "a"}, {"name", "Ann"}, {"p", {{"theme", "dark"}}}, {"since", now()}});
  for (const bool typed : {false, true}) {
    GetOptions options;
    if (typed) {
      options.deserialize();
    }
    EXPECT_EQ(conn().save_entity("users", *conn().get_entity("users", "a", options)).version(), 1);
    EXPECT_EQ(conn().save_entity("users", *conn().get_entity_by_version("users", "a", 1, options)).version(), 1);
    EXPECT_EQ(conn().save_entities("users", conn().get_entity_history("users", "a", options)).back().version(), 1);
  }
}

TEST_P(EntitySave, ExpectedVersionMustMatch) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(1)).version(), 2);
  const auto conflict = expect_error<VersionConflict>([&] {
    conn().save_entity("users", {{"id", "a"}, {"n", 3}}, save_options().expected_version(1));
  });
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->id(), "a");
  EXPECT_EQ(conflict->entity(), "users");
  EXPECT_EQ(conflict->expected(), 1);
  EXPECT_EQ(conflict->current(), 2);
  // An unchanged save on a wrong version is a conflict all the same.
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(1)),
               VersionConflict);
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 2);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
}

TEST_P(EntitySave, ExpectedVersionZeroMeansNew) {
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 1}}, save_options().expected_version(0)).version(), 1);
  const auto conflict = expect_error<VersionConflict>([&] {
    conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(0));
  });
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->expected(), 0);
  EXPECT_EQ(conflict->current(), 1);
  conn().delete_entity("users", "a");
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(0)),
               VersionConflict);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().expected_version(0).revive()),
               VersionConflict);
}

TEST_P(EntitySave, ExpectedVersionOfWhatDoesNotExist) {
  const auto conflict = expect_error<VersionConflict>([&] {
    conn().save_entity("users", {{"id", "a"}, {"n", 1}}, save_options().expected_version(3));
  });
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->current(), 0);
  EXPECT_THROW(conn().save_entity("users", {{"n", 1}}, save_options().expected_version(3)), VersionConflict);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 1}}, save_options().expected_version(-1)), UsageError);
  EXPECT_EQ(conn().count_entities("users"), 0);
}

TEST_P(EntitySave, ExpectedVersionGoesWithOneEntity) {
  EXPECT_THROW(
      conn().save_entities("users", {Entity{{"id", "a"}}, Entity{{"id", "b"}}}, save_options().expected_version(0)),
      UsageError);
  EXPECT_EQ(conn().save_entities("users", {Entity{{"id", "a"}}}, save_options().expected_version(0)).size(), 1U);
}

TEST_P(EntitySave, ASoftDeletedIdIsRefused) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().delete_entity("users", "a");
  const auto refused = expect_error<EntityDeleted>([&] { conn().save_entity("users", {{"id", "a"}, {"n", 2}}); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->id(), "a");
  // Unchanged too: it must never look as if it were there.
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 1}}), EntityDeleted);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}}), EntityDeleted);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 3}}, save_options().expected_version(2)), EntityDeleted);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 3}}, save_options().expected_version(1)),
               VersionConflict);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
}

TEST_P(EntitySave, ReviveBringsItBack) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}, {"m", 1}});
  conn().delete_entity("users", "a");
  const Entity revived =
      conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().revive().user_id("ann").comment("back"));
  EXPECT_EQ(revived.version(), 3);
  EXPECT_TRUE(revived["deleted_at"].is_null());
  EXPECT_EQ(revived.get<int>("n"), 2);
  EXPECT_EQ(revived.get<int>("m"), 1);
  const Entity last = conn().get_entity_history("users", "a").back();
  EXPECT_EQ(last.get<std::string>("history_op"), "restore");
  EXPECT_EQ(last.get<std::string>("history_comment"), "back");
  conn().delete_entity("users", "a");
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}}, save_options().revive().expected_version(4)).version(), 5);
  conn().delete_entity("users", "a");
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}}, save_options().revive().expected_version(5)),
               VersionConflict);
}

TEST_P(EntitySave, ReviveOfALiveOneIsAnUpdate) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().revive());
  EXPECT_EQ(conn().get_entity_history("users", "a").back().get<std::string>("history_op"), "update");
  EXPECT_EQ(conn().save_entity("users", {{"id", "new"}, {"n", 2}}, save_options().revive()).version(), 1);
  EXPECT_EQ(conn().get_entity_history("users", "new").back().get<std::string>("history_op"), "insert");
}

TEST_P(EntitySave, AnEntityMayHaveNothingButAnId) {
  const Entity saved = conn().save_entity("bare", Entity());
  EXPECT_EQ(saved.version(), 1);
  EXPECT_EQ(conn().save_entity("bare", {{"id", "a"}}).version(), 1);
  EXPECT_EQ(conn().save_entity("bare", {{"id", "a"}}).version(), 1);
  EXPECT_EQ(conn().count_entities("bare"), 2);
  EXPECT_EQ(conn().get_entity_history("bare", "a").size(), 1U);
}

TEST_P(EntitySave, IdsAreTextOrIntegers) {
  EXPECT_EQ(conn().save_entity("users", {{"id", 42}, {"n", 1}}).id(), "42");
  EXPECT_EQ(conn().save_entity("users", {{"id", "42"}, {"n", 2}}).version(), 2);
  EXPECT_EQ(conn().get_entity("users", 42)->get<int>("n"), 2);
  EXPECT_EQ(conn().save_entity("users", {{"id", UINT64_MAX}}).id(), "18446744073709551615");
  EXPECT_EQ(conn().save_entity("users", {{"ID", "upper"}}).id(), "upper");
  const std::string longest(64, 'x');
  EXPECT_EQ(conn().save_entity("users", {{"id", longest}}).id(), longest);
  const std::int64_t count = conn().count_entities("users");
  for (const Value& id : {Value(""), Value(1.0), Value(true), Value(now()), Value(Uuid::v7()), Value::array(1),
                          Value(std::string(65, 'x')), Value::decimal("1.5"), Value(Bytes{std::byte{1}})}) {
    EXPECT_THROW(conn().save_entity("users", {{"id", id}}), EntityError) << to_string(id.ref());
  }
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"Id", "b"}}), EntityError);
  EXPECT_EQ(conn().count_entities("users"), count);
}

TEST_P(EntitySave, IdsDifferInCaseAndBlanks) {
  const std::vector<std::string> ids = {"a", "A", "a ", " a", "\xc3\xa4", "a\xcc\x88", "0", "00", "%", "_", "'", "\""};
  for (const std::string& id : ids) {
    EXPECT_EQ(conn().save_entity("users", {{"id", id}, {"own", id}}).version(), 1) << id;
  }
  for (const std::string& id : ids) {
    EXPECT_EQ(conn().get_entity("users", id)->get<std::string>("own"), id);
    EXPECT_EQ(conn().get_entity_history("users", id).size(), 1U);
  }
  EXPECT_EQ(conn().count_entities("users"), static_cast<std::int64_t>(ids.size()));
}

TEST_P(EntitySave, NeverChangesItsInput) {
  const Entity input{{"id", "a"}, {"Name", 5}, {"created_at", "x"}};
  const Entity copy = input;
  conn().save_entity("users", {{"id", "a"}, {"name", 1.5}});
  conn().save_entity("users", input);
  EXPECT_EQ(input, copy);
}

TEST_P(EntitySave, TheOwnFieldVersionKeepsItsValue) {
  const Entity saved = conn().save_entity("docs", {{"id", "a"}, {"version", "beta"}});
  EXPECT_EQ(saved.get<std::string>("version"), "beta");
  EXPECT_EQ(saved.version(), 1);
  conn().save_entity("docs", {{"id", "a"}, {"version", "final"}});
  const Entity first = *conn().get_entity_by_version("docs", "a", 1);
  EXPECT_EQ(first.get<std::string>("version"), "beta");
  EXPECT_EQ(first.get<int>("_version"), 1);
  EXPECT_EQ(first.version(), 1);
  const Entity restored = conn().save_entity("docs", first);
  EXPECT_EQ(restored.get<std::string>("version"), "beta");
  EXPECT_EQ(restored.version(), 3);
}

TEST_P(EntitySave, VersionOfAHistoryRowIsNoField) {
  conn().save_entity("docs", {{"id", "a"}, {"n", 1}});
  conn().save_entity("docs", {{"id", "a"}, {"n", 2}});
  conn().save_entity("docs", *conn().get_entity_by_version("docs", "a", 1));
  EXPECT_THAT(conn().get_entity_fields("docs"), testing::SizeIs(1));
}

TEST_P(EntitySave, StampsAllRowsOfATransactionAlike) {
  conn().begin_transaction();
  const Entity a = conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const Entity b = conn().save_entity("users", {{"id", "b"}, {"n", 1}});
  const Entity again = conn().save_entity("users", {{"id", "a"}, {"n", 2}});
  conn().commit_transaction();
  EXPECT_EQ(a["created_at"], b["created_at"]);
  EXPECT_EQ(again["created_at"], a["created_at"]);
  EXPECT_LT(a.get<std::string>("updated_at"), again.get<std::string>("updated_at"));
}

TEST_P(EntitySave, AWideEntityWorks) {
  Entity wide;
  wide.set("id", "a");
  for (int i = 0; i < 600; ++i) {
    wide.set("field_" + std::to_string(i), i);
  }
  EXPECT_EQ(conn().save_entity("wide", wide).get<int>("field_599"), 599);
  EXPECT_EQ(conn().save_entity("wide", wide).version(), 1);
  EXPECT_EQ(conn().save_entity("wide", {{"id", "a"}, {"field_300", 0}}).version(), 2);
  EXPECT_EQ(conn().get_entity_by_version("wide", "a", 1)->get<int>("field_300"), 300);
}

TEST_P(EntitySave, ATimeLimitThatHasPassedChangesNothing) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, save_options().timeout(std::chrono::seconds(-1))),
               TimeoutError);
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 1);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 3}}).version(), 2);
}

}  // namespace
}  // namespace dalia::test
