// The program and the example give the same output on every engine, but for ids, times and what names the engine.
#include <map>
#include <ostream>
#include <regex>

#include "program/program_test.hpp"
#include "support/backends.hpp"

namespace dalia::test {
namespace {

using Words = std::vector<std::string>;

struct Command {
  Words words;
  std::string input = std::string();
};

/// A session of somebody who tries everything.
const std::vector<Command> session = {
    {{"find", "people"}},
    {{"count", "people"}},
    {{"get", "people", "ada"}},
    {{"history", "people", "ada"}},
    {{"save", "people", "--user", "editor", "--comment", "first"},
     R"({"id":"ada","name":"Ada","age":36,"born":"1815-12-10","tags":["math",1,null],"address":{"city":"London"}}
{"id":"bob","name":"Bob \"the\" builder","age":7,"height":1.5,"is_guest":true}
{"id":"zoë","name":"Zo\u00eb \ud83d\ude00","age":null,"height":0.1,"is_guest":false,"note":""}
)"},
    {{"save", "people"}, R"({"name":"without an id","age":9007199254740993})"},
    {{"save", "people", "--user", "editor"}, R"({"id":"ada","age":37,"email":"ada@example.org"})"},
    {{"save", "people"}, R"({"id":"ada","age":37})"},
    {{"save", "people", "--expected-version", "1"}, R"({"id":"ada","age":38})"},
    {{"save", "people", "--expected-version", "2"}, R"({"id":"ada","age":38.5})"},
    {{"save", "people"}, R"({"id":"bob","age":"a text now"})"},
    {{"save", "people"}, R"({"id":"bob","bad field":1})"},
    {{"save", "people"}, R"({"id":)"},
    {{"save", "people"}, R"([{"id":"c1","name":"C","age":1},{"id":"c2","name":"c","age":2},{"id":"c1","age":3}])"},
    {{"get", "people", "ada"}},
    {{"get", "people", "bob"}},
    {{"get", "people", "nobody"}},
    {{"find", "people", "--where", "[id] = ?", "--param", "\"ada\""}},
    {{"find", "people", "--where", "[name] IN (?, ?)", "--param", "\"C\"", "--param", "\"Ada\"", "--order-by", "[id]"}},
    {{"find", "people", "--where", "[name] LIKE ?", "--param", "\"Zo%\""}},
    {{"find", "people", "--where", "[height] > ?", "--param", "1", "--order-by", "[height] DESC"}},
    {{"find", "people", "--where", "[is_guest] = ?", "--param", "true"}},
    {{"find", "people", "--where", "[id] <> ''", "--order-by", "[name], [id]", "--limit", "2", "--offset", "1"}},
    {{"find", "people", "--where", "[nothing] = 1"}},
    {{"count", "people", "--where", "[age] IS NULL"}},
    {{"delete", "people", "bob", "--user", "editor"}},
    {{"delete", "people", "nobody"}},
    {{"get", "people", "bob"}},
    {{"save", "people"}, R"({"id":"bob","age":"8"})"},
    {{"count", "people"}},
    {{"count", "people", "--include-deleted"}},
    {{"restore", "people", "bob"}},
    {{"history", "people", "bob"}},
    {{"history", "people", "ada"}},
    {{"version", "people", "ada", "1"}},
    {{"version", "people", "ada", "99"}},
    {{"delete", "people", "c2", "--permanent"}},
    {{"history", "people", "c2"}},
    {{"find", "people", "--order-by", "[id]", "--where", "[id] < ?", "--param", "\"e\""}},
    {{"exec", "CREATE TABLE [orders] ([id] INTEGER PRIMARY KEY, [customer] VARCHAR(20) NOT NULL, [pieces] INTEGER)"}},
    {{"exec", "INSERT INTO [orders] ([id], [customer], [pieces]) VALUES (?, ?, ?), (2, 'bob', 5), (3, 'ada', NULL)",
      "1", "ada", "10"}},
    {{"exec", "UPDATE [orders] SET [pieces] = [pieces] + 1 WHERE [customer] = ?", "ada"}},
    {{"exec", "SELECT * FROM [orders] ORDER BY [id]"}},
    {{"exec",
      "SELECT [customer], count(*) AS [orders], max([pieces]) AS [most] FROM [orders] GROUP BY [customer] "
      "ORDER BY [customer]"}},
    {{"exec",
      "SELECT [p].[name] || ' has ' || [o].[pieces] AS [line] FROM [orders] AS [o] JOIN [people] AS [p] "
      "ON [p].[id] = [o].[customer] WHERE [o].[pieces] IS NOT NULL ORDER BY [o].[id]"}},
    {{"exec", "SELECT [id] FROM [orders] WHERE [pieces] > ? ORDER BY [id] LIMIT 1", "1"}},
    {{"exec", "SELECT [id] FROM [orders] WHERE [id] = 99"}},
    {{"exec", "DELETE FROM [orders] WHERE [customer] = ?", "bob"}},
    {{"exec", "SELECT 1 AS [a]; SELECT 2 AS [a]"}},
    {{"exec", "SELECT [a"}},
    {{"exec", "SELECT ? AS [a]"}},
    {{"save", "cities"}, R"({"id":"london"})"},
    {{"save", "Animals"}, R"({"id":"cat"})"},
    {{"ping"}},
    {{"status"}},
};

/// Ids by the order in which they come, so that the same id keeps its name.
std::string with_numbered_ids(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  std::map<std::string, std::size_t> numbers;
  std::string result;
  std::size_t end = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), uuid), none; at != none; ++at) {
    const auto begin = static_cast<std::size_t>(at->position());
    const std::size_t number = numbers.emplace(at->str(), numbers.size() + 1).first->second;
    result += text.substr(end, begin - end) + "<id " + std::to_string(number) + ">";
    end = begin + at->str().size();
  }
  return result + text.substr(end);
}

