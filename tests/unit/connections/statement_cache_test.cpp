#include "connections/statement_cache.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dalia/core/executor.hpp"

namespace dalia::internal {
namespace {

int alive = 0;

class FakeStatement final : public PreparedStatement {
 public:
  FakeStatement() { ++alive; }
  ~FakeStatement() override { --alive; }
};

StatementCache::Key key(std::string_view text, Language language = Language::Portable) {
  return {language, text, StatementText::hash_of(text)};
}

StatementCache::Lease add(StatementCache& cache, std::string_view text, Language language = Language::Portable) {
  return cache.add(key(text, language), std::make_unique<FakeStatement>());
}

class StatementCacheTest : public ::testing::Test {
 protected:
  void SetUp() override { alive = 0; }
  void TearDown() override { EXPECT_EQ(alive, 0); }
};

TEST_F(StatementCacheTest, GivesBackWhatItWasGiven) {
  StatementCache cache(2);
  const PreparedStatement* statement = &add(cache, "a").statement();
  EXPECT_EQ(&cache.find(key("a")).statement(), statement);
  EXPECT_FALSE(cache.find(key("b")));
  EXPECT_FALSE(cache.find(key("a", Language::Native)));
}

TEST_F(StatementCacheTest, DropsTheLeastRecentlyUsed) {
  StatementCache cache(2);
  add(cache, "a");
  add(cache, "b");
  EXPECT_TRUE(cache.find(key("a")));
  add(cache, "c");
  EXPECT_TRUE(cache.find(key("a")));
  EXPECT_FALSE(cache.find(key("b")));
  EXPECT_EQ(alive, 2);
}

TEST_F(StatementCacheTest, NeverLendsOrDropsWhatIsInUse) {
  StatementCache cache(1);
  std::optional<StatementCache::Lease> first = add(cache, "a");
  EXPECT_FALSE(cache.find(key("a")));
  {
    const StatementCache::Lease second = add(cache, "a");  // the like is in use
    const StatementCache::Lease other = add(cache, "b");   // no room
    EXPECT_EQ(alive, 3);
  }
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(cache.size(), 1U);
  first.reset();
  EXPECT_TRUE(cache.find(key("a")));
}

TEST_F(StatementCacheTest, KeepsNothingWithoutCapacityNorLongTexts) {
  StatementCache none(0);
  add(none, "a");
  EXPECT_EQ(alive, 0);
  StatementCache cache(2);
  add(cache, std::string(StatementCache::longest_kept_bytes + 1, 'x'));
  EXPECT_EQ(alive, 0);
}

TEST_F(StatementCacheTest, SurvivesManyTextsInFewBuckets) {
  StatementCache cache(7);
  for (int i = 0; i < 1000; ++i) {
    add(cache, std::to_string(i % 31));
    EXPECT_LE(cache.size(), 7U);
    if (cache.find(key(std::to_string(i % 5)))) {
      EXPECT_EQ(alive, static_cast<int>(cache.size()));
    }
  }
  cache.clear();
  EXPECT_EQ(alive, 0);
}

TEST_F(StatementCacheTest, LeasesMove) {
  StatementCache cache(2);
  StatementCache::Lease lease = add(cache, "a");
  StatementCache::Lease moved = std::move(lease);
  lease = add(cache, "b");
  moved = std::move(lease);
  EXPECT_TRUE(cache.find(key("a")));
  EXPECT_FALSE(cache.find(key("b")));
}

}  // namespace
}  // namespace dalia::internal
