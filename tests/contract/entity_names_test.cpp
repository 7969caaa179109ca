// Which names entities and fields may have.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using namespace std::string_literals;

class EntityNames : public ContractTest {};
DALIA_CONTRACT_SUITE(EntityNames);

TEST_P(EntityNames, HostileNamesAreRefusedEverywhere) {
  const std::vector<std::string> names = {"",
                                          "Users",
                                          "1users",
                                          "_users",
                                          "users meta",
                                          "users-1",
                                          "users_meta",
                                          "a_history",
                                          "sqlite_x",
                                          "us\"ers",
                                          "us'ers",
                                          "users;",
                                          "us]ers",
                                          "\xc3\xa4rger",
                                          "a\0b"s,
                                          "users\n",
                                          std::string(49, 'a'),
                                          "[users]",
                                          "main.users",
                                          "../users",
                                          "USERS"};
  conn().save_entity("users", {{"id", "a"}});
  const std::string before = catalogue();
  for (const std::string& name : names) {
    EXPECT_THROW(conn().save_entity(name, {{"id", "a"}}), EntityError) << name;
    EXPECT_THROW(conn().save_entities(name, {Entity{{"id", "a"}}}), EntityError) << name;
    EXPECT_THROW(conn().get_entity(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().find_entities(name), EntityError) << name;
    EXPECT_THROW(conn().count_entities(name), EntityError) << name;
    EXPECT_THROW(conn().delete_entity(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().delete_entity(name, "a", delete_options().permanent()), EntityError) << name;
    EXPECT_THROW(conn().restore_entity(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().erase_entity(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().get_entity_history(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().get_entity_by_version(name, "a", 1), EntityError) << name;
    EXPECT_THROW(conn().plan_entity_schema(name, {{"n", 1}}), EntityError) << name;
    EXPECT_THROW(conn().ensure_entity_schema(name, {{"n", 1}}), EntityError) << name;
    EXPECT_THROW(conn().get_entity_fields(name), EntityError) << name;
  }
  EXPECT_EQ(catalogue(), before);
}

TEST_P(EntityNames, ReservedWordsAndLongNamesWork) {
  for (const std::string& name : {"order"s, "select"s, "table"s, "group"s, "user"s, "values"s, "a"s,
                                  std::string(48, 'x'), "x1_"s, "meta"s, "history"s, "transaction"s}) {
    EXPECT_EQ(conn().save_entity(name, {{"id", "a"}, {"n", 1}}).version(), 1) << name;
    EXPECT_EQ(conn().save_entity(name, {{"id", "a"}, {"n", 2}}).version(), 2) << name;
    EXPECT_EQ(conn().get_entity_history(name, "a").size(), 2U) << name;
  }
  EXPECT_EQ(conn().get_entity_names().size(), 12U);
}

TEST_P(EntityNames, HostileFieldsAreRefused) {
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  const std::string before = catalogue();
  for (const std::string& field : {""s,
                                   " "s,
                                   "1a"s,
                                   "a b"s,
                                   "a-b"s,
                                   "a.b"s,
                                   "a\"b"s,
                                   "a]b"s,
                                   "a'b"s,
                                   "a;b"s,
                                   "\xc3\xa4"s,
                                   "a\0b"s,
                                   "_x"s,
                                   "_version2"s,
                                   "_rid"s,
                                   "_extra"s,
                                   "history_x"s,
                                   "HISTORY_y"s,
                                   "History_Foo"s,
                                   "ctid"s,
                                   "XMIN"s,
                                   "xmax"s,
                                   "cmin"s,
                                   "cmax"s,
                                   "tableoid"s,
                                   std::string(61, 'f'),
                                   "a) VALUES (1); --"s}) {
    Entity input{{"id", "a"}, {"fresh", 1}};
    input.set(field, 1);
    EXPECT_THROW(conn().save_entity("users", input), EntityError) << field;
    EXPECT_THROW(conn().ensure_entity_schema("users", input), EntityError) << field;
    input.set(field, nullptr);
    EXPECT_THROW(conn().save_entity("users", input), EntityError) << field;
  }
  EXPECT_EQ(catalogue(), before);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
}

TEST_P(EntityNames, ReservedWordsWorkAsFields) {
  Entity input{{"id", "a"}};
  int n = 0;
  for (const std::string& field : {"select"s,   "from"s,  "where"s,    "order"s, "group"s,
                                   "index"s,    "table"s, "end"s,      "case"s,  "null"s,
                                   "position"s, "field"s, "kind"s,     "rowid"s, "oid"s,
                                   "key"s,      "value"s, "excluded"s, "a"s,     std::string(60, 'f'),
                                   "x_"s}) {
    input.set(field, ++n);
  }
  const Entity saved = conn().save_entity("users", input);
  for (const auto [name, value] : input) {
    EXPECT_EQ(saved[name], value) << name;
    if (name != "id") {
      EXPECT_EQ(conn().count_entities("users", where("[" + std::string(name) + "] = ?", value)), 1) << name;
    }
  }
  input.set("select", 100);
  EXPECT_EQ(conn().save_entity("users", input).version(), 2);
  EXPECT_EQ(conn().get_entity_by_version("users", "a", 1)->get<int>("select"), 1);
}

TEST_P(EntityNames, CaseTwinsAreOneFieldInItsFirstSpelling) {
  conn().save_entity("users", {{"id", "a"}, {"Name", "x"}});
  const Entity saved = conn().save_entity("users", {{"id", "a"}, {"NAME", "y"}});
  EXPECT_EQ(saved.get<std::string>("Name"), "y");
  EXPECT_FALSE(saved.contains("NAME"));
  EXPECT_EQ(conn().get_entity_fields("users").size(), 1U);
  EXPECT_EQ(conn().count_entities("users", where("[nAmE] = ?", "y")), 1);
  EXPECT_EQ(conn().count_entities("users", where("name = ?", "y")), 1);
  EXPECT_EQ(conn().find_entities("users", entity_query().order_by("NAME DESC")).size(), 1U);
}

TEST_P(EntityNames, TwoSpellingsInOneInputAreRefused) {
  EXPECT_THROW(conn().save_entity("users", {{"name", 1}, {"Name", 2}}), EntityError);
  EXPECT_TRUE(conn().get_entity_names().empty());
  conn().save_entity("users", {{"id", "a"}, {"name", 1}, {"later", nullptr}});
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"name", 1}, {"Name", 1}}), EntityError);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"NAME", nullptr}, {"Name", nullptr}}), EntityError);
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"later", nullptr}, {"Later", nullptr}}), EntityError)
      << "a field without a kind yet is a field";
  EXPECT_THROW(conn().save_entities("users", {Entity{{"x", 1}}, Entity{{"y", 1}, {"Y", 1}}}), EntityError);
  EXPECT_EQ(conn().get_entity("users", "a")->version(), 1);
}

