// find_entities and count_entities: conditions, orders, and what is refused in them.
#include <algorithm>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using testing::ElementsAre;

class EntityQueries : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    conn().save_entities("users", {
                                      Entity{{"id", "a"}, {"name", "Ann"}, {"age", 30}, {"ok", true}, {"nick", "x"}},
                                      Entity{{"id", "b"}, {"name", "Bob"}, {"age", 20}, {"ok", false}},
                                      Entity{{"id", "c"}, {"name", "cid"}, {"age", nullptr}, {"ok", true}},
                                      Entity{{"id", "d"}, {"name", "D'or"}, {"age", 9}, {"ok", nullptr}},
                                      Entity{{"id", "gone"}, {"name", "Gus"}, {"age", 50}, {"ok", true}},
                                  });
    conn().delete_entity("users", "gone");
  }

  std::vector<std::string> ids(const EntityQuery& query) {
    std::vector<std::string> list;
    for (const Entity& one : conn().find_entities("users", query)) {
      list.push_back(one.id());
    }
    EXPECT_EQ(conn().count_entities("users", query), static_cast<std::int64_t>(list.size())) << query.condition();
    return list;
  }
  std::vector<std::string> page(const EntityQuery& query) {
    std::vector<std::string> list;
    for (const Entity& one : conn().find_entities("users", query)) {
      list.push_back(one.id());
    }
    return list;
  }
};
DALIA_CONTRACT_SUITE(EntityQueries);

TEST_P(EntityQueries, AnEmptyQueryFindsAllThatLive) {
  EXPECT_THAT(ids(entity_query()), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids(entity_query().include_deleted()), ElementsAre("a", "b", "c", "d", "gone"));
  EXPECT_THAT(ids(where("")), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids(where("  \n ")), ElementsAre("a", "b", "c", "d"));
}

TEST_P(EntityQueries, EveryKeywordWorks) {
  EXPECT_THAT(ids(where("[age] > ? AND [ok] = ?", 10, true)), ElementsAre("a"));
  EXPECT_THAT(ids(where("age = 20 or age = 9")), ElementsAre("b", "d"));
  EXPECT_THAT(ids(where("NOT (age = 20)")), ElementsAre("a", "d"));
  EXPECT_THAT(ids(where("age IS NULL")), ElementsAre("c"));
  EXPECT_THAT(ids(where("age IS NOT NULL")), ElementsAre("a", "b", "d"));
  EXPECT_THAT(ids(where("age IN (?, ?, 9)", 30, 31)), ElementsAre("a", "d"));
  EXPECT_THAT(ids(where("age NOT IN (30, 9)")), ElementsAre("b"));
  EXPECT_THAT(ids(where("name LIKE ?", "B%")), ElementsAre("b"));
  EXPECT_THAT(ids(where("name LIKE ? ESCAPE '!'", "!A%")), ElementsAre("a"));
  EXPECT_THAT(ids(where("age BETWEEN ? AND ?", 9, 20)), ElementsAre("b", "d"));
  EXPECT_THAT(ids(where("CASE WHEN age > 25 THEN TRUE ELSE FALSE END")), ElementsAre("a"));
  EXPECT_THAT(ids(where("CAST(age AS INTEGER) = 20")), ElementsAre("b"));
  EXPECT_THAT(ids(where("ok = TRUE")), ElementsAre("a", "c"));
  EXPECT_THAT(ids(where("ok = FALSE")), ElementsAre("b"));
  EXPECT_THAT(ids(where("[age] IS DISTINCT FROM ?", 30)), ElementsAre("b", "c", "d"));
  EXPECT_THAT(ids(where("lower(name) = ? AND (age + 1) * 2 = 62", "ann")), ElementsAre("a"));
  EXPECT_THAT(ids(where("coalesce(age, 0) < 10")), ElementsAre("c", "d"));
  EXPECT_THAT(ids(where("name = 'D''or'")), ElementsAre("d"));
  EXPECT_THAT(ids(where("nick = ?", "x")), ElementsAre("a"));
  EXPECT_THAT(ids(where("nick || name = 'xAnn'")), ElementsAre("a"));
  EXPECT_THAT(ids(where("age <> 30 AND age != 20")), ElementsAre("d"));
  EXPECT_THAT(ids(where("age = ?", nullptr)), testing::IsEmpty());
  EXPECT_THAT(ids(where("[age] = -9 * -1")), ElementsAre("d"));
}

