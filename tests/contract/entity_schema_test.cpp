// Schema modes, plans, and schema changes inside transactions.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class EntitySchemas : public ContractTest {};
DALIA_CONTRACT_SUITE(EntitySchemas);

TEST_P(EntitySchemas, EnsureMakesTheTablesReady) {
  const std::vector<EntityField> fields = conn().ensure_entity_schema("users", {{"name", ""}, {"age", 0}});
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].name, "name");
  EXPECT_EQ(fields[1].kind, Kind::Int64);
  EXPECT_EQ(conn().count_entities("users"), 0);
  EXPECT_THAT(conn().get_entity_names(), testing::ElementsAre("users"));
  const std::string before = catalogue();
  EXPECT_EQ(conn().ensure_entity_schema("users", {{"name", "x"}, {"age", nullptr}}), fields);
  EXPECT_EQ(catalogue(), before);
  conn().save_entity("users", {{"name", "Ann"}, {"age", 1}});
  EXPECT_EQ(catalogue(), before);
  EXPECT_EQ(conn().ensure_entity_schema("users", {{"more", 1}}).size(), 3U);
}

TEST_P(EntitySchemas, PlanReturnsTheStatementsAndRunsNone) {
  const std::string before = catalogue();
  const std::vector<std::string> creating = conn().plan_entity_schema("users", {{"name", "x"}});
  EXPECT_THAT(creating, testing::Contains(testing::HasSubstr("CREATE TABLE")));
  EXPECT_EQ(catalogue(), before);
  conn().save_entity("users", {{"id", "a"}, {"name", "x"}});
  const std::string created = catalogue();
  EXPECT_TRUE(conn().plan_entity_schema("users", {{"name", "y"}}).empty());
  EXPECT_THAT(conn().plan_entity_schema("users", {{"age", 1}}),
              testing::Contains(testing::AllOf(testing::HasSubstr("ALTER TABLE"), testing::HasSubstr("age"))));
  EXPECT_THROW(conn().plan_entity_schema("users", {{"name", 1}}), TypeConflict);
  EXPECT_EQ(catalogue(), created);
  EXPECT_THAT(conn().get_entity_fields("users"), testing::SizeIs(1));
}

TEST_P(EntitySchemas, APlanThatWasRunByHandIsAllASaveNeeds) {
  for (const std::string& statement : conn().plan_entity_schema("users", {{"name", "x"}, {"age", 1}})) {
    conn().execute(statement);
  }
  const Entity saved = conn().save_entity("users", {{"id", "a"}, {"name", "x"}, {"age", 1}},
                                          save_options().schema_mode(SchemaMode::Frozen));
  EXPECT_EQ(saved.get<int>("age"), 1);
  for (const std::string& statement : conn().plan_entity_schema("users", {{"city", "x"}, {"age", 1.5}})) {
    conn().execute(statement);
  }
  EXPECT_EQ(conn()
                .save_entity("users", {{"id", "a"}, {"city", "x"}, {"age", 1.5}},
                             save_options().schema_mode(SchemaMode::Frozen))
                .version(),
            2);
}

TEST_P(EntitySchemas, FrozenChangesNoTable) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  const SaveOptions frozen = save_options().schema_mode(SchemaMode::Frozen);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, frozen).version(), 2);
  const auto unknown = expect_error<UnknownField>([&] {
    conn().save_entity("users", {{"id", "a"}, {"fresh", 1}}, frozen);
  });
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->field(), "fresh");
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"fresh", nullptr}}, frozen), UnknownField);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 1.5}}, frozen), TypeConflict);
  EXPECT_THROW(conn().save_entity("nothing", {{"n", 1}}, frozen), EntityError);
  EXPECT_THROW(conn().save_entities("users", {Entity{{"n", 1}}, Entity{{"m", 1}}}, frozen), UnknownField);
  EXPECT_TRUE(conn().delete_entity("users", "a"));
  EXPECT_EQ(catalogue(), before);
  EXPECT_EQ(conn().count_entities("users", entity_query().include_deleted()), 1);
}

