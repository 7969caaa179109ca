#include "dalia/factory/database_factory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "factory/backend_modules.hpp"

namespace dalia {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string refusal(std::string_view backend) {
  try {
    (void)DatabaseFactory::create_database(backend, DatabaseConfig());
    return "made";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(DatabaseFactory, MakesSqliteByBothNames) {
  DatabaseConfig config;
  config.database = ":memory:";
  EXPECT_EQ(DatabaseFactory::create_database("sqlite", config)->config().backend, "sqlite");
  EXPECT_EQ(DatabaseFactory::create_database("sqlite3", config)->config().backend, "sqlite");
  EXPECT_EQ(DatabaseFactory::create_database(DatabaseConfig::from_url("sqlite::memory:"))->alias(), ":memory:");
}

TEST(DatabaseFactory, SaysWhatWouldBringAMissingBackend) {
  try {
    (void)internal::load_backend("absent");
    FAIL() << "there is no such module";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'absent'"), HasSubstr("the package libdalia-absent"),
                                    HasSubstr("dalia::absent"), HasSubstr("libdalia-absent.so")));
  }
}

TEST(DatabaseFactory, KnowsTheBackendsBesideTheCoreByTheirNames) {
  EXPECT_EQ(internal::backend_module_of("postgres"), "postgres");
  EXPECT_EQ(internal::backend_module_of("postgresql"), "postgres");
  EXPECT_EQ(internal::backend_module_of("mysql"), "mysql");
  EXPECT_EQ(internal::backend_module_of("mariadb"), "mysql");
  EXPECT_EQ(internal::backend_module_of("sqlite"), "");
  EXPECT_EQ(internal::backend_module_of("oracle"), "");
}

TEST(DatabaseFactory, RefusesUnknownNames) {
  EXPECT_THAT(refusal("oracle"), AllOf(HasSubstr("postgres, mysql, sqlite"), HasSubstr("register_backend")));
  EXPECT_THROW((void)DatabaseFactory::create_database(DatabaseConfig()), UsageError);
}

TEST(DatabaseFactory, TakesNewBackends) {
  DatabaseFactory::register_backend("mine", [](DatabaseConfig config) {
    config.database = ":memory:";
    return DatabaseFactory::create_database("sqlite", config);
  });
  EXPECT_THAT(DatabaseFactory::backends(), Contains("mine"));
  EXPECT_NE(DatabaseFactory::create_database("mine", DatabaseConfig()), nullptr);
  const auto create = [](DatabaseConfig) { return std::unique_ptr<ConnectionManager>(); };
  EXPECT_THROW(DatabaseFactory::register_backend("mine", create), UsageError);
  EXPECT_THROW(DatabaseFactory::register_backend("sqlite", create), UsageError);
  EXPECT_THROW(DatabaseFactory::register_backend("", create), UsageError);
  EXPECT_THROW(DatabaseFactory::register_backend("empty", nullptr), UsageError);
}

}  // namespace
}  // namespace dalia
