// What dalia refuses before a server sees it, the same on every engine.
#include <ostream>

#include <gmock/gmock.h>

#include "support/server_test.hpp"

namespace dalia::test {
namespace {

using ::testing::HasSubstr;

struct Engine {
  const char* name;
  std::size_t most_parameters;  ///< that every version of the client library takes
};

void PrintTo(const Engine& engine, std::ostream* out) {
  *out << engine.name;
}

class ServerErrors : public ServerTest, public testing::WithParamInterface<Engine> {
 protected:
  ServerErrors() : ServerTest(GetParam().name) {}

  /// Whether so many parameters are all the same.
  [[nodiscard]] bool compare(std::size_t count) {
    std::string sql = "SELECT CAST(? AS char(1)) IN (CAST(? AS char(1))";
    Params values;
    values.add("y").add("y");
    for (std::size_t i = 2; i < count; ++i) {
      sql += ",CAST(? AS char(1))";
      values.add("y");
    }
    return one(sql + ")", values).get<bool>();
  }
};

TEST_P(ServerErrors, SeveralStatementsInOneText) {
  for (const char* sql : {"SELECT 1; SELECT 2", "CREATE TABLE x (n integer); DROP TABLE x"}) {
    const auto error = expect_error<TranslationError>([&] { conn().execute(sql); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("several statements in one text"));
  }
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

TEST_P(ServerErrors, TooManyParameters) {
  EXPECT_TRUE(compare(GetParam().most_parameters));
  const auto error = expect_error<TranslationError>([&] { static_cast<void>(compare(65'536)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("65535"));
  EXPECT_TRUE(conn().is_usable());
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

/// libpq 15 loses the link over the description of more parameters; others may take them.
TEST_P(ServerErrors, MoreParametersThanTheClientLibraryTakesAreExplained) {
  try {
    EXPECT_TRUE(compare(20'000));
  } catch (const ConnectionError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at most 7498 parameters"));
    EXPECT_FALSE(error.outcome_unknown());
  }
}

INSTANTIATE_TEST_SUITE_P(All, ServerErrors, testing::Values(Engine{"postgres", 7'498}, Engine{"mysql", 65'535}),
                         [](const testing::TestParamInfo<Engine>& engine) { return std::string(engine.param.name); });

}  // namespace
}  // namespace dalia::test
