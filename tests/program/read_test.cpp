// dalia get, find, count, history, version.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class ReadTest : public ProgramTest {
 protected:
  void SetUp() override {
    save(
        R"([{"id":"ada","name":"Ada","age":36},{"id":"bob","name":"Bob","age":20},{"id":"eve","name":"Eve","age":null}])");
  }
  [[nodiscard]] std::string ids(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"find", "users"});
    std::string found;
    for (const Json& row : rows(arguments)) {
      found += row.at("id").get<std::string>() + ' ';
    }
    return found;
  }
};

TEST_F(ReadTest, GetsOne) {
  EXPECT_EQ(rows({"get", "users", "ada"}).at(0).at("name"), "Ada");
  expect_refusal(run({"get", "users", "zoe"}), 1, "there is no 'zoe' in users");
  expect_refusal(run({"get", "nothing", "zoe"}), 1, "there is no 'zoe' in nothing");
  expect_refusal(run({"get", "users", "--", "-5"}), 1, "there is no '-5'");
}

TEST_F(ReadTest, Finds) {
  EXPECT_EQ(ids({}), "ada bob eve ");
  EXPECT_EQ(ids({"--where", "[age] > ?", "--param", "30"}), "ada ");
  EXPECT_EQ(ids({"--where", "age > ? and name = ?", "--param", "-1", "--param", "Bob"}), "bob ");
  EXPECT_EQ(ids({"--where", "[name] = ?", "--param", "\"Bob\""}), "bob ");
  EXPECT_EQ(ids({"--where", "[age] IS NULL"}), "eve ");
  EXPECT_EQ(ids({"--order-by", "[name] DESC"}), "eve bob ada ");
  EXPECT_EQ(ids({"--order-by", "[name]", "--limit", "1", "--offset", "1"}), "bob ");
  EXPECT_EQ(ids({"--limit", "0"}), "");
  EXPECT_EQ(ids({"--where", "[name] = ?", "--param", "nobody"}), "");
}

TEST_F(ReadTest, FindsNothingInNothing) {
  EXPECT_TRUE(rows({"find", "others"}).empty());
  EXPECT_TRUE(rows({"history", "users", "zoe"}).empty());
  EXPECT_EQ(rows({"count", "others"}).at(0).dump(), R"({"count":0})");
}

TEST_F(ReadTest, LeavesOutTheDeleted) {
  static_cast<void>(rows({"delete", "users", "bob"}));
  EXPECT_EQ(ids({}), "ada eve ");
  EXPECT_EQ(ids({"--include-deleted"}), "ada bob eve ");
  EXPECT_EQ(rows({"count", "users"}).at(0).dump(), R"({"count":2})");
  EXPECT_EQ(rows({"count", "users", "--include-deleted"}).at(0).dump(), R"({"count":3})");
  EXPECT_EQ(run({"get", "users", "bob"}).status, 1);
}

TEST_F(ReadTest, RefusesHostileConditions) {
  for (const char* hostile :
       {"1=1) OR (1=1", "1=1; DROP TABLE users", "1=1;", "1=1 -- x", "1=1 /* x */", "[name] = 'x", "[name", "(1=1",
        "[id] IN (SELECT [id] FROM [users])", "nofield = 1", "[no field] = 1", "[a\"b] = 1", "name = \"x", "?"}) {
    SCOPED_TRACE(hostile);
    expect_refusal(run({"find", "users", "--where", hostile}), 1, "");
    expect_refusal(run({"count", "users", "--where", hostile}), 1, "");
  }
  for (const char* hostile :
       {"1", "[name]; DROP TABLE users", "[name] -- x", "(SELECT 1)", "nofield", "[name] LIMIT 1"}) {
    SCOPED_TRACE(hostile);
    expect_refusal(run({"find", "users", "--order-by", hostile}), 1, "");
  }
  for (const char* name : {"users; DROP TABLE users", "a\"b", "a]b", "A"}) {
    expect_refusal(run({"find", name}), 1, "cannot be the name of an entity");
  }
  EXPECT_EQ(ids({}), "ada bob eve ");
}

TEST_F(ReadTest, RefusesAWrongNumberOfParameters) {
  expect_refusal(run({"find", "users", "--where", "[age] > ?"}), 1, "");
  expect_refusal(run({"find", "users", "--param", "1"}), 1, "");
}

TEST_F(ReadTest, ShowsNoValuesInErrors) {
  const Outcome outcome =
      run({"find", "users", "--where", "[nofield] = ? AND [age] > ?", "--param", "hush", "--param", "7"});
  EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("hush")));
}

TEST_F(ReadTest, TellsThePast) {
  static_cast<void>(rows({"save", "users", "--user", "u2"}, R"({"id":"ada","age":37})"));
  static_cast<void>(rows({"delete", "users", "ada", "--user", "u3", "--comment", "bye"}));
  const auto past = rows({"history", "users", "ada"});
  ASSERT_EQ(past.size(), 3U);
  EXPECT_EQ(past[0].at("version"), 1);
  EXPECT_EQ(past[0].at("age"), 36);
  EXPECT_EQ(past[1].at("history_user_id"), "u2");
  EXPECT_EQ(past[2].at("history_op"), "delete");
  EXPECT_EQ(past[2].at("history_comment"), "bye");
  for (const Json& row : past) {
    EXPECT_EQ(row.begin().key(), "id");
    EXPECT_FALSE(row.contains("history_tx"));
    EXPECT_FALSE(row.contains("_epoch"));
  }
  EXPECT_EQ(rows({"version", "users", "ada", "2"}).at(0).at("age"), 37);
  expect_refusal(run({"version", "users", "ada", "9"}), 1, "there is no version 9");
  expect_refusal(run({"version", "users", "ada", "0"}), 1, "versions count from 1");
}

}  // namespace
}  // namespace dalia::test
