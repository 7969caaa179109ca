#include "dalia/entity/typed_entity.hpp"

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/errors.hpp"

namespace dalia::test {

using testing::ElementsAre;
using testing::HasSubstr;

struct EveryKind {
  std::string id;
  bool flag = false;
  std::int64_t whole = 0;
  int small = 0;
  double fraction = 0;
  Decimal price{"0"};
  std::string text;
  Bytes raw;
  Date day{};
  TimeOfDay clock{};
  Instant moment{};
  Uuid uuid;
  nlohmann::json nested;
  Value anything;
  std::optional<int> perhaps;
  std::optional<std::string> note;
  friend bool operator==(const EveryKind&, const EveryKind&) = default;
};

struct TwentyFour {
  int a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9, a10 = 10, a11 = 11, a12 = 12;
  int a13 = 13, a14 = 14, a15 = 15, a16 = 16, a17 = 17, a18 = 18, a19 = 19, a20 = 20, a21 = 21, a22 = 22, a23 = 23;
  int a24 = 24;
  friend bool operator==(const TwentyFour&, const TwentyFour&) = default;
};

struct OneField {
  int only = 0;
};

struct Numbered {
  std::int32_t id = 0;
  std::string name;
};

struct HTTPServerLog {
  static constexpr auto entity_name = "requests";
  int status = 0;
};

struct Renamed {
  int status = 0;
};

struct Person {
  std::string id;
  std::string name;
  int age = 0;
  std::vector<std::string> tags;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Person, id, name, age, tags)

}  // namespace dalia::test

template <>
struct dalia::EntityTraits<dalia::test::Renamed> {
  static std::string name() { return "chosen"; }
};

