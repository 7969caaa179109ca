#include "generators/translation_cache.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "generators/postgres_generator.hpp"

namespace dalia::internal {
namespace {

using Counters = TranslationCache::Counters;

TEST(TranslationCache, TranslatesOnce) {
  const PostgresGenerator generator;
  TranslationCache cache(generator);
  const auto first = cache.convert("SELECT [a], ?");
  const auto second = cache.convert(std::string("SELECT [a], ?"));
  EXPECT_EQ(*first, (NativeQuery{"SELECT \"a\", $1", 1}));
  EXPECT_EQ(first, second) << "the same object";
  EXPECT_EQ(cache.counters(), (Counters{1, 1}));
}

TEST(TranslationCache, ForgetsTheLeastRecentlyUsed) {
  const PostgresGenerator generator;
  TranslationCache cache(generator, 2);
  const auto kept = cache.convert("SELECT 1");
  (void)cache.convert("SELECT 2");
  (void)cache.convert("SELECT 1");
  (void)cache.convert("SELECT 3");  // SELECT 2 goes
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.convert("SELECT 1"), kept);
  EXPECT_EQ(cache.counters(), (Counters{2, 3}));
  (void)cache.convert("SELECT 2");
  EXPECT_EQ(cache.counters(), (Counters{2, 4}));
}

TEST(TranslationCache, DoesNotKeepLongTexts) {
  const PostgresGenerator generator;
  TranslationCache cache(generator);
  const std::string head = "SELECT 1 -- ";
  const std::string longest = head + std::string(TranslationCache::longest_cached_bytes - head.size(), 'x');
  (void)cache.convert(longest);
  EXPECT_EQ(cache.size(), 1U);
  (void)cache.convert(longest + "x");
  (void)cache.convert(longest + "x");
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.counters(), (Counters{0, 3}));
}

TEST(TranslationCache, DoesNotKeepErrors) {
  const PostgresGenerator generator;
  TranslationCache cache(generator);
  EXPECT_THROW((void)cache.convert("SELECT []"), TranslationError);
  EXPECT_THROW((void)cache.convert("SELECT []"), TranslationError);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(TranslationCache, OfCapacityZeroOnlyTranslates) {
  const PostgresGenerator generator;
  TranslationCache cache(generator, 0);
  EXPECT_EQ(cache.convert("SELECT ?")->text, "SELECT $1");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(TranslationCache, IsSharedBetweenThreads) {
  const PostgresGenerator generator;
  TranslationCache cache(generator, 8);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, &wrong, thread] {
      for (int i = 0; i < 2000; ++i) {
        const std::string number = std::to_string((i * 7 + thread) % 16);
        if (cache.convert("SELECT ?, " + number)->text != "SELECT $1, " + number) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(cache.size(), 8U);
  const Counters counters = cache.counters();
  EXPECT_EQ(counters.hits + counters.misses, 8000U);
}

}  // namespace
}  // namespace dalia::internal
