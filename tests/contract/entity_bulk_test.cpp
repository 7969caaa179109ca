// save_entities: the same as one save after the other, all or nothing.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class EntityBulk : public ContractTest {};
DALIA_CONTRACT_SUITE(EntityBulk);

TEST_P(EntityBulk, KeepsTheOrder) {
  std::vector<Entity> batch;
  for (int i = 0; i < 300; ++i) {
    batch.push_back(Entity{{"id", "id" + std::to_string((i * 7919) % 300)}, {"n", i}});
  }
  const std::vector<Entity> saved = conn().save_entities("users", batch);
  ASSERT_EQ(saved.size(), batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(saved[i].id(), batch[i].id());
    EXPECT_EQ(saved[i]["n"], batch[i]["n"]);
    EXPECT_EQ(saved[i].version(), 1);
  }
  EXPECT_EQ(conn().count_entities("users"), 300);
  EXPECT_EQ(number("SELECT count(*) FROM [users_history]"), 300);
}

TEST_P(EntityBulk, TakesMixedShapesWithoutFillingInNulls) {
  conn().save_entity("users", {{"id", "a"}, {"x", 1}, {"y", 2}});
  const std::vector<Entity> saved = conn().save_entities(
      "users", {Entity{{"id", "a"}, {"x", 10}}, Entity{{"id", "b"}, {"z", "new"}}, Entity{{"y", nullptr}}, Entity()});
  EXPECT_EQ(saved[0].get<int>("y"), 2);
  EXPECT_EQ(saved[0].get<int>("x"), 10);
  EXPECT_TRUE(saved[0]["z"].is_null());
  EXPECT_EQ(saved[1].get<std::string>("z"), "new");
  EXPECT_TRUE(saved[2]["y"].is_null());
  EXPECT_TRUE(saved[3]["x"].is_null());
  EXPECT_EQ(saved[3].size(), saved[0].size());
}

TEST_P(EntityBulk, AnIdMayComeTwice) {
  const std::vector<Entity> saved = conn().save_entities(
      "users", {Entity{{"id", "a"}, {"n", 1}}, Entity{{"id", "b"}, {"n", 1}}, Entity{{"id", "a"}, {"n", 2}, {"m", 1}},
                Entity{{"id", "a"}, {"n", 2}}, Entity{{"id", "a"}, {"n", 3}}});
  EXPECT_EQ(saved[0].version(), 1);
  EXPECT_EQ(saved[2].version(), 2);
  EXPECT_EQ(saved[3].version(), 2);
  EXPECT_EQ(saved[4].version(), 3);
  EXPECT_EQ(saved[0].get<int>("n"), 1);
  EXPECT_EQ(conn().get_entity("users", "a")->get<int>("n"), 3);
  const std::vector<Entity> history = conn().get_entity_history("users", "a");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_LT(history[1].get<std::string>("history_timestamp"), history[2].get<std::string>("history_timestamp"));
}