TEST_P(EntitySchemas, PlanModeTellsTheStatements) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  const SaveOptions plan = save_options().schema_mode(SchemaMode::Plan);
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 2}}, plan).version(), 2);
  const auto needed = expect_error<SchemaChangeNeeded>([&] {
    conn().save_entity("users", {{"id", "a"}, {"fresh", 1}}, plan);
  });
  ASSERT_TRUE(needed);
  EXPECT_EQ(needed->statements(), conn().plan_entity_schema("users", {{"fresh", 1}}));
  EXPECT_FALSE(needed->statements().empty());
  EXPECT_THAT(std::string(needed->what()), testing::HasSubstr(needed->statements().front()));
  EXPECT_THROW(conn().save_entity("nothing", {{"n", 1}}, plan), SchemaChangeNeeded);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"n", 1.5}}, plan), SchemaChangeNeeded);
  EXPECT_EQ(catalogue(), before);
}

TEST_P(EntitySchemas, PlanModeNeverAsksForNoStatements) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  try {
    const Entity saved =
        conn().save_entity("users", {{"id", "a"}, {"fresh", nullptr}}, save_options().schema_mode(SchemaMode::Plan));
    EXPECT_EQ(saved.version(), 1);
  } catch (const SchemaChangeNeeded& needed) {
    EXPECT_FALSE(needed.statements().empty());
  }
}

TEST_P(EntitySchemas, TheModeOfTheConfigurationHolds) {
  DALIA_REQUIRES(SeveralManagers);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  const auto frozen_manager = open_manager(SchemaMode::Frozen);
  const auto frozen = connect(*frozen_manager);
  EXPECT_EQ(frozen->save_entity("users", {{"id", "a"}, {"n", 2}}).version(), 2);
  EXPECT_THROW(frozen->save_entity("users", {{"id", "a"}, {"fresh", 1}}), UnknownField);
  EXPECT_THROW(frozen->ensure_entity_schema("users", {{"fresh", 1}}), UnknownField);
  EXPECT_EQ(frozen->ensure_entity_schema("users", {{"n", 1}}).size(), 1U);
  EXPECT_EQ(catalogue(), before);
  EXPECT_EQ(frozen->save_entity("users", {{"id", "a"}, {"fresh", 1}}, save_options().schema_mode(SchemaMode::Evolve))
                .version(),
            3);
  const auto plan_manager = open_manager(SchemaMode::Plan);
  EXPECT_THROW(connect(*plan_manager)->save_entity("users", {{"id", "a"}, {"other", 1}}), SchemaChangeNeeded);
  // What another process adds, a frozen one uses.
  conn().save_entity("users", {{"id", "b"}, {"added", 1}});
  EXPECT_EQ(frozen->save_entity("users", {{"id", "b"}, {"added", 2}}).get<int>("added"), 2);
}

TEST_P(EntitySchemas, ReadsRunNoDdl) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  conn().get_entity("users", "a");
  conn().find_entities("users", where("n = 1"));
  conn().get_entity_history("users", "a");
  conn().count_entities("users");
  conn().delete_entity("users", "a");
  conn().restore_entity("users", "a");
  EXPECT_EQ(catalogue(), before);
}

TEST_P(EntitySchemas, ARolledBackChangeIsForgotten) {
  DALIA_REQUIRES(SchemaChangesRollBack);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"n", 2.5}, {"fresh", "x"}});
  conn().save_entity("others", {{"id", "a"}, {"n", 2}});
  EXPECT_EQ(conn().get_entity("users", "a")->get<std::string>("fresh"), "x");
  EXPECT_EQ(conn().count_entities("users", where("fresh = 'x'")), 1);
  conn().rollback_transaction();
  const Entity row = *conn().get_entity("users", "a");
  EXPECT_EQ(row.version(), 1);
  EXPECT_FALSE(row.contains("fresh"));
  EXPECT_EQ(row["n"], Value(1));
  EXPECT_THAT(conn().get_entity_fields("users"), testing::SizeIs(1));
  EXPECT_TRUE(conn().get_entity_names() == std::vector<std::string>{"users"});
  EXPECT_EQ(conn().get_entity("others", "a"), std::nullopt);
  EXPECT_EQ(conn().count_entities("others"), 0);
  EXPECT_THROW(conn().find_entities("users", where("fresh = 'x'")), UnknownField);
  // All of it again, for good; the kind may be another now.
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", 5}}).version(), 2);
  EXPECT_EQ(conn().save_entity("others", {{"id", "a"}, {"n", "text"}}).version(), 1);
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), 2U);
  EXPECT_NE(catalogue(), before);
}

