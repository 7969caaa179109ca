// Every error of a PostgreSQL server that can be provoked, as dalia's own.
#include <barrier>
#include <map>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>

#include "conformance/error_table.hpp"
#include "conformance/postgres_test.hpp"
#include "connections/postgres/error_map.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresErrors : public PostgresTest {
 protected:
  void make_people() {
    conn().execute("CREATE TABLE [parents] ([id] integer PRIMARY KEY)");
    conn().execute(
        "CREATE TABLE [people] ([id] integer CONSTRAINT people_key PRIMARY KEY, [name] text NOT NULL, "
        "[mail] varchar(20) CONSTRAINT one_mail UNIQUE, [age] smallint CONSTRAINT born CHECK ([age] >= 0), "
        "[parent] integer CONSTRAINT has_parent REFERENCES [parents] ([id]), "
        "[stay] int4range, CONSTRAINT one_stay EXCLUDE USING gist ([stay] WITH &&))");
    conn().execute("INSERT INTO [people] ([id], [name], [mail], [stay]) VALUES (1, 'Ada', 'secret@x', '[1,5)')");
  }

  void expect_violation(ConstraintKind kind, const std::string& sqlstate, const std::string& constraint,
                        const std::string& column, std::string_view sql, const Params& values = Params()) {
    SCOPED_TRACE(sql);
    const auto error = error_of<ConstraintViolation>(sqlstate, sql, values);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), kind);
    EXPECT_EQ(error->constraint(), constraint);
    EXPECT_EQ(error->column(), column);
    EXPECT_EQ(error->table(), "people");
    EXPECT_FALSE(error->is_retryable());
    EXPECT_FALSE(error->outcome_unknown());
    EXPECT_THAT(error->what(), Not(HasSubstr("secret")));
  }
};

TEST_F(PostgresErrors, ConstraintsWithTheirNames) {
  make_people();
  expect_violation(ConstraintKind::Unique, "23505", "one_mail", "",
                   "INSERT INTO [people] ([id], [name], [mail]) VALUES (2, 'Bob', ?)", params("secret@x"));
  expect_violation(ConstraintKind::Unique, "23505", "people_key", "",
                   "INSERT INTO [people] ([id], [name]) VALUES (1, ?)", params("secret"));
  expect_violation(ConstraintKind::Unique, "23P01", "one_stay", "",
                   "INSERT INTO [people] ([id], [name], [stay]) VALUES (3, ?, '[4,6)')", params("secret"));
  expect_violation(ConstraintKind::ForeignKey, "23503", "has_parent", "",
                   "INSERT INTO [people] ([id], [name], [parent]) VALUES (3, ?, 99)", params("secret"));
  expect_violation(ConstraintKind::NotNull, "23502", "", "name",
                   "INSERT INTO [people] ([id], [name], [mail]) VALUES (3, NULL, ?)", params("secret@y"));
  expect_violation(ConstraintKind::Check, "23514", "born", "",
                   "INSERT INTO [people] ([id], [name], [age]) VALUES (3, ?, -1)", params("secret"));
}

TEST_F(PostgresErrors, AParentInUse) {
  make_people();
  conn().execute("INSERT INTO [parents] VALUES (7)");
  conn().execute("UPDATE [people] SET [parent] = 7");
  const auto error = error_of<ConstraintViolation>("23503", "DELETE FROM [parents] WHERE [id] = ?", params(7));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::ForeignKey);
  EXPECT_EQ(error->constraint(), "has_parent");
}

