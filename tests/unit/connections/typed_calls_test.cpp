// save<T>, get<T> and find<T> against a real database.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dalia/connections/sync_connection.hpp"
#include "dalia/core/error.hpp"
#include "unit/connections/temporary_folder.hpp"

namespace dalia {

struct Country {
  std::int64_t id = 0;
  std::string name;
  Decimal area{"0"};
  std::optional<Instant> joined;
  friend bool operator==(const Country&, const Country&) = default;
};

struct Playlist {
  std::string id;
  std::string title;
  std::vector<std::string> songs;
  friend bool operator==(const Playlist&, const Playlist&) = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Playlist, id, title, songs)

namespace {

class TypedCallsTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  std::unique_ptr<ConnectionManager> db_ = testing::sqlite(folder_.file("x.db"));
  SyncConnectionHandle conn_ = db_->sync_connection();
};

TEST_F(TypedCallsTest, AnAggregateRoundTripsThroughItsColumns) {
  const Country country{276, "Germany", Decimal("357022.5"), std::nullopt};
  EXPECT_EQ(conn_->save(country), country);
  EXPECT_EQ(conn_->get<Country>(276), country);
  const ResultSet rows = conn_->execute("SELECT [name], [area] FROM [country] WHERE [id] = ?", params("276"));
  EXPECT_EQ(rows[0].get<std::string>("name"), "Germany");
  EXPECT_EQ(conn_->get<Country>(1), std::nullopt);
}

TEST_F(TypedCallsTest, AStructWithJsonConversionsGetsAnId) {
  const Playlist saved = conn_->save(Playlist{"", "Morning", {"one", "two"}});
  EXPECT_TRUE(Uuid::parse(saved.id));
  EXPECT_EQ(conn_->get<Playlist>(saved.id), saved);
  EXPECT_EQ(saved.songs, (std::vector<std::string>{"one", "two"}));
}

TEST_F(TypedCallsTest, FindTakesTheWholeQuery) {
  for (int i = 1; i <= 5; ++i) {
    conn_->save(Country{i, "country " + std::to_string(i), Decimal("1"), now()}, save_options().user_id("admin"));
  }
  const std::vector<Country> found = conn_->find<Country>(where("[id] > ?", "2").order_by("[name] DESC").limit(2));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].id, 5);
  EXPECT_EQ(found[1].name, "country 4");
  EXPECT_TRUE(found[1].joined.has_value());
}

TEST_F(TypedCallsTest, SavingIsAMergeWithHistory) {
  Country country{1, "Old", Decimal("1"), std::nullopt};
  conn_->save(country);
  country.name = "New";
  conn_->save(country, save_options().expected_version(1));
  EXPECT_EQ(conn_->get_entity_history("country", 1).size(), 2u);
  EXPECT_THROW(conn_->save(country, save_options().expected_version(1)), VersionConflict);
}

TEST_F(TypedCallsTest, ANullForAFieldThatCannotHoldItIsRefusedByName) {
  conn_->save_entity("country", {{"id", 1}, {"name", nullptr}, {"area", Decimal("1")}, {"joined", nullptr}});
  try {
    static_cast<void>(conn_->get<Country>(1));
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("field 'name' of country"));
  }
}

}  // namespace
}  // namespace dalia
