#include "dalia/connections/sync_connection.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "dalia/core/error.hpp"
#include "unit/connections/temporary_folder.hpp"

namespace dalia {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

class SyncConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override { conn_->execute("CREATE TABLE [t] ([id] INTEGER PRIMARY KEY, [a] TEXT UNIQUE)"); }

  int count() { return conn_->execute("SELECT count(*) FROM [t]")[0].get<int>(0); }

  testing::TemporaryFolder folder_;
  std::unique_ptr<ConnectionManager> db_ = testing::sqlite(folder_.file("x.db"));
  SyncConnectionHandle conn_ = db_->sync_connection();
};

TEST_F(SyncConnectionTest, StopsARunawayStatementInTime) {
  const auto begin = std::chrono::steady_clock::now();
  try {
    conn_->execute(endless, params(), execute_options().timeout(milliseconds(50)));
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.phase(), TimeoutPhase::Query);
    EXPECT_THAT(error.what(), HasSubstr("0.05 s"));
    EXPECT_EQ(error.statement(), endless);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000));
  EXPECT_EQ(count(), 0);
}

TEST_F(SyncConnectionTest, KeepsATransactionWhoseReadTimedOut) {
  conn_->begin_transaction();
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  EXPECT_THROW(conn_->execute(endless, params(), execute_options().timeout(milliseconds(20))), TimeoutError);
  EXPECT_TRUE(conn_->in_transaction());
  conn_->commit_transaction();
  EXPECT_EQ(count(), 1);
}

// SQLite undoes all of a transaction whose write is interrupted (https://sqlite.org/c3ref/interrupt.html).
TEST_F(SyncConnectionTest, SaysThatAWriteThatTimedOutTookItsTransactionAlong) {
  conn_->begin_transaction();
  try {
    conn_->execute(std::string("INSERT INTO [t] ([a]) ") + endless, params(),
                   execute_options().timeout(milliseconds(20)));
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rolled back the whole transaction"));
  }
  EXPECT_FALSE(conn_->in_transaction());
  EXPECT_THROW(conn_->commit_transaction(), UsageError);
  db_->sync_connection()->execute("INSERT INTO [t] ([a]) VALUES ('y')");  // no turn was kept
}

TEST_F(SyncConnectionTest, IsInterruptedFromAnotherThread) {
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) {
      conn_->interrupt();
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  try {
    conn_->execute(endless);
    ADD_FAILURE();
  } catch (const QueryError& error) {
    EXPECT_THAT(error.what(), HasSubstr("interrupt"));
  }
  done = true;
  other.join();
  EXPECT_EQ(count(), 0);
}