TEST_F(PostgresErrors, WrongStatementsNameTheirPlace) {
  struct Case {
    const char* sqlstate;
    const char* sql;
    const char* says;
    const char* at;  ///< the text that begins at the position; none: null
  };
  conn().execute("CREATE TABLE [t] ([n] integer)");
  const Case cases[] = {
      {"42P01", "SELECT 'é', * FROM nothing", "nothing", "nothing"},
      {"42703", "SELECT\n  missing FROM t", "missing", "missing"},
      {"42601", "SELEC 1", "syntax error", "SELEC"},
      {"42601", "SELECT (1", "syntax error", nullptr},
      {"42883", "SELECT no_such(1)", "no_such", "no_such"},
      {"42804", "INSERT INTO t VALUES (true)", "boolean", "true"},
      {"42702", "SELECT n FROM t a, t b", "ambiguous", "n"},
      {"42P07", "CREATE TABLE t (n integer)", "already exists", nullptr},
      {"42803", "SELECT n, count(*) FROM t", "GROUP BY", "n"},
      {"22012", "SELECT 1 / n FROM (SELECT 0 AS n) AS z", "division by zero", nullptr},
      {"0A000", "SELECT count(*) FROM t FOR UPDATE", "aggregate", nullptr},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sql);
    const auto error = error_of<QueryError>(one.sqlstate, one.sql);
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr(one.says));
    if (one.at != nullptr) {
      ASSERT_NE(error->position(), nullptr);
      EXPECT_EQ(error->statement().substr(error->position()->offset, std::string_view(one.at).size()), one.at);
    }
  }
}

TEST_F(PostgresErrors, DataIsRefusedWithoutBeingRepeated) {
  conn().execute("CREATE TABLE [t] ([n] integer, [s] varchar(3), [d] date, [u] uuid, [j] jsonb, [x] numeric(4,2))");
  struct Case {
    const char* sqlstate;
    const char* sql;
    Value value;
  };
  const Case cases[] = {
      {"22P02", "INSERT INTO [t] ([n]) VALUES (?)", "secret"},
      {"22P02", "INSERT INTO [t] ([n]) VALUES (?)", "se\"cr\"et"},
      {"22003", "INSERT INTO [t] ([n]) VALUES (?)", 777777777777},
      {"22P02", "INSERT INTO [t] ([n]) VALUES (?)", 7777.5},
      {"22001", "INSERT INTO [t] ([s]) VALUES (?)", "secret"},
      {"22007", "INSERT INTO [t] ([d]) VALUES (?)", "secret"},
      {"22008", "INSERT INTO [t] ([d]) VALUES (?)", "7777-77-77"},
      {"22P02", "INSERT INTO [t] ([u]) VALUES (?)", "secret"},
      {"22P02", "INSERT INTO [t] ([j]) VALUES (?)", "{\"secret\": 7777"},
      {"22003", "INSERT INTO [t] ([x]) VALUES (?)", Value::decimal("7777.7")},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sql);
    SCOPED_TRACE(one.value.to_text());
    const auto error = error_of<QueryError>(one.sqlstate, one.sql, params(one.value));
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), AllOf(Not(HasSubstr("secret")), Not(HasSubstr("cr")), Not(HasSubstr("7777"))));
  }
}

TEST_F(PostgresErrors, MessagesOfTheDatabasesOwnCodeComeWithoutWhatTheyQuote) {
  const auto raised = error_of<QueryError>("P0001", "DO $$ BEGIN RAISE EXCEPTION 'no good: \"secret\"'; END $$");
  ASSERT_TRUE(raised);
  EXPECT_THAT(raised->what(), AllOf(HasSubstr("no good"), Not(HasSubstr("secret"))));
}

TEST_F(PostgresErrors, CopyIsNoStatementOfExecute) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1), (2)");
  for (const char* sql : {"COPY t FROM STDIN", "COPY t TO STDOUT"}) {
    const auto error = expect_error<UsageError>([&] { conn().execute(sql); });
    ASSERT_TRUE(error) << sql;
    EXPECT_EQ(conn().execute("SELECT count(*) FROM [t]").front().get<int>(0), 2);
  }
}

