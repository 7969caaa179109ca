// Values of an application's own types in fields.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

struct Money {
  std::int64_t cents = 0;
  std::string currency;
  friend bool operator==(const Money&, const Money&) = default;
};
struct Colour {
  std::string name;
};

void register_money(ConnectionManager& manager) {
  manager.serializers().add<Money>(
      "money", [](const Money& money) { return Value::array(money.cents, money.currency); },
      [](const Value& value) {
        const std::string text = value.to_text();
        const std::size_t comma = text.find(',');
        return Money{std::stoll(text.substr(1, comma - 1)), text.substr(comma + 2, text.size() - comma - 4)};
      });
}

class Serializers : public ContractTest {};
DALIA_CONTRACT_SUITE(Serializers);

TEST_P(Serializers, RoundTrip) {
  register_money(manager());
  const Money price{1250, "EUR"};
  const Value stored = manager().serializers().serialize(price);
  EXPECT_EQ(stored.type_name(), "money");
  conn().save_entity("items", {{"id", "a"}, {"price", stored}});
  const Entity typed = *conn().get_entity("items", "a", get_options().deserialize());
  EXPECT_EQ(typed["price"].type_name(), "money");
  EXPECT_EQ(manager().serializers().deserialize<Money>(typed["price"]), price);
  const std::vector<EntityField> fields = conn().get_entity_fields("items");
  EXPECT_EQ(fields.at(0).serializer, "money");
  EXPECT_EQ(fields.at(0).kind, Kind::Json);
  // Results, typed or not, save unchanged.
  EXPECT_EQ(conn().save_entity("items", typed).version(), 1);
  EXPECT_EQ(conn().save_entity("items", *conn().get_entity("items", "a")).version(), 1);
}

TEST_P(Serializers, AnUnknownNameOnReadIsAnError) {
  DALIA_REQUIRES(SeveralManagers);
  register_money(manager());
  conn().save_entity("items", {{"id", "a"}, {"price", manager().serializers().serialize(Money{1, "EUR"})}});
  const auto other_manager = open_manager();
  const auto other = connect(*other_manager);
  EXPECT_EQ(other->get_entity("items", "a")->at("price"), Value("[1,\"EUR\"]"));
  const auto error = expect_error<EntityError>([&] { other->get_entity("items", "a", get_options().deserialize()); });
  ASSERT_TRUE(error);
  EXPECT_THAT(std::string(error->what()), testing::HasSubstr("money"));
  EXPECT_THROW(other->find_entities("items", entity_query().deserialize()), EntityError);
  other->save_entity("items", {{"id", "b"}, {"price", nullptr}});
  EXPECT_TRUE(other->get_entity("items", "b", get_options().deserialize())->at("price").is_null());
  EXPECT_THROW(other->get_entity_history("items", "a", get_options().deserialize()), EntityError);
  register_money(*other_manager);
  EXPECT_EQ(other->get_entity("items", "a", get_options().deserialize())->at("price").type_name(), "money");
}

TEST_P(Serializers, AFieldTakesOneType) {
  register_money(manager());
  manager().serializers().add<Colour>(
      "colour", [](const Colour& colour) { return Value(colour.name); },
      [](const Value& value) { return Colour{value.to_text()}; });
  conn().save_entity("items", {{"id", "a"}, {"price", manager().serializers().serialize(Money{1, "EUR"})}, {"t", "x"}});
  const Value red = manager().serializers().serialize(Colour{"red"});
  const auto conflict = expect_error<TypeConflict>([&] { conn().save_entity("items", {{"id", "a"}, {"price", red}}); });
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->column_kind(), "money");
  EXPECT_EQ(conflict->value_kind(), "colour");
  EXPECT_THROW(conn().save_entity("items", {{"id", "a"}, {"t", red}}), TypeConflict);
  EXPECT_EQ(conn().save_entity("items", {{"id", "a"}, {"price", nullptr}}).version(), 2);
}

TEST_P(Serializers, NamesAndTypesAreTakenOnce) {
  register_money(manager());
  EXPECT_THROW(register_money(manager()), UsageError);
  EXPECT_THROW(static_cast<void>(manager().serializers().serialize(Colour{"red"})), UsageError);
  EXPECT_THROW(manager().serializers().add<Colour>(
                   "json", [](const Colour&) { return Value("x"); }, [](const Value&) { return Colour(); }),
               UsageError);
}

TEST_P(Serializers, ASerializerThatThrowsStopsTheSave) {
  manager().serializers().add<Colour>(
      "colour", [](const Colour&) -> Value { throw std::runtime_error("no colour"); },
      [](const Value&) { return Colour(); });
  EXPECT_THROW(conn().save_entity("items", {{"c", manager().serializers().serialize(Colour{"x"})}}),
               std::runtime_error);
  EXPECT_TRUE(conn().get_entity_names().empty());
}

}  // namespace
}  // namespace dalia::test
