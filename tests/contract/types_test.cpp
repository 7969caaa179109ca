// Values through execute: bound, stored and read as they are.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"
#include "support/sample_values.hpp"

namespace dalia::test {
namespace {

class Types : public ContractTest {};
DALIA_CONTRACT_SUITE(Types);

/// The entity API gives a column of the right type on every engine.
TEST_P(Types, EveryKindComesBackFromAColumnOfItsKind) {
  for (const Value& value : extreme_values(backend())) {
    const std::string name = "kind_" + std::string(kind_name(value.kind()));
    conn().ensure_entity_schema(name, {{"v", value}});
    conn().save_entity(name, {{"id", "a"}, {"v", nullptr}});
    conn().execute("UPDATE [" + name + "] SET [v] = ? WHERE [id] = 'a'", params(value));
    const ResultSet rows = conn().execute("SELECT [v] FROM [" + name + "]");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(Value(rows[0][std::size_t{0}]), value);
    EXPECT_EQ(rows[0][std::size_t{0}].kind(), value.kind());
    EXPECT_EQ(number("SELECT count(*) FROM [" + name + "] WHERE [v] = ?", params(value)), 1) << to_string(value.ref());
  }
}

TEST_P(Types, NullIsNoValue) {
  const ResultSet rows = conn().execute("SELECT ? AS [a], ? AS [b]", params(nullptr, ""));
  EXPECT_TRUE(rows[0]["a"].is_null());
  EXPECT_FALSE(rows[0]["b"].is_null());
  EXPECT_EQ(rows[0].get<std::string>("b"), "");
  EXPECT_THROW(static_cast<void>(rows[0].get<std::string>("a")), UsageError);
}

TEST_P(Types, RefusesWhatCannotBeStored) {
  using Limits = std::numeric_limits<double>;
  for (const double value : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
    if (!backend().has(Ability::NonFiniteDoubles)) {
      EXPECT_THROW(conn().execute("SELECT ?", params(value)), Error);
    }
  }
  EXPECT_THROW(conn().execute("SELECT ?", params(std::string_view("a\0b", 3))), Error);
  EXPECT_EQ(number("SELECT 1"), 1);
}

TEST_P(Types, BytesMayHoldNul) {
  conn().ensure_entity_schema("raws", {{"v", Bytes{}}});
  conn().save_entity("raws", {{"v", Bytes{std::byte{0}, std::byte{1}, std::byte{0}}}});
  EXPECT_EQ(conn().execute("SELECT [v] FROM [raws]").front().get<Bytes>(0).size(), 3U);
}

TEST_P(Types, SixteenMegabytes) {
  const std::string text(std::size_t{16} << 20, 'y');
  conn().ensure_entity_schema("raws", {{"t", ""}, {"b", Bytes{}}});
  conn().save_entity("raws", {{"t", text}, {"b", Bytes(text.size(), std::byte{0})}});
  const ResultSet rows = conn().execute("SELECT [t], [b] FROM [raws]");
  EXPECT_TRUE(rows[0].get<std::string_view>("t") == text);
  EXPECT_EQ(rows[0].get<Bytes>("b").size(), text.size());
}

TEST_P(Types, Expressions) {
  const ResultSet rows = conn().execute("SELECT 1 + 1 AS [n], 'a' || 'b' AS [t], 1.5 * 2 AS [d]");
  EXPECT_EQ(rows[0].get<int>("n"), 2);
  EXPECT_EQ(rows[0].get<std::string>("t"), "ab");
  EXPECT_EQ(rows[0].get<double>("d"), 3.0);
}

}  // namespace
}  // namespace dalia::test