TEST_F(PostgresErrors, AFailedTransactionSaysWhatToDo) {
  conn().begin_transaction();
  EXPECT_THROW(conn().execute("SELECT 1 / 0"), QueryError);
  EXPECT_TRUE(conn().in_transaction());
  const auto error = error_of<QueryError>("25P02", "SELECT 1");
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("roll back, or use savepoints"));
  const auto commit = expect_error<QueryError>([&] { conn().commit_transaction(); });
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->sqlstate(), "25P02");
  EXPECT_THAT(commit->what(), HasSubstr("nothing was committed"));
  EXPECT_FALSE(conn().in_transaction());
}

TEST_F(PostgresErrors, AReadOnlyTransactionWritesNothing) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().begin_transaction(transaction_options().read_only());
  EXPECT_TRUE(error_of<QueryError>("25006", "INSERT INTO [t] VALUES (1)"));
  conn().rollback_transaction();
}

TEST_F(PostgresErrors, SerializationFailuresAreRetryable) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  const auto other = connect();
  conn().execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
  conn().execute("SELECT * FROM [t]");
  other->execute("UPDATE [t] SET [n] = 2");
  const auto error = error_of<TransientError>("40001", "UPDATE [t] SET [n] = ?", params(3));
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_THAT(error->what(), HasSubstr("run the transaction again"));
  conn().execute("ROLLBACK");
}

TEST_F(PostgresErrors, OneOfTwoInADeadlockLoses) {
  conn().execute("CREATE TABLE [t] ([id] integer, [n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1, 0), (2, 0)");
  const auto other = connect();
  std::barrier both(2);
  const auto change = [&](SyncConnection& connection, int first, int second) -> std::string {
    connection.begin_transaction();
    connection.execute("UPDATE [t] SET [n] = 1 WHERE [id] = ?", params(first));
    both.arrive_and_wait();
    try {
      connection.execute("UPDATE [t] SET [n] = 1 WHERE [id] = ?", params(second));
      connection.commit_transaction();
      return "committed";
    } catch (const TransientError& error) {
      connection.rollback_transaction();
      return error.is_retryable() ? error.sqlstate() : "not retryable";
    }
  };
  std::string theirs;
  std::thread thread([&] { theirs = change(*other, 2, 1); });
  const std::string ours = change(conn(), 1, 2);
  thread.join();
  EXPECT_EQ(std::set<std::string>({ours, theirs}), std::set<std::string>({"committed", "40P01"}));
}

TEST_F(PostgresErrors, LocksThatAreNotWaitedFor) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  const auto other = connect();
  other->begin_transaction();
  other->execute("SELECT * FROM [t] FOR UPDATE");
  auto error = error_of<TransientError>("55P03", "SELECT * FROM [t] FOR UPDATE NOWAIT");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_THAT(error->what(), HasSubstr("another transaction holds the lock"));
  conn().execute("SET lock_timeout = '20ms'");
  EXPECT_TRUE(error_of<TransientError>("55P03", "UPDATE [t] SET [n] = 2"));
  other->rollback_transaction();
}

TEST_F(PostgresErrors, TheServersOwnTimeLimit) {
  conn().execute("SET statement_timeout = '20ms'");
  EXPECT_TRUE(error_of<QueryError>("57014", "SELECT pg_sleep(20)"));
  conn().execute("SET statement_timeout = 0");
}

