#include "dalia/core/field_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

TEST(FieldNames, FindsTheFirstOfAName) {
  const FieldNames names({"a", "b", "a", "B"});
  EXPECT_EQ(names.find("a"), 0U);
  EXPECT_EQ(names.find("B"), 3U);
  EXPECT_EQ(names.find("c"), FieldNames::npos);
  EXPECT_EQ(names.index_of("b"), 1U);
}

TEST(FieldNames, TellsWhatThereIs) {
  const FieldNames names({"id", "name"});
  try {
    static_cast<void>(names.index_of("nmae"));
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "there is no column 'nmae'; the columns are: id, name");
  }
}

TEST(FieldNames, AppendLeavesASharedTableAlone) {
  SharedFieldNames names;
  FieldNames::append(names, "a");
  const FieldNames* alone = names.get();
  FieldNames::append(names, "b");
  EXPECT_EQ(names.get(), alone);
  const SharedFieldNames other = names;
  FieldNames::append(names, "c");
  EXPECT_EQ(std::vector<std::string>(other->begin(), other->end()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(std::vector<std::string>(names->begin(), names->end()), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace dalia
