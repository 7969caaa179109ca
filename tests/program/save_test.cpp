// dalia save of one object and of an array.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;

class SaveTest : public ProgramTest {};

TEST_F(SaveTest, PrintsTheStoredRowWithIdFirst) {
  const auto saved = rows({"save", "users"}, R"({"name":"Ada","id":"ada","age":36,"tags":["a",{"b":null}],"x":1.5})");
  ASSERT_EQ(saved.size(), 1U);
  std::vector<std::string> names;
  for (const auto& [name, value] : saved[0].items()) {
    names.push_back(name);
  }
  EXPECT_THAT(names, testing::ElementsAre("id", "name", "age", "tags", "x", "created_at", "created_by", "updated_at",
                                          "updated_by", "deleted_at", "_version"));
  EXPECT_EQ(saved[0].at("tags").dump(), R"(["a",{"b":null}])");
  EXPECT_EQ(saved[0].at("_version"), 1);
  EXPECT_THAT(saved[0].at("created_at").get<std::string>(), testing::MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z"));
}

TEST_F(SaveTest, ReadsAFileOrTheStandardInput) {
  write_file("one.json", R"({"id":"file"})");
  EXPECT_EQ(rows({"save", "users", "one.json"}).at(0).at("id"), "file");
  EXPECT_EQ(rows({"save", "users", "-"}, R"({"id":"dash"})").at(0).at("id"), "dash");
  EXPECT_EQ(rows({"save", "users"}, R"({"id":"none"})").at(0).at("id"), "none");
}

TEST_F(SaveTest, ReadsAnObjectOverSeveralLines) {
  EXPECT_EQ(
      rows({"save", "users"}, "\xEF\xBB\xBF\n\n{\n  \"id\": \"ada\",\n  \"nested\": {\n    \"a\": [1,\n2]}\n}\n\n")
          .at(0)
          .at("nested")
          .dump(),
      R"({"a":[1,2]})");
  EXPECT_EQ(rows({"save", "users"}, "{\"id\":\"b\",\"nested\":\n{\"a\":1}\n}").size(), 1U);
}

TEST_F(SaveTest, MakesAnId) {
  EXPECT_EQ(rows({"save", "users"}, R"({"name":"Bob"})").at(0).at("id").get<std::string>().size(), 36U);
  EXPECT_EQ(rows({"save", "users"}, "{}").size(), 1U);
}

TEST_F(SaveTest, RecordsUserAndComment) {
  static_cast<void>(rows({"save", "users", "--user", "admin", "--comment", "why\nnot"}, R"({"id":"ada"})"));
  const Json past = rows({"history", "users", "ada"}).at(0);
  EXPECT_EQ(past.at("created_by"), "admin");
  EXPECT_EQ(past.at("history_user_id"), "admin");
  EXPECT_EQ(past.at("history_comment"), "why\nnot");
}

TEST_F(SaveTest, SavesAnArrayInItsOrder) {
  const auto saved =
      rows({"save", "users"}, "[ {\"id\":\"b\"} ,\n {\"id\":\"a\",\"text\":\"],[\\\"\"}, {\"id\":3} ]\n");
  ASSERT_EQ(saved.size(), 3U);
  EXPECT_EQ(saved[0].at("id"), "b");
  EXPECT_EQ(saved[1].at("text"), "],[\"");
  EXPECT_EQ(saved[2].at("id"), "3");
}

TEST_F(SaveTest, SavesAnArrayWholeOrNotAtAll) {
  save(R"({"id":"seed","n":1})");
  std::string many = "[";
  for (int i = 0; i < 2500; ++i) {
    many += "{\"n\":" + std::to_string(i) + "},\n";
  }
  expect_refusal(run({"save", "users"}, many + R"({"n":"text"}])"), 1, "line 2501: ");
  expect_refusal(run({"save", "users"}, many + "{\"n\":}]"), 1, "line 2501, column 6: ");
  expect_refusal(run({"save", "users"}, many + "{\"n\":1}"), 1, "the array has no end");
  expect_refusal(run({"save", "users"}, many + "{\"n\":1}] {}"), 1, "nothing may follow");
  const Outcome refused = run({"save", "users"}, many + "]");
  expect_refusal(refused, 1, "an object is missing");
  EXPECT_THAT(refused.err, HasSubstr("nothing was saved"));
  EXPECT_EQ(rows({"count", "users"}).at(0).at("count"), 1);
  EXPECT_EQ(rows({"save", "users"}, many + R"({"n":7}])").size(), 2501U);
}

TEST_F(SaveTest, SavesNothingFromNothing) {
  for (const char* nothing : {"", "\n \n", "\xEF\xBB\xBF", "[]", " [ \n ] \n"}) {
    SCOPED_TRACE(nothing);
    EXPECT_TRUE(rows({"save", "users"}, nothing).empty());
  }
  const Outcome quiet = run({"save", "users", "--quiet"}, "[]");
  EXPECT_EQ(quiet.err, "0 saved\n");
}

TEST_F(SaveTest, ChangesNothingWhenFedWhatWasRead) {
  save(
      R"({"id":"ada","n":1,"big":18446744073709551615,"x":0.1,"ok":true,"at":"2024-05-06T07:08:09.000001Z","j":{"a":[1]}})");
  for (const auto& read : std::vector<std::vector<std::string>>{
           {"get", "users", "ada"}, {"find", "users"}, {"version", "users", "ada", "1"}, {"history", "users", "ada"}}) {
    const Outcome before = run(read);
    static_cast<void>(rows({"save", "users"}, before.out));
    EXPECT_EQ(run(read).out, before.out);
  }
}

TEST_F(SaveTest, RestoresAnOldVersion) {
  save(R"({"id":"ada","n":1})");
  save(R"({"id":"ada","n":2})");
  const Json restored = rows({"save", "users"}, run({"version", "users", "ada", "1"}).out).at(0);
  EXPECT_EQ(restored.at("n"), 1);
  EXPECT_EQ(restored.at("_version"), 3);
}

TEST_F(SaveTest, KeepsAnExpectedVersion) {
  EXPECT_EQ(rows({"save", "users", "--expected-version", "0"}, R"({"id":"ada","n":1})").at(0).at("_version"), 1);
  EXPECT_EQ(rows({"save", "users", "--expected-version", "1"}, R"([{"id":"ada","n":2}])").at(0).at("_version"), 2);
  expect_refusal(run({"save", "users", "--expected-version", "1"}, R"({"id":"ada","n":3})"), 1, "version");
  for (const char* several : {"[{\"id\":\"ada\"},{}]", "{\"id\":\"ada\"}\n{}"}) {
    expect_refusal(run({"save", "users", "--expected-version", "2"}, several), 2, "one object");
  }
  EXPECT_EQ(rows({"get", "users", "ada"}).at(0).at("n"), 2);
}

TEST_F(SaveTest, RefusesWhatIsNoEntity) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"5", "line 1"},
      {"\"text\"", "line 1"},
      {"[1]", "line 1"},
      {"{\"a\":1", "line 1, column"},
      {"{\"a\":1}}", "line 1, column 8"},
      {"{\n\"a\":1,\n}", "line 3, column 1"},
      {"{\n\"a\":12345678901234567890123\n}", "send it as text"},
      {"{\"a\":\"\xff\"}", "line 1, column"},
      {"{\"a\":\"\\u0000\"}", "U+0000"},
      {"{\"a b\":1}", "a b"},
      {"{\"_x\":1}", "_x"},
      {"{\"history_x\":1}", "history_x"},
      {"{\"ctid\":1}", "ctid"},
      {"{\"a\\\";--\":1}", "cannot be the name"},
      {"{\"" + std::string(70, 'a') + "\":1}", "at most"},
      {"{\"a\":1,\"A\":2}", "two spellings"},
      {"{\"id\":true}", "id"},
      {"{\"id\":{}}", "id"},
      {"{\"id\":1.5}", "id"},
      {"{\"id\":\"\"}", "empty"},
      {"{\"id\":\"" + std::string(65, 'x') + "\"}", "64 bytes"},
  };
  for (const auto& [input, part] : bad) {
    SCOPED_TRACE(input);
    expect_refusal(run({"save", "users"}, input), 1, part);
  }
  for (const char* name : {"a b", "a\"b", "a'; DROP TABLE users", "1a", "Users", "", "users_history", "é"}) {
    SCOPED_TRACE(name);
    expect_refusal(run({"save", name}, "{}"), 1, "cannot be the name of an entity");
    expect_refusal(run({"save", name}, ""), 1, "cannot be the name of an entity");
  }
  EXPECT_EQ(rows({"status"}).at(0).at("entities").dump(), "[]");
}

TEST_F(SaveTest, RefusesAnUnreadableFileAndMakesNoDatabase) {
  expect_refusal(run({"save", "users", "missing.json"}), 1, "cannot read 'missing.json': No such file");
  expect_refusal(run({"save", "users", "."}), 1, "cannot read '.': Is a directory");
  EXPECT_FALSE(has_file("app.db"));
}

TEST_F(SaveTest, IsQuietWhenAsked) {
  const Outcome outcome = run({"save", "users", "--quiet"}, "{}\n{}\n{}\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "3 saved\n");
}

}  // namespace
}  // namespace dalia::test