TEST_P(EntityQueries, ATextIsDataWhateverItHolds) {
  EXPECT_THAT(ids(where("name = '[age] ? OR 1=1 --; /*'")), testing::IsEmpty());
  EXPECT_THAT(ids(where("name = ?", "' OR 1=1 --")), testing::IsEmpty());
}

TEST_P(EntityQueries, SystemColumnsMayBeUsed) {
  EXPECT_THAT(ids(where("[id] = ? AND created_at <= updated_at AND _version = 1", "b")), ElementsAre("b"));
  EXPECT_THAT(ids(where("deleted_at IS NOT NULL").include_deleted()), ElementsAre("gone"));
  EXPECT_THAT(ids(where("deleted_at IS NOT NULL")), testing::IsEmpty());
  EXPECT_THAT(ids(where("created_by IS NULL AND updated_by IS NULL").order_by("ID desc")),
              ElementsAre("d", "c", "b", "a"));
}

TEST_P(EntityQueries, TheConditionCannotLeaveItsParentheses) {
  for (const std::string condition :
       {"1=1) OR (1=1", "1) OR (1", ")", "(", "(age = 1", "age = 1)", "1=1) --", "(1=1))", "((1=1)"}) {
    EXPECT_THROW(conn().find_entities("users", where(condition)), TranslationError) << condition;
    EXPECT_THROW(conn().count_entities("users", where(condition)), TranslationError) << condition;
  }
  EXPECT_THAT(ids(where("1 = 1 OR 1 = 1")), ElementsAre("a", "b", "c", "d")) << "not the deleted one";
}

TEST_P(EntityQueries, RefusesWhatIsNoSingleExpression) {
  for (const std::string condition : {"age = 1; DELETE FROM users",
                                      "age = 1;",
                                      "age = 1 -- comment",
                                      "age /* x */ = 1",
                                      "age = (SELECT 1)",
                                      "EXISTS (SELECT 1)",
                                      "age IN (SELECT age)",
                                      "age IN (VALUES (1))",
                                      "1 = 1 UNION SELECT 1",
                                      "age, name",
                                      "age = 'open",
                                      "age = \"open",
                                      "[age = 1",
                                      "name LIKE 'a\\_b' ESCAPE '\\'",
                                      "age = 1 RETURNING id",
                                      "WITH x AS (SELECT 1) SELECT 1",
                                      "age = $1",
                                      "age = :age",
                                      "age = @age",
                                      "age = #x",
                                      "age = {1}",
                                      "age = `age`",
                                      "age = 1 \x80"}) {
    EXPECT_THROW(conn().find_entities("users", where(condition)), Error) << condition;
    EXPECT_THROW(conn().count_entities("users", where(condition)), Error) << condition;
  }
  EXPECT_EQ(conn().count_entities("users"), 4);
}

TEST_P(EntityQueries, ErrorsNameThePlaceAndTheWayOut) {
  const auto error =
      expect_error<TranslationError>([&] { conn().find_entities("users", where("[age] = 1\n  AND (SELECT 1) = 1")); });
  ASSERT_TRUE(error);
  ASSERT_NE(error->position(), nullptr);
  EXPECT_EQ(error->position()->line, 2U);
  EXPECT_EQ(error->position()->column, 8U);
  EXPECT_THAT(std::string(error->what()), testing::HasSubstr("execute"));
}

