// Links to a real PostgreSQL server that break or fall silent in the middle of something.
#include <gmock/gmock.h>

#include "conformance/postgres_test.hpp"
#include "support/tcp_gate.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresLinks : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    conn().execute("CREATE TABLE [t] ([n] integer)");
    DatabaseConfig through = config();
    gate_ = std::make_unique<TcpGate>(through.host, through.port);
    through.host = "127.0.0.1";
    through.port = gate_->port();
    through.options["sslmode"] = "disable";  // so that bytes are those of the protocol
    through_gate_ = open(through);
    gated_.emplace(through_gate_->sync_connection());
    gated().execute("SELECT 1");
  }

  [[nodiscard]] TcpGate& gate() { return *gate_; }
  [[nodiscard]] SyncConnection& gated() { return **gated_; }
  [[nodiscard]] int rows() { return conn().execute("SELECT count(*) FROM [t]").front().get<int>(0); }

 private:
  std::unique_ptr<TcpGate> gate_;
  std::unique_ptr<ConnectionManager> through_gate_;
  std::optional<SyncConnectionHandle> gated_;
};

TEST_F(PostgresLinks, CutInTheMiddleOfAResult) {
  const WithinTime limit(seconds(5));
  gate().cut_after(500'000);
  const auto error = expect_error<ConnectionError>(
      [&] { gated().execute("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
  EXPECT_FALSE(error->outcome_unknown()) << "it only read";
  EXPECT_FALSE(gated().is_usable());
  EXPECT_THROW(gated().execute("SELECT 1"), ConnectionError);
}

TEST_F(PostgresLinks, CutInTheMiddleOfAStream) {
  const WithinTime limit(seconds(5));
  int seen = 0;
  gate().cut_after(500'000);
  RowStream stream = gated().stream_query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
  const auto error = expect_error<ConnectionError>([&] {
    for ([[maybe_unused]] const Row row : stream) {
      ++seen;
    }
  });
  EXPECT_TRUE(error);
  EXPECT_GT(seen, 100);
  EXPECT_LT(seen, 1000);
}

TEST_F(PostgresLinks, CutDuringAChangeLeavesItsOutcomeOpen) {
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

TEST_F(PostgresLinks, CutDuringCommitToo) {
  gated().begin_transaction();
  gated().commit_transaction();  // it is prepared now
  gated().begin_transaction();
  gated().execute("INSERT INTO [t] VALUES (1)");
  gate().cut_after(1);
  EXPECT_TRUE(expect_error<OutcomeUnknown>([&] { gated().commit_transaction(); }));
  EXPECT_EQ(rows(), 1);
}

TEST_F(PostgresLinks, ButInATransactionItDidNotHappen) {
  gated().begin_transaction();
  gated().execute("INSERT INTO [t] VALUES (1)");
  gate().cut_after(1);
  EXPECT_TRUE(expect_error<ConnectionError>([&] { gated().execute("INSERT INTO [t] VALUES (2)"); }));
  EXPECT_FALSE(gated().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_F(PostgresLinks, AServerThatFallsSilentIsGivenUpInTime) {
  const WithinTime limit(seconds(10));
  gate().stall();
  const auto error = expect_error<TimeoutError>(
      [&] { gated().execute("INSERT INTO [t] VALUES (?)", params(1), execute_options().timeout(milliseconds(200))); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Query);
  EXPECT_TRUE(error->outcome_unknown());
  EXPECT_FALSE(gated().is_usable());
}

TEST_F(PostgresLinks, ASaveOverADeadLinkTellsWhatIsKnown) {
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

}  // namespace
}  // namespace dalia::test
