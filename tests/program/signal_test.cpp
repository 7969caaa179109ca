// SIGINT and SIGTERM: the batch in hand is rolled back, exit status 130.
#include <signal.h>
#include <unistd.h>

#include "program/program_test.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;

class SignalTest : public ProgramTest {
 protected:
  [[nodiscard]] static std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += "{\"n\":" + std::to_string(i) + "}\n";
    }
    return text;
  }
};

TEST_F(SignalTest, KeepsTheBatchesBefore) {
  for (const int number : {SIGINT, SIGTERM}) {
    Child child({"save", "others" + std::string(number == SIGINT ? "_int" : "_term")}, options());
    child.write(lines(1500));
    child.wait_for("\"n\":999,");
    child.signal(number);
    Outcome outcome;
    {
      // The input stays open: only the signal can end the wait for it.
      const auto begin = std::chrono::steady_clock::now();
      outcome = child.finish(std::string(1, ' '));
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
    }
    EXPECT_EQ(outcome.status, 130);
    EXPECT_EQ(outcome.err, "dalia: interrupted; 1000 saved\n");
  }
  EXPECT_EQ(rows({"count", "others_int"}).at(0).at("count"), 1000);
}

TEST_F(SignalTest, SavesNothingOfAnAtomicFile) {
  save(R"({"n":1})");
  Child child({"save", "users", "--atomic", "--quiet"}, options());
  child.write(lines(20'000));
  child.signal(SIGINT);
  const Outcome outcome = child.finish("\n");
  EXPECT_EQ(outcome.status, 130);
  EXPECT_EQ(outcome.err, "dalia: interrupted; nothing was saved\n");
  EXPECT_EQ(rows({"count", "users"}).at(0).at("count"), 1);
}

TEST_F(SignalTest, StopsALongStatement) {
  Child child(
      {"exec", "WITH RECURSIVE [c] ([x]) AS (SELECT 1 UNION ALL SELECT [x] + 1 FROM [c]) SELECT sum([x]) FROM [c]"},
      options());
  while (!has_file("app.db")) {
    usleep(10'000);
  }
  usleep(300'000);
  child.signal(SIGINT);
  const Outcome outcome = child.finish();
  EXPECT_EQ(outcome.status, 130);
  EXPECT_EQ(outcome.err, "dalia: interrupted\n");
}

}  // namespace
}  // namespace dalia::test