TEST_F(SyncConnectionTest, IsInterruptedWhileItWaitsForItsTurn) {
  const auto writer = db_->sync_connection();
  writer->begin_transaction();
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) {
      conn_->interrupt();
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  EXPECT_THROW(conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')"), QueryError);
  done = true;
  other.join();
}

TEST_F(SyncConnectionTest, WaitsForItsTurnOnlyUntilItsDeadline) {
  const auto writer = db_->sync_connection();
  writer->begin_transaction();
  writer->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  try {
    conn_->execute("INSERT INTO [t] ([a]) VALUES ('y')", params(), execute_options().timeout(milliseconds(30)));
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_TRUE(error.is_retryable());
    EXPECT_THAT(error.what(), AllOf(HasSubstr("x.db"), HasSubstr("another connection of this process")));
  }
  EXPECT_EQ(count(), 0);  // reads do not wait
  writer->commit_transaction();
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('y')");
  EXPECT_EQ(count(), 2);
}

TEST_F(SyncConnectionTest, WaitsForAnotherProcessOnlyUntilItsDeadline) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {  // raw SQLite, a fresh handle
    sqlite3* database = nullptr;
    bool good = sqlite3_open(folder_.file("x.db").c_str(), &database) == SQLITE_OK &&
                sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    good = write(ready[1], good ? "y" : "n", 1) == 1 && good;
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const auto begin = std::chrono::steady_clock::now();
  try {
    conn_->execute("INSERT INTO [t] ([a]) VALUES ('y')", params(), execute_options().timeout(milliseconds(50)));
    ADD_FAILURE();
  } catch (const TimeoutError& error) {
    EXPECT_TRUE(error.is_retryable());
    EXPECT_THAT(error.what(), HasSubstr("locked by another process"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('y')");
  close(ready[0]);
  close(ready[1]);
}

TEST_F(SyncConnectionTest, TellsAStaleSnapshotAtOnce) {
  const auto other = db_->sync_connection();
  conn_->execute("BEGIN");
  EXPECT_EQ(count(), 0);
  other->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  try {
    conn_->execute("INSERT INTO [t] ([a]) VALUES ('y')");
    FAIL();
  } catch (const TransientError& error) {
    EXPECT_EQ(error.native_code(), SQLITE_BUSY_SNAPSHOT);
  }
  other->execute("INSERT INTO [t] ([a]) VALUES ('z')");  // the turn was given up
  conn_->rollback_transaction();
}

TEST_F(SyncConnectionTest, HoldsNoLockAfterAnExecute) {
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x'), ('y')");
  const auto other = db_->sync_connection();
  other->execute("SELECT * FROM [t]");
  EXPECT_THROW(other->execute("INSERT INTO [t] ([a]) VALUES ('x')"), ConstraintViolation);
  conn_->execute("DROP TABLE [t]");
}

TEST_F(SyncConnectionTest, NamesTheConstraint) {
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  try {
    conn_->execute("INSERT INTO [t] ([a]) VALUES (?)", params("x"));
    FAIL();
  } catch (const ConstraintViolation& error) {
    EXPECT_EQ(error.kind(), ConstraintKind::Unique);
    EXPECT_EQ(error.table(), "t");
    EXPECT_EQ(error.column(), "a");
    EXPECT_EQ(error.statement(), "INSERT INTO [t] ([a]) VALUES (?)");
  }
}

TEST_F(SyncConnectionTest, PointsIntoTheStatementWhereItIsTheCallersOwn) {
  try {
    conn_->execute("SELECT 1,\n  nope");
    FAIL();
  } catch (const QueryError& error) {
    ASSERT_NE(error.position(), nullptr);
    EXPECT_EQ(*error.position(), (Position{12, 2, 3}));
  }
  try {
    conn_->execute("SELECT [id], nope FROM [t]");
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.position(), nullptr);
    EXPECT_EQ(error.statement(), "SELECT [id], nope FROM [t]");
  }
}

TEST_F(SyncConnectionTest, RefusesSeveralStatements) {
  EXPECT_THROW(conn_->execute("SELECT 1; SELECT 2"), TranslationError);
}

TEST_F(SyncConnectionTest, CommitsAndRollsBack) {
  EXPECT_THROW(conn_->commit_transaction(), UsageError);
  EXPECT_THROW(conn_->rollback_transaction(), UsageError);
  conn_->begin_transaction();
  EXPECT_THROW(conn_->begin_transaction(), UsageError);
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  conn_->rollback_transaction();
  EXPECT_EQ(count(), 0);
  conn_->begin_transaction();
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  conn_->commit_transaction();
  EXPECT_EQ(count(), 1);
}

TEST_F(SyncConnectionTest, RefusesWritesInAReadOnlyTransaction) {
  conn_->begin_transaction(transaction_options().read_only());
  EXPECT_EQ(count(), 0);
  EXPECT_THROW(conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')"), QueryError);
  EXPECT_TRUE(conn_->in_transaction());
  conn_->commit_transaction();
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
}

TEST_F(SyncConnectionTest, TransactsAndTriesAgain) {
  int runs = 0;
  const int result = conn_->transact([&](SyncConnection& tx) {
    tx.execute("INSERT INTO [t] ([a]) VALUES ('x')");
    if (++runs < 3) {
      ErrorFacts facts;
      facts.retryable = true;
      throw TransientError("conflict", facts);
    }
    return 42;
  });
  EXPECT_EQ(result, 42);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(count(), 1);
  EXPECT_FALSE(conn_->in_transaction());
}

TEST_F(SyncConnectionTest, TransactRollsBackAnyException) {
  EXPECT_THROW(conn_->transact([&](SyncConnection& tx) {
    tx.execute("INSERT INTO [t] ([a]) VALUES ('x')");
    throw 1;
  }),
               int);
  EXPECT_EQ(count(), 0);
  EXPECT_FALSE(conn_->in_transaction());
}

TEST_F(SyncConnectionTest, TransactJoinsAnOpenTransaction) {
  conn_->begin_transaction();
  conn_->transact([](SyncConnection& tx) { tx.execute("INSERT INTO [t] ([a]) VALUES ('x')"); });
  EXPECT_TRUE(conn_->in_transaction());
  conn_->rollback_transaction();
  EXPECT_EQ(count(), 0);
}

TEST_F(SyncConnectionTest, SerializesWritersOfManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const auto conn = db_->sync_connection();
      for (int i = 0; i < 25; ++i) {
        conn->transact([&](SyncConnection& tx) {
          const int before = tx.execute("SELECT count(*) FROM [t]")[0].get<int>(0);
          tx.execute("INSERT INTO [t] ([id], [a]) VALUES (?, ?)", params(before, std::to_string(t * 100 + i)));
        });
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(count(), 100);
}

TEST_F(SyncConnectionTest, StreamsRows) {
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x'), ('y'), ('z')");
  std::string seen;
  for (const Row& row : conn_->stream_query("SELECT [a] FROM [t] WHERE [id] > ? ORDER BY [id]", params(1))) {
    seen += row.get<std::string>("a");
    EXPECT_EQ(count(), 3);  // the connection serves other statements meanwhile, the same one too
    conn_->execute("SELECT [a] FROM [t] WHERE [id] > ? ORDER BY [id]", params(0));
  }
  EXPECT_EQ(seen, "yz");
}

TEST_F(SyncConnectionTest, GivesUpAStreamThatIsLeftEarly) {
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x'), ('y'), ('z')");
  {
    RowStream stream = conn_->stream_query("SELECT * FROM [t]");
    EXPECT_NE(stream.next(), nullptr);
    RowStream moved = std::move(stream);
    EXPECT_EQ(stream.next(), nullptr);
    EXPECT_NE(moved.next(), nullptr);
  }
  conn_->execute("DROP TABLE [t]");
}

TEST_F(SyncConnectionTest, EndsStreamsWhenItCloses) {
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x'), ('y'), ('z')");
  RowStream stream = conn_->stream_query("SELECT * FROM [t]");
  EXPECT_NE(stream.next(), nullptr);
  conn_->close();
  EXPECT_THROW((void)stream.next(), UsageError);
  EXPECT_THROW(conn_->execute("SELECT 1"), ConnectionError);
  EXPECT_THROW(conn_->get_entity("users", "1"), ConnectionError);
  EXPECT_FALSE(conn_->is_usable());
  EXPECT_EQ(conn_->native_handle(), nullptr);
  conn_->interrupt();
}

TEST_F(SyncConnectionTest, StreamTimesOut) {
  RowStream stream =
      conn_->stream_query("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c", params(),
                          execute_options().timeout(milliseconds(20)));
  EXPECT_THROW(
      {
        while (stream.next() != nullptr) {
        }
      },
      TimeoutError);
  EXPECT_EQ(stream.next(), nullptr);
}

TEST_F(SyncConnectionTest, RollsBackWhenItCloses) {
  conn_->begin_transaction();
  conn_->execute("INSERT INTO [t] ([a]) VALUES ('x')");
  conn_->close();
  conn_ = db_->sync_connection();
  EXPECT_EQ(count(), 0);
}

TEST_F(SyncConnectionTest, KnowsItsVersion) {
  EXPECT_EQ(conn_->get_version_details().server, sqlite3_libversion());
  EXPECT_NE(conn_->native_handle(), nullptr);
}

}  // namespace
}  // namespace dalia
