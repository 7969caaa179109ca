#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dalia/core/database_config.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using namespace std::chrono_literals;

std::string refusal(const std::string& url) {
  try {
    static_cast<void>(DatabaseConfig::from_url(url));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(DatabaseUrl, SqlitePaths) {
  const auto path = [](const char* url) { return DatabaseConfig::from_url(url).database; };
  EXPECT_EQ(path("sqlite:app.db"), "app.db");
  EXPECT_EQ(path("sqlite3:app.db"), "app.db");
  EXPECT_EQ(path("sqlite:dir/app.db?mode=ro"), "dir/app.db");
  EXPECT_EQ(path("sqlite:/abs/app.db"), "/abs/app.db");
  EXPECT_EQ(path("sqlite:///abs/app.db"), "/abs/app.db");
  EXPECT_EQ(path("sqlite://app.db"), "app.db");
  EXPECT_EQ(path("sqlite::memory:"), ":memory:");
  EXPECT_EQ(path("sqlite:a%20b%3F.db"), "a b?.db");
  EXPECT_EQ(path("sqlite:a b@c#d.db"), "a b@c#d.db");
  EXPECT_EQ(path("sqlite:\xC3\xA9.db"), "\xC3\xA9.db");
  EXPECT_EQ(DatabaseConfig::from_url("sqlite3:app.db").backend, "sqlite");
  for (const char* mode : {"ro", "rw", "rwc"}) {
    EXPECT_EQ(DatabaseConfig::from_url(std::string("sqlite:a?mode=") + mode).options.at("mode"), mode);
  }
  EXPECT_EQ(refusal("sqlite:a?mode=memory"), "bad mode in the URL: it is ro, rw or rwc");
  for (const char* url : {"sqlite:", "sqlite://", "sqlite:?mode=ro"}) {
    EXPECT_EQ(refusal(url).substr(0, 22), "the URL names no file:") << url;
  }
}

TEST(DatabaseUrl, ServerUrls) {
  const auto config =
      DatabaseConfig::from_url("postgres://us%40er:p%3Ass@db.example.org:5433/my%20db?sslmode=require&x=");
  EXPECT_EQ(config.backend, "postgres");
  EXPECT_EQ(config.user, "us@er");
  EXPECT_EQ(config.password, "p:ss");
  EXPECT_EQ(config.host, "db.example.org");
  EXPECT_EQ(config.port, 5433);
  EXPECT_EQ(config.database, "my db");
  EXPECT_EQ(config.options, (std::map<std::string, std::string>{{"sslmode", "require"}, {"x", ""}}));

  EXPECT_EQ(DatabaseConfig::from_url("postgresql://h/d").backend, "postgres");
  EXPECT_EQ(DatabaseConfig::from_url("mariadb://h/d").backend, "mysql");
  EXPECT_EQ(DatabaseConfig::from_url("oracle+x://h/d").backend, "oracle+x");
  EXPECT_EQ(DatabaseConfig::from_url("mysql:///d").host, "localhost");
  EXPECT_EQ(DatabaseConfig::from_url("mysql://h").database, "");
  EXPECT_EQ(DatabaseConfig::from_url("mysql://h/").port, 0);
  EXPECT_EQ(DatabaseConfig::from_url("postgres://[::1]:5432/d").host, "::1");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://[fe80::1%25eth0]/d").host, "fe80::1%eth0");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://a,b/d").host, "a,b");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://a:1,b:2/d").host, "a:1,b:2");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://%2Fvar%2Frun/d").host, "/var/run");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://u:p@w@h/d").password, "p@w");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://u:p#w:@h/d").password, "p#w:");
  EXPECT_EQ(DatabaseConfig::from_url("postgres://u:@h/d").password, "");
}

TEST(DatabaseUrl, SettingsOfDalia) {
  const auto config = DatabaseConfig::from_url(
      "mysql://h/d?acquire_timeout=1&query_timeout=2.5&connect_timeout=0.001&pool_creation_timeout=7&schema=frozen"
      "&alias=main&env=test&statement_cache_size=5&password=hunter2&&charset=utf8mb4");
  EXPECT_EQ(config.acquire_timeout, 1s);
  EXPECT_EQ(config.query_timeout, 2500ms);
  EXPECT_EQ(config.connect_timeout, 1ms);
  EXPECT_EQ(config.pool_creation_timeout, 7s);
  EXPECT_EQ(config.schema_mode, SchemaMode::Frozen);
  EXPECT_EQ(config.alias, "main");
  EXPECT_EQ(config.env, "test");
  EXPECT_EQ(config.statement_cache_size, 5U);
  EXPECT_EQ(config.password, "hunter2");
  EXPECT_EQ(config.options, (std::map<std::string, std::string>{{"charset", "utf8mb4"}}));
  EXPECT_EQ(DatabaseConfig::from_url("sqlite:a?schema=plan").schema_mode, SchemaMode::Plan);
}

TEST(DatabaseUrl, RefusesWithoutSayingThePassword) {
  for (const char* url : {
           "",
           "app.db",
           "://u:hunter2@h/d",
           "u:hunter2@h/d",
           "Postgres://u:hunter2@h/d",
           "1x://u:hunter2@h/d",
           "postgres:u:hunter2@h/d",
           "postgres:/u:hunter2@h/d",
           "postgres://u:hunter2@h:0/d",
           "postgres://u:hunter2@h:65536/d",
           "postgres://u:hunter2@h:/d",
           "postgres://u:hunter2@h:x/d",
           "postgres://u:hunter2@h:-1/d",
           "postgres://u:hunter2@h: 1/d",
           "postgres://u:hunter2@h:+1/d",
           "postgres://u:hunter2/x@h/d",
           "postgres://u:1/hunter2@h/d",
           "postgres://u:1?hunter2@h/d",
           "postgres://u:1?a=hunter2@h/d",
           "postgres://u:hunter2%@h/d",
           "postgres://u:hunter2%zz@h/d",
           "postgres://u:hunter2%00@h/d",
           "postgres://u:hunter2@[::1/d",
           "postgres://u:hunter2@[::1]x/d",
           "postgres://u:hunter2@h/d?hunter2",
           "postgres://u:hunter2@h/d?=hunter2",
           "postgres://h/d?password=hunter2%",
           "postgres://u:hunter2@h/d?acquire_timeout=hunter2",
           "postgres://u:hunter2@h/d?query_timeout=-1",
           "postgres://u:hunter2@h/d?query_timeout=1.2345",
           "postgres://u:hunter2@h/d?query_timeout=1e3",
           "postgres://u:hunter2@h/d?connect_timeout=",
           "postgres://u:hunter2@h/d?connect_timeout=9999999999999",
           "postgres://u:hunter2@h/d?schema=hunter2",
           "postgres://u:hunter2@h/d?statement_cache_size=hunter2",
           "sqlite:a?mode=hunter2",
       }) {
    const std::string message = refusal(url);
    EXPECT_NE(message, "not refused") << url;
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
  }
  EXPECT_EQ(refusal("postgres://u:hunter2@h:99999/d").substr(0, 8), "bad port");
  EXPECT_NE(refusal(std::string("sqlite:a\0b", 10)), "not refused");
}

TEST(DatabaseUrl, ReadsBackWhatItWrote) {
  for (const char* url : {
           "sqlite:app.db",
           "sqlite::memory:",
           "sqlite:/abs/a%20b%3f%23%25.db?mode=rwc",
           "sqlite:////two/slashes",
           "postgres://user:hunter2@h:5432/db?sslmode=require&application_name=a%26b%3dc%20%2b",
           "postgres://u%40%3a%2f:hunter2@[::1]:5432/a%2Fb%3f",
           "postgres://a:1,b:2/d",
           "postgres://%2fvar%2frun/d",
           "mysql://h?query_timeout=2.5&connect_timeout=0.001&schema=plan&alias=a%20b&env=&statement_cache_size=0"
           "&pool_creation_timeout=1&acquire_timeout=0",
           "mysql://h/d?password=hunter2&sslpassword=hunter2",
           "firebird://h:1/d",
       }) {
    DatabaseConfig config = DatabaseConfig::from_url(url);
    EXPECT_EQ(config.url().find("hunter2"), std::string::npos) << config.url();
    EXPECT_EQ(config.config().dump().find("hunter2"), std::string::npos);
    const DatabaseConfig again = DatabaseConfig::from_url(config.url());
    EXPECT_EQ(again.hash(), config.hash()) << url << " became " << config.url();
    config.password.clear();
    config.options.erase("sslpassword");
    EXPECT_EQ(again, config) << url << " became " << config.url();
  }
  EXPECT_EQ(DatabaseConfig::from_url("sqlite3:///a/b.db?mode=ro").url(), "sqlite:/a/b.db?mode=ro");
  EXPECT_EQ(DatabaseConfig::from_url("postgresql://u:hunter2@h:1/d?sslmode=require").url(),
            "postgres://u@h:1/d?sslmode=require");
  EXPECT_EQ(DatabaseConfig{.database = "app"}.url(), "//localhost/app");
}

}  // namespace
}  // namespace dalia
