// Kinds of fields: what is stored, what is returned, what is refused.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"
#include "support/sample_values.hpp"

namespace dalia::test {
namespace {

class EntityTypes : public ContractTest {
 protected:
  std::optional<Kind> kind_of(std::string_view entity, std::string_view field) {
    for (const EntityField& known : conn().get_entity_fields(entity)) {
      if (known.name == field) {
        return known.kind;
      }
    }
    ADD_FAILURE() << "no field " << field;
    return std::nullopt;
  }
};
DALIA_CONTRACT_SUITE(EntityTypes);

TEST_P(EntityTypes, EveryKindComesBackAtItsExtremes) {
  int n = 0;
  for (const Value& value : extreme_values(backend())) {
    const std::string name = "kind_" + std::string(kind_name(value.kind()));
    const std::string id = std::to_string(++n);
    const Entity saved = conn().save_entity(name, {{"id", id}, {"v", value}}, save_options().deserialize());
    EXPECT_EQ(saved["v"], value) << id;
    EXPECT_EQ(saved["v"].kind(), value.kind()) << id;
    EXPECT_EQ(conn().get_entity(name, id, get_options().deserialize())->at("v"), value) << id;
    EXPECT_EQ(conn().get_entity_by_version(name, id, 1, get_options().deserialize())->at("v"), value) << id;
    const Entity stored = *conn().get_entity(name, id);
    EXPECT_EQ(stored["v"].to_text(), value.to_text()) << id;
    EXPECT_EQ(conn().save_entity(name, stored).version(), 1) << "results of deserialize off save unchanged: " << id;
    EXPECT_EQ(conn().save_entity(name, saved).version(), 1) << id;
  }
}

TEST_P(EntityTypes, WithoutDeserializeOnlyNumbersBoolsAndTextsAreNative) {
  for (const Value& value : extreme_values(backend())) {
    const Kind kind = value.kind();
    const bool is_native = kind == Kind::Bool || kind == Kind::Int64 || kind == Kind::Double || kind == Kind::Text;
    const Entity saved = conn().save_entity("kind_" + std::string(kind_name(kind)), {{"v", value}});
    EXPECT_EQ(saved["v"].kind(), is_native ? kind : Kind::Text);
    EXPECT_EQ(saved["created_at"].kind(), Kind::Text);
    EXPECT_EQ(saved["_version"].kind(), Kind::Int64);
  }
}

TEST_P(EntityTypes, CanonicalTextIsAsSettled) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  const Entity stored = conn().save_entity("things", {{"moment", Instant()},
                                                      {"day", Date{year(2024), month(2), day(29)}},
                                                      {"hour", TimeOfDay{std::chrono::microseconds(3'723'000'004)}},
                                                      {"exact", Value::decimal("-0012.500")},
                                                      {"raw", Bytes{std::byte{0xAB}, std::byte{0x01}}},
                                                      {"key", *Uuid::parse("00112233445566778899AABBCCDDEEFF")},
                                                      {"nested", {{"b", 1}, {"a", Value::array(true)}}},
                                                      {"big", UINT64_MAX}});
  EXPECT_EQ(stored["moment"], Value("1970-01-01T00:00:00.000000Z"));
  EXPECT_EQ(stored["day"], Value("2024-02-29"));
  EXPECT_EQ(stored["hour"], Value("01:02:03.000004"));
  EXPECT_EQ(stored["exact"], Value("-12.5"));
  EXPECT_EQ(stored["raw"], Value("ab01"));
  EXPECT_EQ(stored["key"], Value("00112233-4455-6677-8899-aabbccddeeff"));
  EXPECT_EQ(stored["nested"], Value(R"({"a":[true],"b":1})"));
  EXPECT_EQ(stored["big"], Value("18446744073709551615"));
  EXPECT_EQ(kind_of("things", "big"), Kind::Decimal);
}

TEST_P(EntityTypes, CanonicalTextIsStoredAsTheKindOfItsColumn) {
  conn().save_entity("things", {{"id", "a"},
                                {"moment", now()},
                                {"exact", Value::decimal("1")},
                                {"raw", Bytes{}},
                                {"key", Uuid::v7()},
                                {"nested", Value::array()}});
  const Entity saved = conn().save_entity("things",
                                          {{"id", "a"},
                                           {"moment", "2024-02-29T12:00:00+02:00"},
                                           {"exact", "2.50"},
                                           {"raw", "00ff"},
                                           {"key", "00112233-4455-6677-8899-aabbccddeeff"},
                                           {"nested", R"({"x":1})"}},
                                          save_options().deserialize());
  EXPECT_EQ(saved["moment"], Value(*instant_from("2024-02-29T10:00:00Z")));
  EXPECT_EQ(saved["exact"], Value::decimal("2.5"));
  EXPECT_EQ(saved["raw"], Value(Bytes{std::byte{0}, std::byte{255}}));
  EXPECT_EQ(saved["key"], Value(*Uuid::parse("00112233445566778899aabbccddeeff")));
  EXPECT_EQ(saved["nested"], Value::json(R"({"x":1})"));
}

TEST_P(EntityTypes, KindsNeverComeFromTheContentOfTexts) {
  conn().save_entity("things", {{"id", "a"}, {"zip", "0123"}, {"flag", "true"}, {"day", "2024-01-01"}});
  for (const std::string field : {"zip", "flag", "day"}) {
    EXPECT_EQ(kind_of("things", field), Kind::Text);
  }
  EXPECT_EQ(conn().get_entity("things", "a", get_options().deserialize())->at("zip"), Value("0123"));
  EXPECT_THROW(conn().save_entity("things", {{"id", "a"}, {"zip", 123}}), TypeConflict);
}

TEST_P(EntityTypes, AFieldFirstSeenAsNullHasNoKindYet) {
  const Entity saved = conn().save_entity("things", {{"id", "a"}, {"later", nullptr}, {"n", 1}});
  EXPECT_TRUE(saved.contains("later"));
  EXPECT_TRUE(saved["later"].is_null());
  EXPECT_EQ(kind_of("things", "later"), std::nullopt);
  EXPECT_EQ(conn().save_entity("things", {{"id", "a"}, {"later", nullptr}}).version(), 1);
  EXPECT_TRUE(conn().find_entities("things", where("[later] = ?", 5)).empty());
  EXPECT_EQ(conn().find_entities("things", where("later IS NULL").order_by("later DESC")).size(), 1U);
  const Entity typed = conn().save_entity("things", {{"id", "a"}, {"later", 5}});
  EXPECT_EQ(typed.get<int>("later"), 5);
  EXPECT_EQ(typed.version(), 2);
  EXPECT_EQ(kind_of("things", "later"), Kind::Int64);
  EXPECT_EQ(conn().find_entities("things", where("[later] = ?", 5)).size(), 1U);
  EXPECT_TRUE(conn().get_entity_by_version("things", "a", 1)->at("later").is_null());
}

TEST_P(EntityTypes, WideningAProducedKindChangesNoStoredValue) {
  conn().save_entity("things", {{"id", "a"}, {"n", 1}, {"m", INT64_MIN}});
  conn().save_entity("things", {{"id", "b"}, {"n", 2.5}, {"m", Value::decimal("0.25")}});
  EXPECT_EQ(kind_of("things", "n"), Kind::Double);
  EXPECT_EQ(kind_of("things", "m"), Kind::Decimal);
  const Entity a = *conn().get_entity("things", "a", get_options().deserialize());
  EXPECT_EQ(a["n"], Value(1.0));
  EXPECT_EQ(a["m"], Value::decimal("-9223372036854775808"));
  EXPECT_EQ(a.version(), 1);
  const Entity old = *conn().get_entity_by_version("things", "a", 1, get_options().deserialize());
  EXPECT_EQ(old["n"], Value(1.0));
  EXPECT_EQ(old["m"], Value::decimal("-9223372036854775808"));
  EXPECT_EQ(conn().save_entity("things", {{"id", "a"}, {"n", 1}, {"m", INT64_MIN}}).version(), 1);
  EXPECT_EQ(conn().save_entity("things", {{"id", "a"}, {"n", 3}, {"m", 4}}).version(), 2);
}

TEST_P(EntityTypes, AWidenedColumnTakesEveryValueOfItsKind) {
  conn().save_entity("things", {{"id", "a"}, {"n", 1}, {"m", 1}});
  conn().save_entity("things", {{"id", "b"}, {"n", 0.5}, {"m", Value::decimal("0.5")}});
  for (const double value : {0x1p60, 0x1p63, -0x1p63, 1e300, 5e-324, 1e15, 9007199254740994.0, 0.1, -0.5}) {
    const Entity saved = conn().save_entity("things", {{"id", "c"}, {"n", value}});
    EXPECT_EQ(saved["n"], Value(value));
    EXPECT_EQ(conn().get_entity("things", "c")->at("n"), Value(value));
  }
  for (const std::string value : {"9007199254740993", "18446744073709551616", "1", "0.1", "-5"}) {
    const Entity saved =
        conn().save_entity("things", {{"id", "c"}, {"m", Value::decimal(value)}}, save_options().deserialize());
    EXPECT_EQ(saved["m"], Value::decimal(value));
  }
  EXPECT_EQ(conn().find_entities("things", where("[m] > ?", Value::decimal("-10")).order_by("m DESC")).front().id(),
            "a");
}

TEST_P(EntityTypes, WidensOnlyWithoutLoss) {
  conn().save_entity("things", {{"id", "a"}, {"n", (std::int64_t{1} << 53) + 1}, {"ok", std::int64_t{1} << 53}});
  EXPECT_THROW(conn().save_entity("things", {{"id", "b"}, {"n", 0.5}}), TypeConflict);
  EXPECT_EQ(kind_of("things", "n"), Kind::Int64);
  conn().save_entity("things", {{"id", "b"}, {"ok", 0.5}});
  EXPECT_EQ(conn().get_entity("things", "a")->at("ok"), Value(0x1p53));
  // Only the history holds the large integer.
  conn().save_entity("others", {{"id", "a"}, {"n", INT64_MAX}});
  conn().save_entity("others", {{"id", "a"}, {"n", 1}});
  EXPECT_THROW(conn().save_entity("others", {{"id", "a"}, {"n", 0.5}}), TypeConflict);
  EXPECT_EQ(conn().save_entity("others", {{"id", "a"}, {"n", Value::decimal("0.5")}}).version(), 3);
  EXPECT_EQ(conn().get_entity_by_version("others", "a", 1)->at("n"), Value("9223372036854775807"));
}

TEST_P(EntityTypes, RefusesWhatDoesNotFit) {
  const Instant moment = now();
  conn().save_entity("things", {{"id", "a"},
                                {"whole", 1},
                                {"real", 1.5},
                                {"exact", Value::decimal("1.5")},
                                {"flag", true},
                                {"words", "x"},
                                {"raw", Bytes{std::byte{1}}},
                                {"moment", moment},
                                {"nested", Value::array(1)},
                                {"key", Uuid::v7()}});
  const Entity before = *conn().get_entity("things", "a");
  const std::string tables = catalogue();
  const std::pair<const char*, Value> refused[] = {
      {"whole", "1"},
      {"whole", true},
      {"whole", moment},
      {"whole", Value::array(1)},
      {"real", "x"},
      {"real", true},
      {"real", (std::int64_t{1} << 53) + 1},
      {"real", Value::decimal("0.1")},
      {"exact", 0.5},
      {"exact", "1e5"},
      {"exact", true},
      {"flag", 1},
      {"flag", 0.0},
      {"flag", "true"},
      {"words", 1},
      {"words", 1.5},
      {"words", true},
      {"words", moment},
      {"words", Value::array(1)},
      {"raw", "abc"},
      {"raw", "xx"},
      {"raw", 1},
      {"moment", "today"},
      {"moment", 1},
      {"moment", "2024-13-01T00:00:00Z"},
      {"nested", "x"},
      {"nested", "5"},
      {"nested", 5},
      {"nested", "{\"a\":"},
      {"key", "x"},
      {"key", 5},
  };
  for (const auto& [field, value] : refused) {
    Entity input{{"id", "a"}};
    input.set(field, value);
    input.set("fresh", 1);
    const auto conflict = expect_error<TypeConflict>([&] { conn().save_entity("things", input); });
    ASSERT_TRUE(conflict) << field << " " << to_string(value.ref());
    EXPECT_EQ(conflict->field(), field);
    EXPECT_EQ(conflict->value_kind(), kind_name(value.kind()));
    EXPECT_EQ(conflict->entity(), "things");
    EXPECT_THAT(std::string(conflict->what()), testing::HasSubstr(field));
  }
  EXPECT_EQ(catalogue(), tables);
  EXPECT_EQ(conn().get_entity("things", "a"), before);
}

TEST_P(EntityTypes, FitsNumbersThatLoseNothing) {
  conn().save_entity("things", {{"id", "a"}, {"whole", 1}, {"real", 1.5}, {"exact", Value::decimal("1.5")}});
  const Entity saved = conn().save_entity("things", {{"id", "a"}, {"whole", 5.0}, {"real", 7}, {"exact", 8}},
                                          save_options().deserialize());
  EXPECT_EQ(saved["whole"], Value(5));
  EXPECT_EQ(saved["real"], Value(7.0));
  EXPECT_EQ(saved["exact"], Value::decimal("8"));
  EXPECT_EQ(kind_of("things", "whole"), Kind::Int64);
  EXPECT_EQ(conn().save_entity("things", {{"id", "a"}, {"whole", Value::decimal("9")}}).get<int>("whole"), 9);
}

TEST_P(EntityTypes, RefusesWhatNoEngineCanHoldAndChangesNoTable) {
  conn().save_entity("things", {{"id", "a"}, {"n", 1}});
  const std::string tables = catalogue();
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Value& value : {Value(nan), Value(infinity), Value(-infinity), Value(std::string_view("a\0b", 3))}) {
    EXPECT_THROW(conn().save_entity("things", {{"id", "a"}, {"fresh", value}}), Error) << to_string(value.ref());
    EXPECT_THROW(conn().save_entity("things", {{"id", "a"}, {"n", value}}), Error) << to_string(value.ref());
    EXPECT_THROW(conn().save_entity("unheard_of", {{"id", "a"}, {"n", value}}), Error) << to_string(value.ref());
  }
  EXPECT_EQ(catalogue(), tables);
  EXPECT_EQ(kind_of("things", "n"), Kind::Int64);
  EXPECT_EQ(conn().get_entity("things", "a")->version(), 1);
}

TEST_P(EntityTypes, TheSignOfZero) {
  const Entity saved = conn().save_entity("things", {{"id", "a"}, {"n", -0.0}});
  const Entity read = *conn().get_entity("things", "a");
  EXPECT_EQ(saved.get<double>("n"), 0.0);
  EXPECT_EQ(std::signbit(saved.get<double>("n")), backend().has(Ability::SignOfZero));
  EXPECT_EQ(std::signbit(read.get<double>("n")), backend().has(Ability::SignOfZero));
  EXPECT_EQ(conn().save_entity("things", saved).version(), 1);
}

/// Also where the engine takes another value for the same, or stores it otherwise.
TEST_P(EntityTypes, ASaveGivesBackWhatIsStoredThen) {
  const auto save = [&](const Entity& entity) {
    const Entity saved = conn().save_entity("things", entity, save_options().deserialize());
    const Entity stored = *conn().get_entity("things", "a", get_options().deserialize());
    ASSERT_EQ(saved, stored);
    for (const std::string_view field : {"n", "d", "j", "t"}) {
      EXPECT_EQ(saved[field].to_text(), stored[field].to_text()) << field << " of version " << saved.version();
    }
  };
  const Value json = Value::json(R"({"z": [-0.0, 1.50, 1e20], "ä": {}, "aa": null})");
  save({{"id", "a"}, {"n", -0.0}, {"d", Value::decimal("-7.50")}, {"j", json}, {"t", "x"}});
  save({{"id", "a"}, {"n", 0.0}});
  save({{"id", "a"}, {"n", -0.0}, {"j", json}, {"d", Value::decimal("-7.5")}});
  save({{"id", "a"}, {"t", "y"}});
  save({{"id", "a"}, {"t", "y"}, {"n", 0.0}});
  save({{"id", "a"}, {"t", "z"}, {"n", 0.0}});
  save({{"id", "a"}, {"t", "z"}, {"n", -0.0}});
  save({{"id", "a"}, {"t", "w"}, {"n", -0.0}, {"j", json}});
  save({{"id", "a"}, {"t", nullptr}, {"n", nullptr}, {"j", nullptr}, {"d", nullptr}});
}

TEST_P(EntityTypes, TextsKeepEveryCharacter) {
  for (const std::string& text : unicode_texts()) {
    const Entity saved = conn().save_entity("texts", {{"v", text}, {"nested", Value::array(text)}});
    const Entity read = *conn().get_entity("texts", saved.id(), get_options().deserialize());
    EXPECT_EQ(read["v"], Value(text));
    EXPECT_EQ(read["nested"], Value::array(text));
    EXPECT_EQ(conn().count_entities("texts", where("[v] = ?", text)), 1) << text;
  }
}

TEST_P(EntityTypes, EmptyIsNotNull) {
  const Entity saved =
      conn().save_entity("things", {{"t", ""}, {"b", Bytes{}}, {"j", Value::json("{}")}}, save_options().deserialize());
  EXPECT_EQ(saved["t"], Value(""));
  EXPECT_EQ(saved["b"], Value(Bytes{}));
  EXPECT_EQ(saved["j"], Value::json("{}"));
  EXPECT_EQ(conn().count_entities("things", where("[t] IS NULL OR [b] IS NULL OR [j] IS NULL")), 0);
}

TEST_P(EntityTypes, SixteenMegabytesInOneValue) {
  std::string text(std::size_t{16} << 20, 'x');
  text.replace(5, 4, "\xf0\x9f\x98\x80");
  const Value raw(Bytes(std::size_t{16} << 20, std::byte{7}));
  const Entity saved = conn().save_entity("big", {{"id", "a"}, {"t", text}, {"b", raw}}, save_options().deserialize());
  EXPECT_TRUE(saved["t"] == Value(text));
  EXPECT_TRUE(saved["b"] == raw);
  const Entity old = *conn().get_entity_by_version("big", "a", 1, get_options().deserialize());
  EXPECT_TRUE(old["t"] == Value(text));
  EXPECT_TRUE(old["b"] == raw);
  EXPECT_EQ(conn().save_entity("big", {{"id", "a"}, {"t", text}}).version(), 1);
}

TEST_P(EntityTypes, ComparesDecimalsAndMomentsByValue) {
  for (const std::string value : {"-10.5", "-9", "0", "2", "10", "100.25", "1000000000000000000000000000000.1"}) {
    conn().save_entity("things", {{"d", Value::decimal(value)}});
  }
  std::vector<std::string> order;
  for (const Entity& one : conn().find_entities("things", entity_query().order_by("[d]"))) {
    order.push_back(one.get<std::string>("d"));
  }
  EXPECT_THAT(order,
              testing::ElementsAre("-10.5", "-9", "0", "2", "10", "100.25", "1000000000000000000000000000000.1"));
  EXPECT_EQ(conn().count_entities("things", where("[d] > ?", 9)), 3);
  EXPECT_EQ(conn().count_entities("things", where("[d] > ?", Value::decimal("9.99"))), 3);
  EXPECT_EQ(conn().count_entities("things", where("[d] > ?", "9.99")), 3) << "canonical text compares as the kind";
  EXPECT_EQ(conn().count_entities("things", where("? < [d]", Value::decimal("9.99"))), 3);
  EXPECT_EQ(conn().count_entities("things", where("[d] BETWEEN ? AND ?", "-9", "2")), 3);
  EXPECT_EQ(conn().count_entities("things", where("[d] IN (?, ?)", "10", Value::decimal("-10.50"))), 2);

  const Instant moment = *instant_from("2024-06-01T00:00:00Z");
  conn().save_entity("events", {{"at", moment}});
  conn().save_entity("events", {{"at", moment + std::chrono::microseconds(1)}});
  EXPECT_EQ(conn().count_entities("events", where("[at] > ?", moment)), 1);
  EXPECT_EQ(conn().count_entities("events", where("[at] = ?", "2024-06-01T00:00:00.000000Z")), 1);
}

}  // namespace
}  // namespace dalia::test