namespace dalia::test {
namespace {

template <class Work>
std::string message_of(Work work) {
  const std::optional<UsageError> error = expect_error<UsageError>(work);
  return error ? error->what() : "";
}

std::vector<std::string> names_of(const Entity& entity) {
  std::vector<std::string> names;
  for (const auto [name, value] : entity) {
    names.emplace_back(name);
  }
  return names;
}

EveryKind sample() {
  using namespace std::chrono_literals;
  EveryKind all;
  all.id = "x";
  all.flag = true;
  all.whole = std::numeric_limits<std::int64_t>::min();
  all.small = -7;
  all.fraction = 0.1;
  all.price = Decimal("12.50");
  all.text = "Ünïcode";
  all.raw = {std::byte{0}, std::byte{255}};
  all.day = 2024y / 2 / 29;
  all.clock = TimeOfDay{3661s};
  all.moment = Instant(1'700'000'000'123'456us);
  all.uuid = *Uuid::parse("0190a5b0-0000-7000-8000-000000000001");
  all.nested = nlohmann::json::parse(R"({"a":[1,2]})");
  all.anything = 1.5;
  return all;
}

TEST(TypedEntity, TheFieldsOfAnAggregateBecomeFieldsOfTheEntity) {
  const Entity entity = to_entity(Numbered{7, "Ann"});
  EXPECT_THAT(names_of(entity), ElementsAre("id", "name"));
  EXPECT_EQ(entity["id"].get<std::int64_t>(), 7);
  EXPECT_EQ(entity["name"].get<std::string>(), "Ann");
  EXPECT_THAT(names_of(to_entity(OneField{1})), ElementsAre("only"));
}

TEST(TypedEntity, EveryKindRoundTrips) {
  const EveryKind all = sample();
  const Entity entity = to_entity(all);
  EXPECT_EQ(entity["price"].kind(), Kind::Decimal);
  EXPECT_EQ(entity["moment"].kind(), Kind::Instant);
  EXPECT_TRUE(entity["perhaps"].is_null());
  EXPECT_EQ(from_entity<EveryKind>(entity), all);
  EveryKind given = all;
  given.perhaps = 5;
  given.note = "seen";
  EXPECT_EQ(from_entity<EveryKind>(to_entity(given)), given);
}

TEST(TypedEntity, TwentyFourFieldsInTheirOrder) {
  const TwentyFour all;
  const Entity entity = to_entity(all);
  ASSERT_EQ(entity.size(), 24u);
  for (int i = 1; i <= 24; ++i) {
    EXPECT_EQ(entity["a" + std::to_string(i)].get<int>(), i);
  }
  EXPECT_EQ(from_entity<TwentyFour>(entity), all);
}

TEST(TypedEntity, NamesOfEntities) {
  EXPECT_EQ(EntityTraits<Numbered>::name(), "numbered");
  EXPECT_EQ(EntityTraits<EveryKind>::name(), "every_kind");
  EXPECT_EQ(EntityTraits<HTTPServerLog>::name(), "requests");
  EXPECT_EQ(EntityTraits<Renamed>::name(), "chosen");
  EXPECT_EQ(internal::snake_case("HTTPServerLog"), "http_server_log");
  EXPECT_EQ(internal::snake_case("UserID"), "user_id");
  EXPECT_EQ(internal::snake_case("already_snake"), "already_snake");
  EXPECT_EQ(internal::snake_case("Odd_Name"), "odd_name");
}

TEST(TypedEntity, AnEmptyIdIsLeftOutSoThatOneIsMade) {
  EveryKind unsaved = sample();
  unsaved.id.clear();
  EXPECT_FALSE(to_entity(unsaved).contains("id"));
  EXPECT_FALSE(to_entity(Person{}).contains("id"));
  EXPECT_EQ(to_entity(Person{"p", "Ann", 3, {}}).id(), "p");
}

TEST(TypedEntity, AnIntegerIdComesBackFromItsDigits) {
  EXPECT_EQ(from_entity<Numbered>(entity("id", "7", "name", "Ann")).id, 7);
  EXPECT_EQ(from_entity<Numbered>(entity("id", 7, "name", "Ann")).id, 7);
  for (const char* bad : {"seven", "7.0", "", "99999999999", "7 "}) {
    EXPECT_THAT(message_of([&] { static_cast<void>(from_entity<Numbered>(entity("id", bad, "name", "Ann"))); }),
                HasSubstr("field 'id' of numbered"))
        << bad;
  }
}

TEST(TypedEntity, ErrorsNameTheFieldAndTheEntity) {
  EXPECT_THAT(message_of([] { static_cast<void>(from_entity<Numbered>(entity("id", 1, "name", nullptr))); }),
              HasSubstr("field 'name' of numbered"));
  EXPECT_THAT(message_of([] { static_cast<void>(from_entity<Numbered>(entity("id", 1))); }),
              HasSubstr("field 'name' of numbered"));
  EXPECT_THAT(message_of([] { static_cast<void>(from_entity<Renamed>(entity("status", "secret"))); }),
              testing::AllOf(HasSubstr("field 'status' of chosen"), testing::Not(HasSubstr("secret"))));
}

TEST(TypedEntity, FieldsThatTheStructDoesNotHaveAreLeftOut) {
  EXPECT_EQ(from_entity<Renamed>(entity("status", 4, "more", "x", "_version", 3)).status, 4);
}

TEST(TypedEntity, StructsWithJsonConversions) {
  const Person ann{"p", "Ann", 30, {"a", "b"}};
  const Entity entity = to_entity(ann);
  EXPECT_EQ(entity["tags"].kind(), Kind::Json);
  const Person back = from_entity<Person>(entity);
  EXPECT_EQ(back.name, "Ann");
  EXPECT_EQ(back.tags, ann.tags);
}

TEST(TypedEntity, AFailingJsonConversionIsAUsageError) {
  EXPECT_THAT(message_of([] { static_cast<void>(from_entity<Person>(entity("id", "p", "name", "Ann"))); }),
              testing::AllOf(HasSubstr("person"), HasSubstr("age")));
  EXPECT_THAT(message_of([] {
                static_cast<void>(
                    from_entity<Person>(entity("id", "p", "name", "Ann", "age", "secret", "tags", Value::array())));
              }),
              testing::AllOf(HasSubstr("person"), testing::Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace dalia::test
