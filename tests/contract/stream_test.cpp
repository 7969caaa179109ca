// stream_query: rows one at a time.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class Streams : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      conn().execute("CREATE TABLE [t] ([id] INTEGER PRIMARY KEY, [s] TEXT)");
      std::vector<Params> list;
      for (int i = 0; i < 3000; ++i) {
        list.push_back(params(i, std::string(static_cast<std::size_t>(i % 50), 'x')));
      }
      conn().executemany("INSERT INTO [t] VALUES (?, ?)", list);
    }
  }
};
DALIA_CONTRACT_SUITE(Streams);

TEST_P(Streams, GiveEveryRowInOrder) {
  std::int64_t next = 0;
  conn().stream_query("SELECT [id], [s] FROM [t] WHERE [id] >= ? ORDER BY [id]", params(0), [&](const Row& row) {
    EXPECT_EQ(row.get<std::int64_t>("id"), next);
    EXPECT_EQ(row.get<std::string>("s").size(), static_cast<std::size_t>(next % 50));
    ++next;
    return true;
  });
  EXPECT_EQ(next, 3000);
}

TEST_P(Streams, MayStopEarly) {
  int seen = 0;
  conn().stream_query("SELECT [id] FROM [t]", Params(), [&](const Row&) { return ++seen < 5; });
  EXPECT_EQ(seen, 5);
  conn().execute("DROP TABLE [t]");
}

TEST_P(Streams, OfNothingAreEmpty) {
  conn().stream_query("SELECT [id] FROM [t] WHERE [id] < ?", params(0), [](const Row&) {
    ADD_FAILURE();
    return true;
  });
}

TEST_P(Streams, GiveUpWhereTheVisitorThrows) {
  struct Own {};
  EXPECT_THROW(conn().stream_query("SELECT [id] FROM [t]", Params(), [](const Row&) -> bool { throw Own(); }), Own);
  EXPECT_EQ(number("SELECT count(*) FROM [t]"), 3000);
}

TEST_P(Streams, TellErrorsAsExecuteDoes) {
  const auto none = [](const Row&) { return true; };
  EXPECT_THROW(conn().stream_query("SELECT * FROM [nothing]", Params(), none), QueryError);
  EXPECT_THROW(conn().stream_query("SELECT ?", Params(), none), UsageError);
  EXPECT_THROW(conn().stream_query("SELECT 'open", Params(), none), TranslationError);
}

}  // namespace
}  // namespace dalia::test
