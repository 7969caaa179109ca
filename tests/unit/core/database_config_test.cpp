#include "dalia/core/database_config.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace dalia {
namespace {

using namespace std::chrono_literals;

DatabaseConfig example() {
  DatabaseConfig config{.database = "app", .host = "db.example.org", .port = 5433, .user = "u", .password = "hunter2"};
  config.options = {{"sslmode", "require"}, {"sslpassword", "hunter2"}};
  config.query_timeout = 2500ms;
  config.backend = "postgres";
  return config;
}

TEST(DatabaseConfig, HashIsTheSameEverywhere) {
  // Computed once; another value would part pools of one database, and PoolManager::close_pool from its pool.
  EXPECT_EQ(DatabaseConfig().hash(), "6dc4181c3a163a2fa3d2913a63a1d9ad");
  EXPECT_EQ(example().hash(), "3518850d4e06a8b860ef4d20e70d7959");
}

TEST(DatabaseConfig, HashIsTheSameInAnotherProcess) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string hash = example().hash();
    _exit(write(ends[1], hash.data(), hash.size()) == static_cast<ssize_t>(hash.size()) ? 0 : 1);
  }
  std::string theirs(32, '\0');
  EXPECT_EQ(read(ends[0], theirs.data(), theirs.size()), static_cast<ssize_t>(theirs.size()));
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(theirs, example().hash());
}

TEST(DatabaseConfig, HashCoversEverySettingButThePassword) {
  const DatabaseConfig plain = example();
  DatabaseConfig other = plain;
  other.password = "else";
  other.options["sslpassword"] = "else";
  EXPECT_EQ(other.hash(), plain.hash());

  std::set<std::string> hashes = {plain.hash()};
  const auto differs = [&](auto change) {
    DatabaseConfig changed = plain;
    change(changed);
    return hashes.insert(changed.hash()).second;
  };
  EXPECT_TRUE(differs([](auto& c) { c.database = "b"; }));
  EXPECT_TRUE(differs([](auto& c) { c.host = "h"; }));
  EXPECT_TRUE(differs([](auto& c) { c.port = 1; }));
  EXPECT_TRUE(differs([](auto& c) { c.user = "v"; }));
  EXPECT_TRUE(differs([](auto& c) { c.alias = "a"; }));
  EXPECT_TRUE(differs([](auto& c) { c.env = "test"; }));
  EXPECT_TRUE(differs([](auto& c) { c.options["sslmode"] = "disable"; }));
  EXPECT_TRUE(differs([](auto& c) { c.options["x"] = ""; }));
  EXPECT_TRUE(differs([](auto& c) { c.options.clear(); }));
  EXPECT_TRUE(differs([](auto& c) { c.acquire_timeout = 1ms; }));
  EXPECT_TRUE(differs([](auto& c) { c.pool_creation_timeout = 1ms; }));
  EXPECT_TRUE(differs([](auto& c) { c.query_timeout = 1ms; }));
  EXPECT_TRUE(differs([](auto& c) { c.connect_timeout = 1ms; }));
  EXPECT_TRUE(differs([](auto& c) { c.schema_mode = SchemaMode::Frozen; }));
  EXPECT_TRUE(differs([](auto& c) { c.statement_cache_size = 0; }));
  EXPECT_TRUE(differs([](auto& c) { c.backend = "mysql"; }));
  // Two lists that would read the same without lengths.
  EXPECT_TRUE(differs([](auto& c) { c.database = "app" + c.host, c.host = ""; }));
}

TEST(DatabaseConfig, ConfigShowsEverySettingButThePassword) {
  const nlohmann::json shown = example().config();
  EXPECT_EQ(shown["backend"], "postgres");
  EXPECT_EQ(shown["port"], 5433);
  EXPECT_EQ(shown["password"], "***");
  EXPECT_EQ(shown["options"]["sslmode"], "require");
  EXPECT_EQ(shown["options"]["sslpassword"], "***");
  EXPECT_EQ(shown["query_timeout"], 2.5);
  EXPECT_EQ(shown["acquire_timeout"], 10);
  EXPECT_EQ(shown["schema"], "evolve");
  EXPECT_EQ(shown["statement_cache_size"], 100);
  EXPECT_EQ(shown.dump().find("hunter2"), std::string::npos);
  EXPECT_TRUE(DatabaseConfig().config()["password"].is_null());
}

TEST(DatabaseConfig, NameIsTheAliasOrTheDatabase) {
  DatabaseConfig config{.database = "app.db"};
  EXPECT_EQ(config.name(), "app.db");
  config.alias = "main";
  EXPECT_EQ(config.name(), "main");
}

}  // namespace
}  // namespace dalia
