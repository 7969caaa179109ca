// Statements and connections that are ended on a real MariaDB or MySQL server.
#include <thread>

#include <gmock/gmock.h>

#include "conformance/mysql_test.hpp"
#include "support/gated_connection.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

class MySqlLinks : public MySqlTest {
 protected:
  /// Another thread's: as soon as `connection` sleeps on the server.
  void kill_when_it_sleeps(const std::string& what, const std::string& thread_id) {
    const auto watcher = connect();
    while (watcher
               ->execute("SELECT 1 FROM [information_schema].[processlist] WHERE [id] = ? AND [state] = 'User sleep'",
                         params(thread_id))
               .empty()) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    watcher->execute("KILL " + what + " " + thread_id);
  }
};

TEST_F(MySqlLinks, AKilledStatementIsATimeoutEvenWhereTheServerCallsItSuccess) {
  const auto started = steady_clock::now();
  EXPECT_THROW(conn().execute("SELECT SLEEP(30)", Params(), execute_options().timeout(milliseconds(100))),
               TimeoutError);
  EXPECT_LT(steady_clock::now() - started, std::chrono::seconds(5));
  EXPECT_TRUE(conn().is_usable());
  for (int i = 0; i < 20; ++i) {
    const auto begun = steady_clock::now();
    EXPECT_THROW(conn().execute("SELECT SLEEP(1)", Params(), execute_options().timeout(milliseconds(5))), TimeoutError);
    EXPECT_EQ(one("SELECT 1"), Value(1)) << "the next statement is not stopped in its place";
    EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(1));
  }
}

TEST_F(MySqlLinks, InterruptEndsAStatement) {
  std::thread interrupting([&] {
    std::this_thread::sleep_for(milliseconds(100));
    conn().interrupt();
  });
  const auto started = steady_clock::now();
  try {
    conn().execute("SELECT SLEEP(30)");
  } catch (const QueryError& error) {
    EXPECT_EQ(error.native_code(), 1317);
  }
  interrupting.join();
  EXPECT_LT(steady_clock::now() - started, std::chrono::seconds(5));
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

TEST_F(MySqlLinks, AnEndedConnectionIsAConnectionError) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  const SyncConnectionHandle killer = connect();
  killer->execute("KILL " + thread_id(conn()));
  EXPECT_THROW(conn().execute("SELECT [n] FROM [t]"), ConnectionError);
  EXPECT_FALSE(conn().is_usable());

  const SyncConnectionHandle writer = connect();
  writer->execute("INSERT INTO [t] VALUES (1)");
  killer->execute("KILL " + thread_id(*writer));
  EXPECT_THROW(writer->execute("INSERT INTO [t] VALUES (1)"), OutcomeUnknown);
}

TEST_F(MySqlLinks, AStatementThatSomebodyStops) {
  const WithinTime limit(seconds(10));
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  std::thread other([&, id = thread_id(conn())] { kill_when_it_sleeps("QUERY", id); });
  const auto error = error_of<QueryError>(1317, "UPDATE [t] SET [n] = SLEEP(20) + 2");
  other.join();
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("the statement was stopped"));
  EXPECT_TRUE(conn().is_usable());
  EXPECT_EQ(one("SELECT [n] FROM [t]"), Value(1));
}

TEST_F(MySqlLinks, AConnectionThatSomebodyEndsDuringAStatement) {
  const WithinTime limit(seconds(10));
  std::thread other([&, id = thread_id(conn())] { kill_when_it_sleeps("CONNECTION", id); });
  const auto error = expect_error<ConnectionError>([&] { conn().execute("SELECT SLEEP(20)"); });
  other.join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 2013);
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
  EXPECT_FALSE(conn().is_usable());
  EXPECT_EQ(manager().sync_connection()->execute("SELECT 1").size(), 1U) << "the manager makes another one";
}

TEST_F(MySqlLinks, AConnectionThatWasIdleTooLong) {
  conn().execute("SET wait_timeout = 1");
  std::this_thread::sleep_for(milliseconds(2500));
  const auto error = expect_error<ConnectionError>([&] { conn().execute("SELECT 1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 2006);
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
  EXPECT_FALSE(conn().is_usable());
}

TEST_F(MySqlLinks, TheClientLibrarysCodesOfLinksThatBreak) {
  GatedConnection reading(config());
  reading.gate().cut_after(500'000);
  const auto cut =
      expect_error<ConnectionError>([&] { reading->execute("SELECT repeat('x', 1000) FROM [seq_1_to_100000]"); });
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->native_code(), 2013);
  GatedConnection changing(config());
  changing->execute("CREATE TABLE [t] ([n] INT)");
  changing->execute("INSERT INTO [t] VALUES (1)");
  changing.gate().cut_after(1);
  const auto changed = expect_error<OutcomeUnknown>([&] { changing->execute("INSERT INTO [t] VALUES (1)"); });
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->native_code(), 2013);
  TcpGate greeting(config().host, config().port);
  greeting.cut_after(1);
  EXPECT_EQ(refusal<ConnectionError>(through_gate(config(), greeting))->native_code(), 2013);
}

}  // namespace
}  // namespace dalia::test
