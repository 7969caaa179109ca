// Files, locks and disks that do not do their part: exit status 1, one line that says why.
#include <sys/stat.h>

#include <filesystem>

#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class FailureTest : public ProgramTest {};

TEST_F(FailureTest, NamesAFileThatIsNoDatabase) {
  write_file("app.db", "this is a text of some length, certainly no database; " + std::string(5000, 'x'));
  expect_refusal(run({"find", "users"}), 1, "not an SQLite database");
  expect_refusal(run({"save", "users"}, "{}"), 1, "not an SQLite database");
}

TEST_F(FailureTest, NamesADirectoryOrAMissingFolder) {
  std::filesystem::create_directory(path("folder"));
  expect_refusal(run({"--db", "sqlite:folder", "save", "users"}, "{}"), 1, "it is a directory");
  expect_refusal(run({"--db", "sqlite:none/app.db", "save", "users"}, "{}"), 1, "the folder 'none' does not exist");
}

TEST_F(FailureTest, RefusesToWriteWhatIsReadOnly) {
  save(R"({"id":"ada"})");
  expect_refusal(run({"--db", "sqlite:app.db?mode=ro", "save", "users"}, R"({"id":"bob"})"), 1, "read");
  EXPECT_EQ(run({"--db", "sqlite:app.db?mode=ro", "get", "users", "ada"}).status, 0);
}

TEST_F(FailureTest, WaitsForALockAndTellsWhenItWaitedTooLong) {
  save(R"({"id":"ada"})");
  const auto holder = database();
  const auto connection = holder->sync_connection();
  connection->begin_transaction();
  expect_refusal(run({"--db", "sqlite:app.db?query_timeout=0.2", "save", "users"}, R"({"id":"bob"})"), 1, "locked");
  EXPECT_EQ(run({"get", "users", "ada"}).status, 0);
  Child waiting({"save", "users"}, options());
  waiting.write("{\"id\":\"bob\"}\n");
  connection->rollback_transaction();
  EXPECT_EQ(waiting.finish().status, 0);
}

TEST_F(FailureTest, LeavesTheDatabaseWholeOnAFullDisk) {
  save(R"({"id":"ada"})");
  ChildOptions full = options();
  full.most_file_bytes = 300'000;
  std::string lines;
  for (int i = 0; i < 20'000; ++i) {
    lines += "{\"text\":\"" + std::string(100, 'x') + "\"}\n";
  }
  const Outcome outcome = Child({"save", "users", "--quiet"}, full).finish(lines);
  expect_refusal(outcome, 1, "");
  EXPECT_THAT(outcome.err, testing::HasSubstr(" saved"));
  EXPECT_EQ(rows({"get", "users", "ada"}).size(), 1U);
  EXPECT_EQ(run({"exec", "PRAGMA integrity_check"}).out, "{\"integrity_check\":\"ok\"}\n");
  EXPECT_EQ(rows({"count", "users"}).at(0).at("count").get<int>() % 1000, 1);
}

TEST_F(FailureTest, TellsWhenTheOutputCannotBeWritten) {
  save(R"({"id":"ada"})");
  ChildOptions closed = options();
  closed.out = Stream::Closed;
  const Outcome outcome = Child({"get", "users", "ada"}, closed).finish();
  expect_refusal(outcome, 1, "cannot write the output");
  EXPECT_EQ(rows({"get", "users", "ada"}).size(), 1U);
}

TEST_F(FailureTest, GoesOnSavingWhenNobodyReads) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) {
    lines += "{\"n\":" + std::to_string(i) + "}\n";
  }
  Child child({"save", "users"}, options());
  child.close_output();
  const Outcome outcome = child.finish(lines);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(rows({"count", "users"}).at(0).at("count"), 5000);
}

}  // namespace
}  // namespace dalia::test