TEST_P(EntitySchemas, ARolledBackChangeIsForgottenByAllConnections) {
  DALIA_REQUIRES(ReadsDuringWrites);
  DALIA_REQUIRES(SchemaChangesDuringReads);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const auto other = connect();
  EXPECT_EQ(other->get_entity("users", "a")->version(), 1);
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}});
  EXPECT_FALSE(other->get_entity("users", "a")->contains("fresh"));
  conn().rollback_transaction();
  EXPECT_EQ(other->save_entity("users", {{"id", "a"}, {"fresh", 5}}).version(), 2);
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("fresh"), 5);
}

TEST_P(EntitySchemas, ACommittedChangeIsSeenByAllConnections) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const auto other = connect();
  EXPECT_EQ(other->count_entities("users"), 1);
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"fresh", "x"}});
  conn().commit_transaction();
  EXPECT_EQ(other->get_entity("users", "a")->get<std::string>("fresh"), "x");
  EXPECT_EQ(other->count_entities("users", where("fresh = ?", "x")), 1);
  EXPECT_EQ(conn().get_entity("users", "a")->get<std::string>("fresh"), "x");
}

TEST_P(EntitySchemas, AfterACommitEveryRowHoldsTheNewField) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "b"}, {"fresh", "x"}});
  EXPECT_TRUE(conn().get_entity("users", "a")->contains("fresh"));
  conn().commit_transaction();
  EXPECT_TRUE(conn().get_entity("users", "a")->contains("fresh"));
  EXPECT_TRUE(conn().get_entity_by_version("users", "a", 1)->contains("fresh"));
  conn().begin_transaction();
  conn().save_entity("users", {{"id", "a"}, {"more", 1}});
  conn().commit_transaction();
  EXPECT_TRUE(conn().get_entity_by_version("users", "a", 1)->contains("more"));
  EXPECT_TRUE(conn().save_entity("users", *conn().get_entity_by_version("users", "a", 1))["more"].is_null());
}

TEST_P(EntitySchemas, ARolledBackSavepointIsForgottenByEveryCall) {
  DALIA_REQUIRES(SchemaChangesRollBack);
  const auto after_rollback_to_savepoint = [&](const auto& call) {
    conn().begin_transaction();
    conn().execute("SAVEPOINT mine");
    conn().save_entity("users", {{"id", "b"}, {"fresh", "x"}});
    conn().execute("ROLLBACK TO SAVEPOINT mine");
    call();
    conn().rollback_transaction();
  };
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  after_rollback_to_savepoint([&] { EXPECT_FALSE(conn().get_entity("users", "a")->contains("fresh")); });
  after_rollback_to_savepoint([&] { EXPECT_EQ(conn().find_entities("users").size(), 1U); });
  after_rollback_to_savepoint([&] { EXPECT_EQ(conn().get_entity_history("users", "a").size(), 1U); });
  after_rollback_to_savepoint([&] { EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", 2}}).version(), 2); });
  after_rollback_to_savepoint([&] {
    EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"fresh", 2}}).get<int>("fresh"), 2);
  });
  after_rollback_to_savepoint([&] { EXPECT_TRUE(conn().delete_entity("users", "a")); });
  after_rollback_to_savepoint([&] { EXPECT_TRUE(conn().delete_entity("users", "a", delete_options().permanent())); });
  after_rollback_to_savepoint([&] { EXPECT_TRUE(conn().erase_entity("users", "a")); });
  conn().delete_entity("users", "a");
  after_rollback_to_savepoint([&] { EXPECT_TRUE(conn().restore_entity("users", "a")); });
}

TEST_P(EntitySchemas, TablesThatWereDroppedReadAsEmpty) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const auto drop = [&] {
    for (const std::string table : {"users", "users_meta", "users_history"}) {
      conn().execute("DROP TABLE [" + table + "]");
    }
  };
  drop();
  EXPECT_EQ(conn().get_entity("users", "a"), std::nullopt);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  drop();
  EXPECT_EQ(conn().count_entities("users"), 0);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  drop();
  EXPECT_FALSE(conn().delete_entity("users", "a"));
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  drop();
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"n", "text"}}).version(), 1);
}

}  // namespace
}  // namespace dalia::test
