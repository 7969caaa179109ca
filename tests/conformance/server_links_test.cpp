// Links to a real server that break or fall silent in the middle of something.
#include <gmock/gmock.h>

#include "support/gated_connection.hpp"
#include "support/server_test.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A hundred megabytes.
constexpr const char* much =
    "SELECT repeat('x', 1000) FROM (WITH RECURSIVE [c] ([n]) AS (SELECT 1 UNION ALL SELECT [n] + 1 FROM [c] "
    "WHERE [n] < 100000) SELECT [n] FROM [c]) AS [numbers]";

class ServerLinks : public ServerTest, public testing::WithParamInterface<const char*> {
 protected:
  ServerLinks() : ServerTest(GetParam()) {}
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    conn().execute("CREATE TABLE [t] ([n] integer)");
    gated_ = std::make_unique<GatedConnection>(config());
  }

  [[nodiscard]] TcpGate& gate() { return gated_->gate(); }
  [[nodiscard]] SyncConnection& gated() { return **gated_; }
  [[nodiscard]] int rows() { return one("SELECT count(*) FROM [t]").get<int>(); }

 private:
  std::unique_ptr<GatedConnection> gated_;
};

TEST_P(ServerLinks, CutInTheMiddleOfAResult) {
  const WithinTime limit(seconds(5));
  gate().cut_after(500'000);
  const auto error = expect_error<ConnectionError>([&] { gated().execute(much); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
  EXPECT_FALSE(error->outcome_unknown()) << "it only read";
  EXPECT_FALSE(gated().is_usable());
  EXPECT_THROW(gated().execute("SELECT 1"), ConnectionError);
}

TEST_P(ServerLinks, CutInTheMiddleOfAStream) {
  const WithinTime limit(seconds(5));
  int seen = 0;
  gate().cut_after(500'000);
  RowStream stream = gated().stream_query(much);
  const auto error = expect_error<ConnectionError>([&] {
    for ([[maybe_unused]] const Row row : stream) {
      ++seen;
    }
  });
  EXPECT_TRUE(error);
  EXPECT_GT(seen, 100);
  EXPECT_LT(seen, 1000);
}

TEST_P(ServerLinks, CutDuringAChangeLeavesItsOutcomeOpen) {
  const WithinTime limit(seconds(5));
  gated().execute("INSERT INTO [t] VALUES (?)", params(1));
  gate().cut_after(1);
  const auto error =
      expect_error<OutcomeUnknown>([&] { gated().execute("INSERT INTO [t] VALUES (?)", params(7'777)); });
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->outcome_unknown());
  EXPECT_THAT(error->what(), AllOf(HasSubstr("may or may not"), Not(HasSubstr("7777"))));
  EXPECT_EQ(rows(), 2) << "here it happened";
}

TEST_P(ServerLinks, CutDuringCommitToo) {
  gated().begin_transaction();
  gated().commit_transaction();  // it is prepared now
  gated().begin_transaction();
  gated().execute("INSERT INTO [t] VALUES (1)");
  gate().cut_after(1);
  EXPECT_TRUE(expect_error<OutcomeUnknown>([&] { gated().commit_transaction(); }));
  EXPECT_EQ(rows(), 1);
}

TEST_P(ServerLinks, ButInATransactionItDidNotHappen) {
  gated().begin_transaction();
  gated().execute("INSERT INTO [t] VALUES (1)");
  gate().cut_after(1);
  EXPECT_TRUE(expect_error<ConnectionError>([&] { gated().execute("INSERT INTO [t] VALUES (2)"); }));
  EXPECT_FALSE(gated().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(ServerLinks, AServerThatFallsSilentIsGivenUpInTime) {
  const WithinTime limit(seconds(10));
  gate().stall();
  const auto error = expect_error<TimeoutError>(
      [&] { gated().execute("INSERT INTO [t] VALUES (?)", params(1), execute_options().timeout(milliseconds(200))); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Query);
  EXPECT_TRUE(error->outcome_unknown());
  EXPECT_FALSE(gated().is_usable());
}

TEST_P(ServerLinks, ASaveOverADeadLinkTellsWhatIsKnown) {
  gated().save_entity("users", {{"id", "a"}, {"n", 1}});
  gate().cut_after(1);
  try {
    gated().save_entity("users", {{"id", "a"}, {"n", 2}});
    FAIL() << "the link was cut";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("connect again"));
  }
  const std::int64_t version = conn().get_entity("users", "a")->version();
  EXPECT_EQ(conn().get_entity_history("users", "a").size(), static_cast<std::size_t>(version));
}

INSTANTIATE_TEST_SUITE_P(All, ServerLinks, testing::Values("postgres", "mysql"),
                         [](const testing::TestParamInfo<const char*>& backend) { return backend.param; });

}  // namespace
}  // namespace dalia::test