std::string comparable(std::string text) {
  static const std::pair<std::regex, const char*> changes[] = {
      {std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)"), "<time>"},
      {std::regex(R"(\d+ ms)"), "<n> ms"},
      {std::regex(R"x("ms":[0-9.e-]+)x"), "\"ms\":<n>"},
      {std::regex(R"((sqlite|postgres|mysql):[^ "\n]+[^ "\n.])"), "<url>"},
      {std::regex(R"x("backend":"(sqlite|postgres|mysql)","server":"[^"]+")x"), "<server>"},
  };
  for (const auto& [pattern, word] : changes) {
    text = std::regex_replace(text, pattern, word);
  }
  return with_numbered_ids(text);
}

std::string shell_line(const Words& words) {
  std::string line = "$ dalia";
  for (const std::string& word : words) {
    line += " '" + word + "'";
  }
  return line;
}

class ProgramOnEngines : public ProgramTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    require_server(backend_named(GetParam()));
  }

  /// What both streams and the exit status tell.
  [[nodiscard]] std::string told(const Command& command, const ChildOptions& options) const {
    const Outcome outcome = Child(command.words, options).finish(command.input);
    return outcome.out + outcome.err + "exit " + std::to_string(outcome.status) + "\n";
  }
  [[nodiscard]] std::string transcript(const std::string& url) const {
    ChildOptions of_engine = options();
    of_engine.environment["DALIA_URL"] = url;
    std::string text;
    for (const Command& command : session) {
      text += shell_line(command.words) + "\n" + told(command, of_engine);
    }
    return comparable(text);
  }
  /// Run twice: the second time everything is there already.
  [[nodiscard]] std::string example(const char* program, const std::string& url) const {
    ChildOptions with = options();
    with.program = program;
    return comparable(told({{url}}, with) + told({{url}}, with));
  }
};

TEST_P(ProgramOnEngines, TheProgramSaysTheSameAsOnSqlite) {
  const PrivateDatabase database(backend_named(GetParam()));
  const std::string expected = transcript("sqlite:app.db?mode=rwc");
  EXPECT_THAT(expected, testing::HasSubstr("<id 1>"));
  EXPECT_EQ(transcript(database.url()), expected);
}

TEST_P(ProgramOnEngines, TheExamplesSayTheSameAsOnSqlite) {
  const std::string expected = example(DALIA_QUICKSTART, "sqlite:example.db");
  EXPECT_THAT(expected, testing::EndsWith("exit 0\n"));
  EXPECT_EQ(example(DALIA_COROUTINES, "sqlite:coroutines.db"), expected);
  for (const char* program : {DALIA_QUICKSTART, DALIA_COROUTINES}) {
    const PrivateDatabase database(backend_named(GetParam()));
    EXPECT_EQ(example(program, database.url()), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProgramOnEngines, testing::Values("postgres", "mysql"),
                         [](const testing::TestParamInfo<const char*>& backend) { return backend.param; });

}  // namespace
}  // namespace dalia::test
