// dalia translate: byte for byte, without a database.
#include "program/program_test.hpp"

namespace dalia::test {
namespace {

class TranslateTest : public ProgramTest {
 protected:
  [[nodiscard]] Outcome translate(const std::string& dialect, const std::string& sql) const {
    ChildOptions without_database = options();
    without_database.environment["DALIA_URL"] = "";
    return Child({"translate", "--to", dialect}, without_database).finish(sql);
  }
};

TEST_F(TranslateTest, CopiesAllButNamesAndParameters) {
  EXPECT_EQ(translate("postgres", "SELECT [a b], '[x]?'\tFROM [t] WHERE [c] = ? -- ?\n").out,
            "SELECT \"a b\", '[x]?'\tFROM \"t\" WHERE \"c\" = $1 -- ?\n");
  EXPECT_EQ(translate("mysql", "SELECT [a]").out, "SELECT `a`");
  EXPECT_EQ(translate("sqlite", "SELECT [a]\r\n").out, "SELECT \"a\"\r\n");
  EXPECT_EQ(translate("mariadb", "SELECT [ä]").out, "SELECT `ä`");
}

TEST_F(TranslateTest, RefusesWhatCannotBeReadSafely) {
  expect_refusal(translate("postgres", "SELECT\n  [a"), 1, "line 2, column 3");
  expect_refusal(translate("sqlite", "SELECT ??"), 1, "line 1, column 8");
  expect_refusal(translate("mysql", std::string("SELECT \0 1", 10)), 1, "line 1");
  expect_refusal(translate("oracle", "SELECT 1"), 2, "oracle");
}

}  // namespace
}  // namespace dalia::test
