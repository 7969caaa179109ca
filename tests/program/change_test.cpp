// dalia delete, restore.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class ChangeTest : public ProgramTest {
 protected:
  void SetUp() override { save(R"({"id":"ada","name":"Ada"})"); }
};

TEST_F(ChangeTest, DeletesAndRestores) {
  EXPECT_EQ(run({"delete", "users", "ada"}).out, "{\"deleted\":true}\n");
  EXPECT_EQ(run({"delete", "users", "ada"}).out, "{\"deleted\":false}\n");
  EXPECT_EQ(run({"restore", "users", "ada"}).out, "{\"restored\":true}\n");
  EXPECT_EQ(run({"restore", "users", "ada"}).out, "{\"restored\":false}\n");
  EXPECT_EQ(rows({"delete", "users", "zoe"}).at(0).dump(), R"({"deleted":false})");
  EXPECT_EQ(rows({"restore", "nothing", "zoe"}).at(0).dump(), R"({"restored":false})");
  EXPECT_EQ(rows({"get", "users", "ada"}).at(0).at("_version"), 3);
}

TEST_F(ChangeTest, RecordsUserAndComment) {
  static_cast<void>(rows({"delete", "users", "ada", "--user", "u1", "--comment", "c1"}));
  static_cast<void>(rows({"restore", "users", "ada", "--user", "u2", "--comment", "c2"}));
  const auto past = rows({"history", "users", "ada"});
  EXPECT_EQ(past.at(1).at("history_user_id"), "u1");
  EXPECT_EQ(past.at(1).at("history_comment"), "c1");
  EXPECT_EQ(past.at(2).at("history_user_id"), "u2");
  EXPECT_EQ(past.at(2).at("history_comment"), "c2");
}

TEST_F(ChangeTest, DeletesForGood) {
  EXPECT_EQ(run({"delete", "users", "ada", "--permanent"}).out, "{\"deleted\":true}\n");
  EXPECT_EQ(run({"restore", "users", "ada"}).out, "{\"restored\":false}\n");
  EXPECT_TRUE(rows({"find", "users", "--include-deleted"}).empty());
  EXPECT_EQ(rows({"history", "users", "ada"}).back().at("history_op"), "hard_delete");
}

TEST_F(ChangeTest, RefusesToSaveWhatIsDeleted) {
  static_cast<void>(rows({"delete", "users", "ada"}));
  expect_refusal(run({"save", "users"}, R"({"id":"ada","name":"Eve"})"), 1, "deleted");
}

}  // namespace
}  // namespace dalia::test
