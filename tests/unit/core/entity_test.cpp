#include "dalia/core/entity.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dalia/core/error.hpp"
#include "dalia/core/json.hpp"

namespace dalia {
namespace {

std::vector<std::string> names_of(const Entity& entity) {
  std::vector<std::string> names;
  for (const auto& [name, value] : entity) {
    names.emplace_back(name);
  }
  return names;
}

TEST(Entity, KeepsOrderAndLastValue) {
  const Entity e{{"b", 1}, {"a", 2}, {"b", 3}};
  EXPECT_THAT(names_of(e), testing::ElementsAre("b", "a"));
  EXPECT_EQ(e.get<int>("b"), 3);
  EXPECT_FALSE(e.contains("B"));
}

TEST(Entity, SetAndEraseLeaveACopyAlone) {
  Entity first{{"a", 1}, {"b", 2}};
  const Entity copy = first;
  EXPECT_EQ(copy.names(), first.names());
  first.set("c", 3).set("a", 10);
  EXPECT_THAT(names_of(first), testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(names_of(copy), testing::ElementsAre("a", "b"));
  EXPECT_EQ(copy.get<int>("a"), 1);
  EXPECT_TRUE(first.erase("b"));
  EXPECT_FALSE(first.erase("b"));
  EXPECT_THAT(names_of(first), testing::ElementsAre("a", "c"));
  EXPECT_EQ(first.get<int>("c"), 3);
}

TEST(Entity, ANewEntityDoesNotChangeTheSharedEmptyTable) {
  Entity first;
  first.set("a", 1);
  EXPECT_TRUE(Entity().empty());
  EXPECT_EQ(Entity().names()->size(), 0U);
}

TEST(Entity, SetMayCopyItsOwnValue) {
  Entity e{{"a", std::string(100, 'x')}};
  e.set("b", e["a"]).set("a", e["b"]);
  EXPECT_EQ(e["a"], e["b"]);
}

TEST(Entity, MovedFromIsEmptyAndUsable) {
  Entity e{{"a", 1}};
  const Entity moved = std::move(e);
  EXPECT_TRUE(e.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(e.contains("a"));
  EXPECT_FALSE(e.erase("a"));
  EXPECT_THROW(static_cast<void>(e.at("a")), UsageError);
  EXPECT_EQ(e, Entity());
  e.set("b", 2);
  EXPECT_THAT(names_of(e), testing::ElementsAre("b"));
  EXPECT_EQ(moved.get<int>("a"), 1);
}

TEST(Entity, TellsTheFieldsItHas) {
  const Entity e{{"id", 1}, {"name", "secret"}};
  try {
    static_cast<void>(e["nmae"]);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "there is no field 'nmae'; the fields are: id, name");
  }
}

TEST(Entity, IdAndVersion) {
  EXPECT_EQ((Entity{{"id", "u1"}}).id(), "u1");
  EXPECT_EQ((Entity{{"id", -5}}).id(), "-5");
  const Uuid uuid = Uuid::v7();
  EXPECT_EQ((Entity{{"id", uuid}}).id(), uuid.to_string());
  EXPECT_THROW(static_cast<void>(Entity().id()), UsageError);
  EXPECT_THROW(static_cast<void>((Entity{{"id", nullptr}}).id()), UsageError);
  EXPECT_THROW(static_cast<void>((Entity{{"id", 1.5}}).id()), UsageError);

  EXPECT_EQ((Entity{{"_version", 3}}).version(), 3);
  EXPECT_EQ((Entity{{"version", 2}}).version(), 2);
  EXPECT_EQ((Entity{{"version", "own"}, {"_version", 3}}).version(), 3);
  EXPECT_THROW(static_cast<void>(Entity().version()), UsageError);
}

TEST(Entity, EqualityIgnoresOrder) {
  EXPECT_EQ((Entity{{"a", 1}, {"b", 2}}), (Entity{{"b", 2}, {"a", 1}}));
  EXPECT_NE((Entity{{"a", 1}}), (Entity{{"a", 1}, {"b", 2}}));
  EXPECT_NE((Entity{{"a", 1}, {"b", 2}}), (Entity{{"a", 1}, {"c", 2}}));
  EXPECT_NE((Entity{{"a", 1}}), (Entity{{"a", true}}));
}

TEST(Entity, NamesAndValuesMustMatch) {
  const auto names = std::make_shared<const FieldNames>(std::vector<std::string>{"a", "b"});
  EXPECT_THROW(Entity(names, {Value(1)}), UsageError);
  EXPECT_TRUE(Entity(nullptr, {}).empty());
  EXPECT_EQ(Entity(names, {Value(1), Value(2)}).get<int>("b"), 2);
}

TEST(Entity, FromJson) {
  const Entity e(nlohmann::json{{"a", 1}, {"b", {1, 2}}, {"c", nullptr}, {"d", "x"}});
  EXPECT_EQ(e["a"].kind(), Kind::Int64);
  EXPECT_EQ(e["b"].as_text(), "[1,2]");
  EXPECT_TRUE(e["c"].is_null());
  EXPECT_EQ(e["d"].as_text(), "x");
  EXPECT_THROW(Entity{nlohmann::json(1)}, UsageError);
  EXPECT_THROW(Entity{nlohmann::json::array()}, UsageError);
  EXPECT_TRUE(Entity(nlohmann::json::object()).empty());
  const nlohmann::json in_braces = {{"k", 1}};
  EXPECT_EQ(Entity{in_braces}.get<int>("k"), 1);
}

TEST(Entity, FieldByFieldStaysQuick) {
  Entity e;
  for (int i = 0; i < 2'000; ++i) {
    e.set("field" + std::to_string(i), i);
  }
  EXPECT_EQ(e.size(), 2'000U);
  EXPECT_EQ(e.get<int>("field1999"), 1999);
}

}  // namespace
}  // namespace dalia