TEST_P(EntityBulk, StoresWhatSingleSavesStore) {
  Bytes all_bytes;
  for (int byte = 0; byte < 256; ++byte) {
    all_bytes.push_back(static_cast<std::byte>(byte));
  }
  const char* texts[] = {"",    " ",  "NULL", "null", "{",        "}",     "{}",    ",",
                         "a,b", "\"", "\\",   "\\\"", "a\nb\t\r", "'; --", "\\x00", "\u00e4\u20ac\U0001f600",
                         "$1",  "?",  "(1)",  "1",    "true"};
  const double doubles[] = {0.1 + 0.2, -1.5e-300, 5e-324, 1.7976931348623157e308, 42, -7};
  const char* decimals[] = {"0", "-0.5", "12345678901234567890123456789.000000001", "1"};
  std::vector<Entity> batch;
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    Entity entity = {{"id", "id" + std::string(texts[i])}, {"text", texts[i]}, {"number", number * 461168601842738790}};
    entity.set("double", doubles[i % std::size(doubles)]);
    entity.set("decimal", Value::decimal(decimals[i % std::size(decimals)]));
    entity.set("flag", i % 2 == 0);
    entity.set("bytes", i % 3 == 0 ? Value(all_bytes) : i % 3 == 1 ? Value(Bytes()) : Value());
    entity.set("date",
               Date(std::chrono::year(1 + 1999 * static_cast<int>(i % 5)), std::chrono::March, std::chrono::day(1)));
    entity.set("time", TimeOfDay{std::chrono::microseconds(number * 4'000'000'001)});
    entity.set("instant", Instant(std::chrono::microseconds(number * 86'400'000'001 - 1)));
    entity.set("uuid", Uuid::v7());
    entity.set("json", Value::array(texts[i], number, nullptr, true, Value::json(R"({"a":[1,{"b":"\"\\"}]})")));
    batch.push_back(std::move(entity));
  }
  const std::vector<Entity> saved = conn().save_entities("many", batch, save_options().deserialize());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    SCOPED_TRACE(texts[i]);
    const Entity single = conn().save_entity("single", batch[i], save_options().deserialize());
    const std::optional<Entity> read = conn().get_entity("many", batch[i].id(), get_options().deserialize());
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, saved[i]);
    for (const auto [name, value] : batch[i]) {
      EXPECT_EQ(saved[i][name], single[name]) << name;
    }
  }
  const std::vector<Entity> again = conn().save_entities("many", batch, save_options().deserialize());
  EXPECT_EQ(again, saved) << "unchanged";
}

TEST_P(EntityBulk, IsAllOrNothing) {
  conn().save_entity("users", {{"id", "gone"}, {"n", 1}});
  conn().delete_entity("users", "gone");
  const std::string before = catalogue();
  EXPECT_THROW(conn().save_entities("users", {Entity{{"id", "a"}, {"n", 1}}, Entity{{"id", "gone"}, {"n", 2}},
                                              Entity{{"id", "b"}, {"n", 1}}}),
               EntityDeleted);
  EXPECT_EQ(conn().count_entities("users", entity_query().include_deleted()), 1);
  EXPECT_EQ(number("SELECT count(*) FROM [users_history]"), 2);
  EXPECT_THROW(conn().save_entities("users", {Entity{{"id", "a"}, {"other", 1}}, Entity{{"id", "b"}, {"n", "text"}}}),
               TypeConflict);
  EXPECT_EQ(catalogue(), before) << "a refused kind changes no table";
  EXPECT_THROW(conn().save_entities("users", {Entity{{"id", "a"}}, Entity{{"id", ""}}}), EntityError);
  EXPECT_EQ(number("SELECT count(*) FROM [users_history]"), 2);
  EXPECT_FALSE(conn().in_transaction());
}

TEST_P(EntityBulk, OfNothingIsNothing) {
  EXPECT_TRUE(conn().save_entities("users", {}).empty());
  EXPECT_TRUE(conn().get_entity_names().empty());
  EXPECT_THROW(conn().save_entities("Bad Name", {}), EntityError);
}

TEST_P(EntityBulk, EqualsSingleSaves) {
  const std::vector<Entity> batch = {Entity{{"id", "a"}, {"n", 1}}, Entity{{"id", "b"}, {"n", 1}, {"x", "s"}},
                                     Entity{{"id", "a"}, {"n", nullptr}}, Entity{{"id", "b"}, {"x", nullptr}},
                                     Entity{{"id", "a"}, {"x", "t"}}};
  std::vector<Entity> single;
  for (const Entity& one : batch) {
    single.push_back(conn().save_entity("singles", one));
  }
  const std::vector<Entity> together = conn().save_entities("bulk", batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(together[i].version(), single[i].version()) << i;
    EXPECT_EQ(together[i]["n"], single[i]["n"]) << i;
    EXPECT_EQ(together[i].find("x") == nullptr ? Value() : together[i]["x"],
              single[i].find("x") == nullptr ? Value() : single[i]["x"])
        << i;
  }
}

TEST_P(EntityBulk, RecordsUserAndCommentForAll) {
  conn().save_entities("users", {Entity{{"id", "a"}}, Entity{{"id", "b"}}},
                       save_options().user_id("ann").comment("import"));
  for (const std::string id : {"a", "b"}) {
    const Entity entry = conn().get_entity_history("users", id).front();
    EXPECT_EQ(entry.get<std::string>("history_user_id"), "ann");
    EXPECT_EQ(entry.get<std::string>("history_comment"), "import");
  }
}

TEST_P(EntityBulk, WidensOverTheBatch) {
  const std::vector<Entity> saved =
      conn().save_entities("users", {Entity{{"id", "a"}, {"n", 1}}, Entity{{"id", "b"}, {"n", 2.5}}});
  EXPECT_EQ(saved[0]["n"], Value(1.0));
  EXPECT_EQ(saved[1]["n"], Value(2.5));
  EXPECT_THROW(conn().save_entities("users", {Entity{{"m", 1}}, Entity{{"m", 2.5}}, Entity{{"m", "x"}}}), TypeConflict);
  EXPECT_THROW(conn().save_entities("users", {Entity{{"big", (std::int64_t{1} << 53) + 1}}, Entity{{"big", 0.5}}}),
               TypeConflict);
  EXPECT_THROW(conn().save_entities("users", {Entity{{"big", 0.5}}, Entity{{"big", (std::int64_t{1} << 53) + 1}}}),
               TypeConflict);
  EXPECT_EQ(conn().count_entities("users"), 2);
}

}  // namespace
}  // namespace dalia::test