TEST_F(PostgresErrors, OurTimeLimitStopsItOnTheServer) {
  const WithinTime limit(seconds(10));
  const auto sleep = [&](double time) {
    conn().execute("SELECT pg_sleep(?)", params(time), execute_options().timeout(milliseconds(200)));
  };
  conn().execute("SELECT pg_sleep(?)", params(0.0));  // prepares it: the limit is to meet the sleep
  const int pid = process_id(conn());
  const auto error = expect_error<TimeoutError>([&] { sleep(20); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Query);
  EXPECT_EQ(error->sqlstate(), "57014");
  EXPECT_FALSE(error->outcome_unknown());
  // The same server process answers again, long before the sleep would have ended.
  EXPECT_EQ(process_id(conn()), pid);
  EXPECT_TRUE(conn().is_usable());
}

TEST_F(PostgresErrors, InterruptStopsAStatement) {
  const WithinTime limit(seconds(10));
  std::thread other([&, pid = process_id(conn())] {
    const auto watcher = connect();
    while (watcher->execute("SELECT 1 FROM pg_stat_activity WHERE pid = ? AND wait_event = 'PgSleep'", params(pid))
               .empty()) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    conn().interrupt();
  });
  EXPECT_TRUE(error_of<QueryError>("57014", "SELECT pg_sleep(20)"));
  other.join();
  EXPECT_TRUE(conn().is_usable());
}

/// Another session changes the table behind a statement that is prepared already.
TEST_F(PostgresErrors, ACachedPlanThatNoLongerFitsIsMadeAgain) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  EXPECT_EQ(conn().execute("SELECT * FROM [t]").columns().size(), 1U);
  const auto other = connect();
  other->execute("ALTER TABLE [t] ADD COLUMN [s] text DEFAULT 'new'");
  const ResultSet rows = conn().execute("SELECT * FROM [t]");
  EXPECT_EQ(rows.columns().size(), 2U);
  EXPECT_EQ(rows.front().get<std::string>(1), "new");
}

TEST_F(PostgresErrors, InATransactionItIsATransientError) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  EXPECT_EQ(conn().execute("SELECT * FROM [t]").columns().size(), 1U);
  conn().begin_transaction();
  const auto other = connect();
  other->execute("ALTER TABLE [t] ADD COLUMN [s] text");
  const auto error = error_of<TransientError>("0A000", "SELECT * FROM [t]");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  conn().rollback_transaction();
  EXPECT_EQ(conn().execute("SELECT * FROM [t]").columns().size(), 2U);
}

TEST_F(PostgresErrors, TransactRunsAgainAfterwards) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("SELECT * FROM [t]");
  connect()->execute("ALTER TABLE [t] ADD COLUMN [s] text");
  int runs = 0;
  conn().transact([&](SyncConnection& tx) {
    ++runs;
    EXPECT_EQ(tx.execute("SELECT * FROM [t]").columns().size(), 2U);
  });
  EXPECT_EQ(runs, 2);
}

TEST_F(PostgresErrors, StatementsThatTheCallerThrewAwayAreMadeAgain) {
  for (const char* sql : {"DEALLOCATE ALL", "DISCARD ALL"}) {
    SCOPED_TRACE(sql);
    EXPECT_EQ(conn().execute("SELECT ? + 1", params(1)).front().get<int>(0), 2);
    conn().execute(sql);
    EXPECT_EQ(conn().execute("SELECT ? + 1", params(2)).front().get<int>(0), 3);
    conn().save_entity("things", {{"id", "a"}, {"n", 1}});
    conn().execute(sql);
    EXPECT_NO_THROW(conn().save_entity("things", {{"id", "a"}, {"n", 2}}));
  }
}

TEST_F(PostgresErrors, AndInATransactionSaySo) {
  conn().execute("SELECT ? + 1", params(1));
  conn().begin_transaction();
  conn().execute("DEALLOCATE ALL");
  const auto error = error_of<TransientError>("26000", "SELECT ? + 1", params(1));
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  conn().rollback_transaction();
  EXPECT_EQ(conn().execute("SELECT ? + 1", params(1)).front().get<int>(0), 2);
}

TEST_F(PostgresErrors, ASessionThatIsEndedDuringAStatement) {
  const int pid = process_id(conn());
  std::thread other([&] {
    const auto watcher = connect();
    while (watcher->execute("SELECT 1 FROM pg_stat_activity WHERE pid = ? AND wait_event = 'PgSleep'", params(pid))
               .empty()) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    watcher->execute("SELECT pg_terminate_backend(?)", params(pid));
  });
  const auto error = error_of<ConnectionError>("57P01", "SELECT pg_sleep(20)");
  other.join();
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
  EXPECT_FALSE(conn().is_usable());
}