TEST_P(EntityNames, TwinsInOneBatchAreOneField) {
  const std::vector<Entity> saved =
      conn().save_entities("users", {Entity{{"id", "a"}, {"City", "x"}}, Entity{{"id", "b"}, {"city", "y"}}});
  EXPECT_EQ(saved[1].get<std::string>("City"), "y");
  EXPECT_EQ(conn().get_entity_fields("users").size(), 1U);
}

TEST_P(EntityNames, ListsEntitiesAndFields) {
  EXPECT_TRUE(conn().get_entity_names().empty());
  EXPECT_TRUE(conn().get_entity_fields("users").empty());
  conn().save_entity("users", {{"b", 1}, {"a", "x"}, {"c", nullptr}});
  conn().save_entity("accounts", {{"n", 1}});
  conn().execute("CREATE TABLE [plain] ([id] INTEGER)");
  EXPECT_THAT(conn().get_entity_names(), testing::ElementsAre("accounts", "users"));
  const std::vector<EntityField> fields = conn().get_entity_fields("users");
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].name, "b");
  EXPECT_EQ(fields[0].kind, Kind::Int64);
  EXPECT_EQ(fields[1].kind, Kind::Text);
  EXPECT_EQ(fields[2].kind, std::nullopt);
  EXPECT_EQ(fields[2].since_epoch, 1);
  conn().save_entity("users", {{"d", 1}});
  EXPECT_EQ(conn().get_entity_fields("users").back().since_epoch, 2);
}

TEST_P(EntityNames, AForeignTableUnderAnEntitysNameIsRefused) {
  conn().execute("CREATE TABLE [orders] ([id] INTEGER, [note] TEXT)");
  conn().execute("INSERT INTO [orders] VALUES (1, 'mine')");
  conn().execute("CREATE TABLE [items_meta] ([id] INTEGER)");
  conn().execute("CREATE VIEW [seen] AS SELECT 1 AS [id]");
  const std::string before = catalogue();
  for (const std::string name : {"orders", "items", "seen"}) {
    EXPECT_THROW(conn().save_entity(name, {{"id", "a"}, {"note", "x"}}), EntityError) << name;
    EXPECT_THROW(conn().get_entity(name, "a"), EntityError) << name;
    EXPECT_THROW(conn().find_entities(name), EntityError) << name;
    EXPECT_THROW(conn().delete_entity(name, "1", delete_options().permanent()), EntityError) << name;
    EXPECT_THROW(conn().erase_entity(name, "1"), EntityError) << name;
    EXPECT_THROW(conn().ensure_entity_schema(name, {{"n", 1}}), EntityError) << name;
    EXPECT_THROW(conn().plan_entity_schema(name, {{"n", 1}}), EntityError) << name;
  }
  EXPECT_EQ(catalogue(), before);
  EXPECT_EQ(number("SELECT count(*) FROM [orders]"), 1);
}

TEST_P(EntityNames, AForeignTableInAnotherCaseIsRefusedToo) {
  // Engines that fold names would take [Orders] for the entity's table.
  conn().execute("CREATE TABLE [Orders] ([id] INTEGER, [note] TEXT)");
  const std::string before = catalogue();
  try {
    conn().save_entity("orders", {{"id", "a"}, {"note", "x"}});
    EXPECT_EQ(conn().get_entity("orders", "a")->get<std::string>("note"), "x");
  } catch (const EntityError&) {
    EXPECT_EQ(catalogue(), before) << "a refused save makes no tables";
    EXPECT_EQ(number("SELECT count(*) FROM [Orders]"), 0);
  }
}

TEST_P(EntityNames, ForeignTablesUnderAllThreeNamesAreRefused) {
  for (const std::string table : {"orders", "orders_meta", "orders_history"}) {
    conn().execute("CREATE TABLE [" + table + "] ([id] INTEGER)");
  }
  EXPECT_THROW(conn().get_entity("orders", "a"), EntityError);
  EXPECT_THROW(conn().save_entity("orders", {{"id", "a"}}), EntityError);
}

}  // namespace
}  // namespace dalia::test
