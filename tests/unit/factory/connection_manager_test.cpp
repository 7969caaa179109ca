#include "dalia/factory/connection_manager.hpp"

#include <gtest/gtest.h>

#include "unit/connections/temporary_folder.hpp"

namespace dalia {
namespace {

TEST(ConnectionManager, CachesOneConnection) {
  const auto db = testing::sqlite(":memory:");
  SyncConnection& conn = db->get_sync_connection();
  EXPECT_EQ(&db->get_sync_connection(), &conn);
  EXPECT_EQ(conn.execute("SELECT 1")[0].get<int>(0), 1);
  db->release_sync_connection();
  EXPECT_EQ(db->get_sync_connection().execute("SELECT 2")[0].get<int>(0), 2);
}

TEST(ConnectionManager, ReplacesAConnectionThatIsClosed) {
  const auto db = testing::sqlite(":memory:");
  db->get_sync_connection().close();
  EXPECT_TRUE(db->get_sync_connection().is_usable());
}

TEST(ConnectionManager, KnowsItsConfiguration) {
  DatabaseConfig config;
  config.database = ":memory:";
  config.alias = "main";
  const auto db = DatabaseFactory::create_database("sqlite", config);
  EXPECT_EQ(db->alias(), "main");
  EXPECT_EQ(db->hash(), db->config().hash());
  EXPECT_EQ(db->sql_generator().dialect(), "sqlite");
  EXPECT_FALSE(db->is_environment_async());
}

}  // namespace
}  // namespace dalia
