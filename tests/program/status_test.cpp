// dalia ping, status.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class StatusTest : public ProgramTest {};

TEST_F(StatusTest, Pings) {
  save("{}");
  const Json ping = rows({"ping"}).at(0);
  EXPECT_EQ(ping.at("ok"), true);
  EXPECT_EQ(ping.at("backend"), "sqlite");
  EXPECT_THAT(ping.at("server").get<std::string>(), testing::StartsWith("3."));
  EXPECT_TRUE(ping.at("ms").is_number());
  EXPECT_EQ(ping.size(), 4U);
}

TEST_F(StatusTest, TellsWhatTheDatabaseHolds) {
  save("{}");
  static_cast<void>(rows({"save", "cities"}, "{}"));
  const Json status = rows({"status"}).at(0);
  EXPECT_EQ(status.at("url"), "sqlite:app.db");
  EXPECT_THAT(status.at("entities").get<std::vector<std::string>>(), testing::UnorderedElementsAre("users", "cities"));
  EXPECT_EQ(status.at("ok"), true);
}

TEST_F(StatusTest, CreatesNoDatabase) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"ping"},
                                                                 {"status"},
                                                                 {"get", "users", "x"},
                                                                 {"find", "users"},
                                                                 {"count", "users"},
                                                                 {"delete", "users", "x"},
                                                                 {"restore", "users", "x"},
                                                                 {"history", "users", "x"},
                                                                 {"version", "users", "x", "1"}}) {
    SCOPED_TRACE(words[0]);
    expect_refusal(run(words), 1, "the file does not exist");
  }
  EXPECT_FALSE(has_file("app.db"));
  EXPECT_EQ(run({"--db", "sqlite:app.db?mode=rwc", "ping"}).status, 0);
  EXPECT_TRUE(has_file("app.db"));
}

TEST_F(StatusTest, CreatesADatabaseToSaveOrExecute) {
  EXPECT_EQ(run({"--db", "sqlite:one.db", "exec", "SELECT 1"}).status, 0);
  EXPECT_TRUE(has_file("one.db"));
  EXPECT_EQ(run({"--db", "sqlite:two.db", "save", "users"}, "{}").status, 0);
  EXPECT_TRUE(has_file("two.db"));
  expect_refusal(run({"--db", "sqlite:three.db?mode=rw", "save", "users"}, "{}"), 1, "the file does not exist");
}

}  // namespace
}  // namespace dalia::test