TEST_F(PostgresErrors, ASessionThatIsEndedBetweenStatements) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  const auto watcher = connect();
  const int pid = process_id(conn());
  watcher->execute("SELECT pg_terminate_backend(?)", params(pid));
  while (!watcher->execute("SELECT 1 FROM pg_stat_activity WHERE pid = ?", params(pid)).empty()) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  // The server had said why before the statement came, so that nobody need wonder whether it happened.
  const auto error = expect_error<ConnectionError>([&] { conn().execute("INSERT INTO [t] VALUES (1)"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "57P01");
  EXPECT_FALSE(conn().is_usable());
  EXPECT_EQ(watcher->execute("SELECT count(*) FROM [t]").front().get<int>(0), 0);
  EXPECT_NE(process_id(manager().get_sync_connection()), pid) << "the manager makes another one";
}

TEST_F(PostgresErrors, ATransactionThatWasIdleTooLong) {
  conn().execute("SET idle_in_transaction_session_timeout = '20ms'");
  conn().begin_transaction();
  std::this_thread::sleep_for(milliseconds(200));
  const auto error = expect_error<ConnectionError>([&] { conn().execute("SELECT 1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "25P03");
}

/// PostgreSQL 18 has a code of its own for it.
TEST_F(PostgresErrors, AParentThatMayNotBeRemoved) {
  conn().execute("CREATE TABLE [parents] ([id] integer PRIMARY KEY)");
  conn().execute(
      "CREATE TABLE [children] ([id] integer CONSTRAINT has_parent REFERENCES [parents] ON DELETE RESTRICT)");
  conn().execute("INSERT INTO [parents] VALUES (7)");
  conn().execute("INSERT INTO [children] VALUES (7)");
  const bool has_own_code = std::stoi(setting("server_version_num")) >= 180000;
  const auto error = error_of<ConstraintViolation>(has_own_code ? "23001" : "23503", "DELETE FROM [parents]");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::ForeignKey);
  EXPECT_EQ(error->constraint(), "has_parent");
}

TEST_F(PostgresErrors, ATransactionThatTookTooLong) {
  if (std::stoi(setting("server_version_num")) < 170000) {  // the limit came with 17
    EXPECT_TRUE(error_of<QueryError>("42704", "SET transaction_timeout = '50ms'"));
    return;
  }
  conn().execute("SET transaction_timeout = '50ms'");
  conn().begin_transaction();
  std::this_thread::sleep_for(milliseconds(300));
  const auto error = expect_error<ConnectionError>([&] { conn().execute("SELECT 1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "25P04");
}

TEST_F(PostgresErrors, AConnectionThatWasIdleTooLong) {
  conn().execute("SET idle_session_timeout = '50ms'");
  std::this_thread::sleep_for(milliseconds(300));
  const auto error = expect_error<ConnectionError>([&] { conn().execute("SELECT 1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "57P05");
  EXPECT_THAT(error->what(), HasSubstr("connect again"));
}

TEST_F(PostgresErrors, ATableThatTheSessionIsReading) {
  conn().execute("CREATE TABLE [t] ([n] integer)");
  conn().execute("INSERT INTO [t] VALUES (1), (2)");
  conn().begin_transaction();
  conn().execute("DECLARE c CURSOR FOR SELECT * FROM [t]");
  conn().execute("FETCH 1 FROM c");
  EXPECT_TRUE(error_of<TransientError>("55006", "DROP TABLE [t]"));
  conn().rollback_transaction();
}

TEST_F(PostgresErrors, PrivilegesThatAreMissing) {
  if (setting("is_superuser") == "on") {
    GTEST_SKIP() << "a superuser may do everything";
  }
  const auto error = error_of<QueryError>("42501", "SELECT * FROM pg_authid");
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("privilege"));
}

const std::map<std::string, const char*> provoked = {
    {"23001", "PostgresErrors.AParentThatMayNotBeRemoved"},
    {"23502", "PostgresErrors.ConstraintsWithTheirNames"},
    {"23503", "PostgresErrors.AParentInUse"},
    {"23505", "PostgresErrors.ConstraintsWithTheirNames"},
    {"23514", "PostgresErrors.ConstraintsWithTheirNames"},
    {"23P01", "PostgresErrors.ConstraintsWithTheirNames"},
    {"25006", "PostgresErrors.AReadOnlyTransactionWritesNothing"},
    {"25P02", "PostgresErrors.AFailedTransactionSaysWhatToDo"},
    {"25P03", "PostgresErrors.ATransactionThatWasIdleTooLong"},
    {"25P04", "PostgresErrors.ATransactionThatTookTooLong"},
    {"28000", "ServerConnect.AUserThatDoesNotExist"},
    {"28P01", "ServerConnect.AUserThatDoesNotExist"},
    {"3D000", "ServerConnect.ADatabaseThatDoesNotExist"},
    {"40001", "PostgresErrors.SerializationFailuresAreRetryable"},
    {"40P01", "PostgresErrors.OneOfTwoInADeadlockLoses"},
    {"42501", "PostgresErrors.PrivilegesThatAreMissing"},
    {"42P18", "PostgresTypes.ParametersWithoutATypeAreTexts"},
    {"53300", "PostgresConnect.AServerThatIsFull"},
    {"55006", "PostgresErrors.ATableThatTheSessionIsReading"},
    {"55P03", "PostgresErrors.LocksThatAreNotWaitedFor"},
    {"57014", "PostgresErrors.OurTimeLimitStopsItOnTheServer"},
    {"57P01", "PostgresErrors.ASessionThatIsEndedDuringAStatement"},
    {"57P05", "PostgresErrors.AConnectionThatWasIdleTooLong"},
};

/// No test may bring a server so far, or PostgreSQL does not say them to an account without rights over it.
const std::map<std::string, const char*> not_provoked = {
    {"08", "the server's own links to others; of its clients' the client library speaks, without a code"},
    {"53100", "a full disk"},
    {"53200", "a machine without memory"},
    {"57P02", "a server process that crashed"},
    {"57P03", "a server that is starting or stopping"},
    {"57P04", "a database that is dropped while the server's recovery is in conflict with the session"},
    {"58", "a broken machine"},
};

/// Whoever adds a code to the map provokes it, or says here why not.
TEST(PostgresErrorTable, EveryCodeIsProvokedOrHasAReason) {
  for (const auto& [code, test] : provoked) {
    EXPECT_TRUE(is_test(test)) << code << " " << test;
  }
  const auto is_special = [](const internal::postgres::ErrorMeaning& meaning) {
    return meaning.error_class != internal::postgres::ErrorClass::Query || !meaning.advice.empty();
  };
  const auto expect_said = [](const std::string& code, bool is_in_map) {
    EXPECT_EQ(provoked.count(code) + not_provoked.count(code), is_in_map ? 1U : 0U) << code;
  };
  // PostgreSQL 18 manual, appendix A.
  for (const std::string error_class :
       {"00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21",
        "22", "23", "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D",
        "3F", "40", "42", "44", "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX"}) {
    const bool is_class = is_special(internal::postgres::meaning_of(error_class + "~~~"));
    expect_said(error_class, is_class);
    constexpr std::string_view characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (const char first : characters) {
      for (const char second : characters) {
        for (const char third : characters) {
          const std::string code = error_class + first + second + third;
          if (!is_class && (is_special(internal::postgres::meaning_of(code)) || provoked.count(code) != 0)) {
            expect_said(code, is_special(internal::postgres::meaning_of(code)));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace dalia::test
