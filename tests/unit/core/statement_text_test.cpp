#include "dalia/core/executor.hpp"

#include <cstddef>
#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

namespace dalia {
namespace {

TEST(StatementText, EveryByteCountsForTheHash) {
  std::unordered_set<std::size_t> hashes;
  std::size_t texts = 0;
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string blanks(size, ' ');
    hashes.insert(StatementText::hash_of(blanks));
    ++texts;
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = blanks;
      text[at] = 'x';
      hashes.insert(StatementText::hash_of(text));
      ++texts;
    }
  }
  EXPECT_EQ(hashes.size(), texts);
}

TEST(StatementText, LowBitsSpread) {
  std::unordered_set<std::size_t> buckets;
  for (int i = 0; i < 256; ++i) {
    buckets.insert(StatementText::hash_of("SELECT [name] FROM [table_" + std::to_string(i) + "] WHERE [id] = ?") % 512);
  }
  EXPECT_GT(buckets.size(), 180U);  // 256 balls in 512 urns: 201 on average
}

TEST(StatementText, KnowsItsHash) {
  const StatementText text("SELECT 1");
  EXPECT_EQ(text.hash(), StatementText::hash_of("SELECT 1"));
}

}  // namespace
}  // namespace dalia
