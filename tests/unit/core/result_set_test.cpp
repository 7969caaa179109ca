#include "dalia/core/result_set.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

SharedFieldNames columns(std::vector<std::string> names) {
  return std::make_shared<const FieldNames>(std::move(names));
}

ResultSet people() {
  ResultSet rows;
  rows.restart(columns({"id", "name", "id"}));
  for (std::int64_t i = 0; i < 3; ++i) {
    const std::string name = "name " + std::to_string(i);
    const ValueRef cells[] = {ValueRef(i), ValueRef(std::string_view(name)), ValueRef(i * 10)};
    rows.add_row(cells);
  }
  rows.set_counts(3, 7);
  return rows;
}

TEST(ResultSet, GivesRowsByNumberAndName) {
  const ResultSet rows = people();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].get<std::string>("name"), "name 1");
  EXPECT_EQ(rows[2].get<int>("id"), 2);
  EXPECT_EQ(rows[2].get<int>(2), 20);
  EXPECT_EQ(rows.affected_rows(), 3);
  EXPECT_EQ(rows.last_insert_id(), 7);
  EXPECT_THROW(static_cast<void>(rows.front()["nme"]), UsageError);
}

TEST(ResultSet, GivesTuples) {
  const ResultSet rows = people();
  std::string all;
  for (auto [id, name] : rows.as<std::int64_t, std::string>()) {
    all += std::to_string(id) + name + ';';
  }
  EXPECT_EQ(all, "0name 0;1name 1;2name 2;");
  try {
    static_cast<void>(rows.front().as<int, std::string, int, int>());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "4 columns were asked for, but the row has 3");
  }
}

TEST(ResultSet, MovedFromIsEmpty) {
  ResultSet rows = people();
  const std::string_view before = rows[0].get<std::string_view>("name");
  ResultSet moved = std::move(rows);
  EXPECT_TRUE(rows.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(rows.columns().size(), 0U);
  EXPECT_EQ(rows.begin(), rows.end());
  EXPECT_EQ(moved[0].get<std::string_view>("name").data(), before.data());
  rows = std::move(moved);
  EXPECT_EQ(rows.size(), 3U);
  rows.restart(columns({"a"}));
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.affected_rows(), 0);
}

TEST(ResultSet, RestartKeepsItsMemory) {
  ResultSet rows = people();
  const char* before = rows[0].get<std::string_view>("name").data();
  rows.restart(rows.shared_columns());
  const ValueRef cells[] = {ValueRef(), ValueRef("again"), ValueRef()};
  rows.add_row(cells);
  EXPECT_EQ(rows[0].get<std::string_view>("name"), "again");
  EXPECT_EQ(rows[0].get<std::string_view>("name").data(), before);
}

TEST(ResultSet, KeepsLargeAndEmptyTexts) {
  ResultSet rows;
  rows.restart(columns({"a", "b"}));
  const std::string large(16U << 20U, 'x');
  const ValueRef cells[] = {ValueRef(std::string_view(large)), ValueRef(std::string_view())};
  rows.add_row(cells);
  EXPECT_EQ(rows[0].get<std::string_view>(0), large);
  EXPECT_EQ(rows[0].get<std::string_view>(1), "");
  EXPECT_NE(rows[0][1].raw_bytes().data(), nullptr);
}

TEST(ResultSet, RowsWithoutColumns) {
  ResultSet rows;
  rows.restart(columns({}));
  rows.add_row({});
  rows.add_row({});
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].size(), 0U);
}

TEST(ResultSet, AnEmptyOneHasNoColumns) {
  const ResultSet rows;
  EXPECT_EQ(rows.columns().size(), 0U);
  EXPECT_EQ(rows.begin(), rows.end());
}

}  // namespace
}  // namespace dalia
