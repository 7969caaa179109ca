#include "dalia/core/field_names.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <vector>

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

TEST(FieldNames, OneShapeHasOneTable) {
  const std::vector<std::string_view> names = {"id", "name", "age"};
  const SharedFieldNames first = FieldNames::shared(names);
  EXPECT_EQ(FieldNames::shared(names), first);
  EXPECT_EQ(std::vector<std::string>(first->begin(), first->end()), (std::vector<std::string>{"id", "name", "age"}));
}

TEST(FieldNames, TablesWithTheSameHashStayApart) {
  const std::vector<std::string_view> one = {"id", "name"};
  const std::vector<std::string_view> two = {"id", "note"};  // same sizes and first letters
  const SharedFieldNames first = FieldNames::shared(one);
  const SharedFieldNames second = FieldNames::shared(two);
  EXPECT_EQ((*first)[1], "name");
  EXPECT_EQ((*second)[1], "note");
  EXPECT_EQ((*FieldNames::shared(one))[1], "name");
}

TEST(FieldNames, ATableOutlivesItsThread) {
  SharedFieldNames names;
  std::thread([&names] {
    const std::vector<std::string_view> list = {"made", "elsewhere"};
    names = FieldNames::shared(list);
  }).join();
  EXPECT_EQ((*names)[1], "elsewhere");
}

/// Made before the thread's tables, so it ends after them.
struct MakesATableAtTheEnd {
  std::size_t* size;
  ~MakesATableAtTheEnd() {
    const std::vector<std::string_view> list = {"late"};
    *size = FieldNames::shared(list)->size();
  }
};

TEST(FieldNames, TablesAreThereAtTheEndOfAThread) {
  std::size_t size = 0;
  std::thread([&size] {
    static thread_local MakesATableAtTheEnd last{&size};
    static_cast<void>(last);
    const std::vector<std::string_view> list = {"early"};
    EXPECT_EQ(FieldNames::shared(list)->size(), 1U);
  }).join();
  EXPECT_EQ(size, 1U);
}

}  // namespace
}  // namespace dalia
