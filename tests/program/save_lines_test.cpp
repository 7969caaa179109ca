// dalia save of JSON Lines: batches of 1,000, bounded memory.
#include <fstream>

#include "program/program_test.hpp"
#include "support/instrumented.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;

std::string numbered(int begin, int end) {
  std::string lines;
  for (int i = begin; i < end; ++i) {
    lines += "{\"id\":\"k" + std::to_string(i) + "\",\"n\":" + std::to_string(i) + "}\n";
  }
  return lines;
}

class SaveLinesTest : public ProgramTest {
 protected:
  [[nodiscard]] int count() const { return rows({"count", "users"}).at(0).at("count"); }
};

TEST_F(SaveLinesTest, KeepsTheOrder) {
  const auto saved = rows({"save", "users"}, numbered(0, 2500));
  ASSERT_EQ(saved.size(), 2500U);
  for (int i = 0; i < 2500; ++i) {
    EXPECT_EQ(saved[static_cast<std::size_t>(i)].at("n"), i);
  }
}

TEST_F(SaveLinesTest, SkipsBlankLinesAndAByteOrderMark) {
  EXPECT_EQ(rows({"save", "users"}, "\xEF\xBB\xBF{\"id\":1}\r\n\r\n  \n{\"id\":2}\n\n{\"id\":3}").size(), 3U);
}

TEST_F(SaveLinesTest, StopsAtABadLineAndKeepsTheBatchesBefore) {
  const std::string good = numbered(0, 2300);
  for (const char* bad : {"{\"n\":\n", "{\"n\":\"text\"}\n", "nonsense\n", "{\"n\":1} {}\n", "{\"id\":true}\n"}) {
    SCOPED_TRACE(bad);
    const Outcome outcome = run({"save", "users"}, good + bad + numbered(3000, 4000));
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, testing::StartsWith("dalia: line 2301"));
    EXPECT_THAT(outcome.err, HasSubstr("; 2000 saved\n"));
    EXPECT_EQ(json_lines(outcome.out).size(), 2000U);
    EXPECT_EQ(count(), 2000);
  }
}

TEST_F(SaveLinesTest, NamesABadFirstLine) {
  expect_refusal(run({"save", "users"}, "{\"n\":\n" + numbered(0, 10)), 1, "line 1, column");
  expect_refusal(run({"save", "users"}, "nonsense\n" + numbered(0, 10)), 1, "line 1, column");
  EXPECT_FALSE(has_file("app.db"));
}

TEST_F(SaveLinesTest, SavesAllOrNothingWhenAtomic) {
  save(R"({"id":"seed","n":1})");
  expect_refusal(run({"save", "users", "--atomic"}, numbered(0, 2300) + "{\"n\":\"text\"}\n"), 1, "line 2301: ");
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(rows({"save", "users", "--atomic"}, numbered(0, 2300)).size(), 2300U);
  EXPECT_EQ(count(), 2301);
}

TEST_F(SaveLinesTest, PrintsABatchAsItCommits) {
  Child child({"save", "users"}, options());
  child.write(numbered(0, 1000));
  child.wait_for("\"k999\"");
  EXPECT_EQ(count(), 1000);
  EXPECT_EQ(child.finish("{\"id\":\"last\"}\n").status, 0);
}

TEST_F(SaveLinesTest, RefusesALineThatIsTooLong) {
  const std::string line = "{\"a\":\"" + std::string(std::size_t{65} * 1024 * 1024, 'x') + "\"}\n";
  expect_refusal(run({"save", "users"}, numbered(0, 5) + line), 1, "line 6: more than 64 MiB");
  EXPECT_EQ(count(), 0);
}

TEST_F(SaveLinesTest, HoldsNoMoreThanABatchInMemory) {
  const int lines = is_instrumented ? 3'000 : 100'000;
  {
    std::ofstream file(path("big.jsonl"));
    const std::string filling(400, 'x');
    for (int i = 0; i < lines; ++i) {
      file << "{\"id\":\"k" << i << "\",\"text\":\"" << filling << "\"}\n";
    }
  }
  const Outcome outcome = run({"save", "users", "big.jsonl", "--quiet"});
  EXPECT_EQ(outcome.err, std::to_string(lines) + " saved\n");
  if (!is_instrumented) {
    EXPECT_LT(outcome.peak_kilobytes, 25'000U) << "the file alone has 43 MB";
  }
}

}  // namespace
}  // namespace dalia::test