TEST_P(EntityQueries, UnknownFieldsAreErrors) {
  for (const std::string condition :
       {"[nosuch] = 'nosuch'", "nosuch = 1", "\"nosuch\" = 'nosuch'", "users.age = 1", "[users].[age] = 1", "_rid = 1",
        "_rid > 0", "[age] = abc", "age = null_", "ages = 1", "name = \"Ann\"", "sqlite_schema = 1", "count = 1",
        "history_op = 'x'", "[ ] = 1", "age ISNULL", "age GLOB 1", "age = 1 XOR age = 2"}) {
    EXPECT_THROW(conn().find_entities("users", where(condition)), EntityError) << condition;
    EXPECT_THROW(conn().count_entities("users", where(condition)), EntityError) << condition;
  }
  const auto error = expect_error<UnknownField>([&] { conn().find_entities("users", where("[nosuch] = 1")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->field(), "nosuch");
  EXPECT_EQ(error->entity(), "users");
}

TEST_P(EntityQueries, InTakesAListAndNoTable) {
  // A field with the name of a table, so that the word passes as a field.
  conn().execute("CREATE TABLE [secrets] ([s] TEXT)");
  conn().execute("INSERT INTO [secrets] VALUES ('Ann')");
  conn().save_entity("users", {{"id", "a"}, {"secrets", "x"}});
  try {
    EXPECT_THAT(ids(where("name IN [secrets]")), testing::IsEmpty()) << "read another table";
  } catch (const Error&) {
  }
  EXPECT_THROW(conn().find_entities("users", where("name IN pragma_table_list()")), Error);
  EXPECT_THROW(conn().find_entities("users", where("1 IN pragma_page_size()")), Error);
}

TEST_P(EntityQueries, CountsParameters) {
  EXPECT_THROW(conn().find_entities("users", where("age = ?")), UsageError);
  EXPECT_THROW(conn().find_entities("users", where("age = ?", 1, 2)), UsageError);
  EXPECT_THROW(conn().find_entities("users", where("", 1)), UsageError);
  EXPECT_THROW(conn().count_entities("users", where("age = 5", 1)), UsageError);
  EXPECT_THROW(conn().find_entities("users", where("age = '?'", 1)), UsageError);
  EXPECT_THROW(conn().find_entities("users", entity_query().order_by("?").limit(1)), Error);
}

TEST_P(EntityQueries, Orders) {
  EXPECT_THAT(ids(entity_query().order_by("age")), ElementsAre("c", "d", "b", "a")) << "null first";
  EXPECT_THAT(ids(entity_query().order_by("[age] DESC")), ElementsAre("a", "b", "d", "c")) << "null last";
  EXPECT_THAT(ids(entity_query().order_by("age ASC NULLS LAST")), ElementsAre("d", "b", "a", "c"));
  EXPECT_THAT(ids(entity_query().order_by("age DESC NULLS FIRST")), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(ids(entity_query().order_by("ok DESC, age")), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(ids(entity_query().order_by("lower(name) desc")), ElementsAre("d", "c", "b", "a"));
  EXPECT_THAT(ids(entity_query().order_by("coalesce(age, 25), name")), ElementsAre("d", "b", "c", "a"));
  EXPECT_THAT(ids(entity_query().order_by("CASE WHEN age > 25 THEN 0 ELSE 1 END, id")),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids(entity_query().order_by("ok")), ElementsAre("d", "b", "a", "c")) << "id breaks ties";
}

TEST_P(EntityQueries, RefusesHostileOrders) {
  for (const std::string order : {"1",
                                  "2 DESC",
                                  "age, 1",
                                  "(1)",
                                  "+1",
                                  "((2))",
                                  "age; DROP TABLE users",
                                  "age --",
                                  "(SELECT 1)",
                                  "nosuch",
                                  "age DESC, nosuch",
                                  ",",
                                  "age,",
                                  ",age",
                                  "age,,name",
                                  "age) --",
                                  "(age",
                                  "age LIMIT 1",
                                  "age ASC 1",
                                  "1 COLLATE BINARY",
                                  "\x80",
                                  "age /* */",
                                  "users.age",
                                  "[age",
                                  "'x"}) {
    EXPECT_THROW(conn().find_entities("users", entity_query().order_by(order)), Error) << order;
  }
}

TEST_P(EntityQueries, LimitsAndOffsets) {
  EXPECT_THAT(page(entity_query().order_by("id").limit(2)), ElementsAre("a", "b"));
  EXPECT_THAT(page(entity_query().order_by("id").offset(3)), ElementsAre("d"));
  EXPECT_THAT(page(entity_query().order_by("id").limit(2).offset(1)), ElementsAre("b", "c"));
  EXPECT_THAT(page(entity_query().limit(0)), testing::IsEmpty());
  EXPECT_THAT(page(entity_query().offset(10)), testing::IsEmpty());
  EXPECT_THAT(page(entity_query().limit(INT64_MAX).offset(1)), ElementsAre("b", "c", "d"));
  EXPECT_THAT(page(where("age > ?", 1).limit(1).offset(1).order_by("age")), ElementsAre("b"));
  EXPECT_EQ(conn().count_entities("users", entity_query().limit(1).offset(1)), 4);
  EXPECT_THROW(conn().find_entities("users", entity_query().limit(-1)), UsageError);
  EXPECT_THROW(conn().find_entities("users", entity_query().offset(-1)), UsageError);
}

TEST_P(EntityQueries, AMissingTableReadsAsEmptyAndNoneIsMade) {
  const std::string before = catalogue();
  EXPECT_EQ(conn().get_entity("nothing", "a"), std::nullopt);
  EXPECT_TRUE(conn().find_entities("nothing", where("[whatever] = ?", 1)).empty());
  EXPECT_TRUE(conn().find_entities("nothing").empty());
  EXPECT_EQ(conn().count_entities("nothing"), 0);
  EXPECT_TRUE(conn().get_entity_history("nothing", "a").empty());
  EXPECT_EQ(conn().get_entity_by_version("nothing", "a", 1), std::nullopt);
  EXPECT_FALSE(conn().delete_entity("nothing", "a"));
  EXPECT_FALSE(conn().restore_entity("nothing", "a"));
  EXPECT_FALSE(conn().erase_entity("nothing", "a"));
  EXPECT_TRUE(conn().get_entity_fields("nothing").empty());
  EXPECT_EQ(catalogue(), before);
}

TEST_P(EntityQueries, FindsTypedValues) {
  conn().save_entity("events", {{"id", "a"}, {"at", Instant()}, {"p", Value::array(1)}});
  const Entity typed = conn().find_entities("events", where("[at] = ?", Instant()).deserialize()).at(0);
  EXPECT_EQ(typed["at"], Value(Instant()));
  EXPECT_EQ(typed["p"].kind(), Kind::Json);
  EXPECT_EQ(conn().find_entities("events").at(0)["p"], Value("[1]"));
}

TEST_P(EntityQueries, EveryRowHoldsAllFields) {
  for (const Entity& one : conn().find_entities("users", entity_query().include_deleted())) {
    for (const char* field : {"name", "age", "ok", "nick"}) {
      EXPECT_TRUE(one.contains(field)) << one.id() << " " << field;
    }
  }
}

TEST_P(EntityQueries, BracketNamesThatAreKeywords) {
  conn().save_entity("odd", {{"id", "a"}, {"end", 1}, {"case", 2}, {"is", 3}, {"asc", 4}});
  EXPECT_EQ(conn().count_entities("odd", where("[end] = 1 AND [case] = 2 AND [is] IS NOT NULL")), 1);
  EXPECT_EQ(conn().find_entities("odd", entity_query().order_by("[asc] DESC, [end]")).size(), 1U);
}

}  // namespace
}  // namespace dalia::test
