// Every error of a MariaDB or MySQL server that can be provoked, as dalia's own.
#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "conformance/error_table.hpp"
#include "conformance/mysql_test.hpp"
#include "connections/mysql/error_map.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MySqlErrors : public MySqlTest {
 protected:
  struct Names {
    const char* constraint;
    const char* table;
    const char* column;
  };

  void make_people() {
    conn().execute("CREATE TABLE [parents] ([id] INT PRIMARY KEY)");
    conn().execute(
        "CREATE TABLE [people] ([id] INT PRIMARY KEY, [name] VARCHAR(20) NOT NULL, [mail] VARCHAR(20), "
        "[age] INT CHECK ([age] < 200), [parent] INT, UNIQUE KEY [one_mail] ([mail]), "
        "CONSTRAINT [born] CHECK ([age] >= 0), "
        "CONSTRAINT [has_parent] FOREIGN KEY ([parent]) REFERENCES [parents] ([id]))");
    conn().execute("INSERT INTO [parents] VALUES (7)");
    conn().execute("INSERT INTO [people] VALUES (1, 'Ada', 'secret@x', 20, 7)");
  }

  void expect_violation(ConstraintKind kind, std::int64_t code, const Names& names, std::string_view sql,
                        const Params& values = Params()) {
    SCOPED_TRACE(sql);
    const auto error = error_of<ConstraintViolation>(code, sql, values);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), kind);
    EXPECT_EQ(error->constraint(), names.constraint);
    EXPECT_EQ(error->table(), names.table);
    EXPECT_EQ(error->column(), names.column);
    EXPECT_FALSE(error->is_retryable());
    EXPECT_FALSE(error->outcome_unknown());
    EXPECT_THAT(error->what(), Not(HasSubstr("secret")));
  }

  void begin_with_snapshot() {
    conn().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    conn().begin_transaction();
  }
};

TEST_F(MySqlErrors, ConstraintsWithTheirNames) {
  make_people();
  expect_violation(ConstraintKind::Unique, 1062, {"one_mail", "people", ""},
                   "INSERT INTO [people] ([id], [name], [mail]) VALUES (2, 'Bob', ?)", params("secret@x"));
  expect_violation(ConstraintKind::Unique, 1062, {"PRIMARY", "people", ""},
                   "INSERT INTO [people] ([id], [name]) VALUES (1, ?)", params("secret"));
  expect_violation(ConstraintKind::ForeignKey, 1452, {"has_parent", "people", "parent"},
                   "INSERT INTO [people] ([id], [name], [parent]) VALUES (3, ?, 99)", params("secret"));
  expect_violation(ConstraintKind::ForeignKey, 1451, {"has_parent", "people", "parent"},
                   "DELETE FROM [parents] WHERE [id] = ?", params(7));
  expect_violation(ConstraintKind::NotNull, 1048, {"", "people", "name"},
                   "INSERT INTO [people] ([id], [name], [mail]) VALUES (3, NULL, ?)", params("secret@y"));
  expect_violation(ConstraintKind::NotNull, 1048, {"", "people", "name"}, "UPDATE [people] SET [name] = ?",
                   params(nullptr));
  expect_violation(ConstraintKind::NotNull, 1364, {"", "people", "name"},
                   "INSERT INTO [people] ([id], [mail]) VALUES (3, ?)", params("secret@y"));
  expect_violation(ConstraintKind::Check, 4025, {"born", "people", ""},
                   "INSERT INTO [people] ([id], [name], [age]) VALUES (3, ?, -1)", params("secret"));
  expect_violation(ConstraintKind::Check, 4025, {"people.age", "people", ""},
                   "UPDATE [people] SET [name] = ?, [age] = 999", params("secret"));
}

TEST_F(MySqlErrors, WrongStatements) {
  struct Case {
    std::int64_t code;
    const char* sql;
    const char* says;
  };
  conn().execute("CREATE TABLE [t] ([n] INT)");
  const Case cases[] = {
      {1146, "SELECT * FROM [nothing]", "nothing"},
      {1054, "SELECT [missing] FROM [t]", "missing"},
      {1305, "SELECT no_such(1)", "no_such"},
      {1052, "SELECT [n] FROM [t] [a], [t] [b]", "ambiguous"},
      {1050, "CREATE TABLE [t] ([n] INT)", "already exists"},
      {1365, "INSERT INTO [t] ([n]) VALUES (1 / 0)", "Division by 0"},
      {1690, "SELECT 9223372036854775807 + 1", "out of range"},
      {1136, "INSERT INTO [t] ([n]) VALUES (1, 2)", "Column count"},
      {1049, "USE [dalia_no_such_database]", "create the database first"},
      {1044, "USE [mysql]", "check the database's name"},
      {1142, "SELECT * FROM [mysql].[user]", "ask for the privilege"},
      {1227, "SET GLOBAL max_connections = 200", "ask for the privilege"},
      {1370, "CALL [mysql].[AddGeometryColumn]('a', 'b', 'c', 'd', 1)", "ask for the privilege"},
      {1045, "LOAD DATA INFILE '/etc/hostname' INTO TABLE [t]", "what the account may do"},
      {1524, "CREATE USER [dalia_test_nobody] IDENTIFIED VIA [no_such_plugin]", "no_such_plugin"},
      {1969, "SET STATEMENT max_statement_time = 0.02 FOR SELECT SLEEP(20)", "time limit"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sql);
    const auto error = error_of<QueryError>(one.code, one.sql);
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr(one.says));
    EXPECT_FALSE(error->is_retryable());
    EXPECT_TRUE(conn().is_usable());
  }
}

TEST_F(MySqlErrors, SyntaxErrorsNameTheirPlace) {
  const auto error = error_of<QueryError>(1064, "SELECT '\xc3\xa9',\n  FROM t");
  ASSERT_TRUE(error);
  ASSERT_NE(error->position(), nullptr);
  EXPECT_EQ(error->position()->line, 2U);
  EXPECT_EQ(error->statement().substr(error->position()->offset, 4), "FROM");
}

TEST_F(MySqlErrors, AColumnThatTheAccountMayNotRead) {
  conn().execute("CREATE TABLE [t] ([open] INT, [closed] INT)");
  const Account guest(conn(), "");
  conn().execute("GRANT SELECT ([open]) ON [t] TO [" + guest.name() + "]@'%'");
  DatabaseConfig as_guest = guest.config(config());
  as_guest.database = config().database;
  const auto manager = open(as_guest);
  const auto connection = manager->sync_connection();
  EXPECT_EQ(connection->execute("SELECT [open] FROM [t]").size(), 0U);
  const auto error = expect_error<QueryError>([&] { connection->execute("SELECT [closed] FROM [t]"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->native_code(), 1143);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("closed"), HasSubstr("ask for the privilege")));
}

TEST_F(MySqlErrors, DataIsRefusedWithoutBeingRepeated) {
  conn().execute(
      "CREATE TABLE [t] ([n] INT, [s] VARCHAR(3), [d] DATE, [u] UUID, [i] INET6, [x] DECIMAL(4, 2), "
      "[e] ENUM('a'), [j] JSON)");
  conn().execute("CREATE TABLE [parts] ([n] INT) PARTITION BY LIST ([n]) (PARTITION [one] VALUES IN (1))");
  struct Case {
    std::int64_t code;
    const char* sql;
    Value value;
  };
  const Case cases[] = {
      {1366, "INSERT INTO [t] ([n]) VALUES (?)", "secret"},
      {1366, "INSERT INTO [t] ([n]) VALUES (?)", "se'cr' for key 'et"},
      {1264, "INSERT INTO [t] ([n]) VALUES (?)", 777777777777},
      {1406, "INSERT INTO [t] ([s]) VALUES (?)", "secret"},
      {1292, "INSERT INTO [t] ([d]) VALUES (?)", "secret"},
      {1292, "INSERT INTO [t] ([d]) VALUES (?)", "7777-77-77"},
      {1292, "INSERT INTO [t] ([u]) VALUES (?)", "secret"},
      {1292, "INSERT INTO [t] ([i]) VALUES (?)", "secret"},
      {1264, "INSERT INTO [t] ([x]) VALUES (?)", Value::decimal("7777.7")},
      {1265, "INSERT INTO [t] ([e]) VALUES (?)", "secret"},
      {1292, "UPDATE [t] SET [n] = 1 WHERE [n] = CAST(? AS SIGNED)", "secret"},
      {1690, "SELECT 9223372036854770000 + ?", 77777777},
      {1526, "INSERT INTO [parts] VALUES (?)", 7777},
      {1231, "SET sql_mode = ?", "secret"},
      {1298, "SET time_zone = ?", "secret"},
      {1105, "SELECT extractvalue('<a/>', ?)", "secret::"},
      {1094, "KILL QUERY ?", 77777777},
  };
  conn().execute("INSERT INTO [t] ([n]) VALUES (0)");
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sql);
    SCOPED_TRACE(one.value.to_text());
    const auto error = error_of<QueryError>(one.code, one.sql, params(one.value));
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), AllOf(Not(HasSubstr("secret")), Not(HasSubstr("cr'")), Not(HasSubstr("7777"))));
  }
  const auto json =
      error_of<ConstraintViolation>(4025, "INSERT INTO [t] ([j]) VALUES (?)", params("{\"secret\": 7777"));
  ASSERT_TRUE(json);
  EXPECT_EQ(json->constraint(), "t.j");
  EXPECT_THAT(json->what(), Not(HasSubstr("secret")));
}

TEST_F(MySqlErrors, MessagesOfTheDatabasesOwnCodeComeWithoutWhatTheyQuote) {
  const auto raised = error_of<QueryError>(1644, "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no good: ''secret'''");
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->sqlstate(), "45000");
  EXPECT_THAT(raised->what(), AllOf(HasSubstr("no good"), Not(HasSubstr("secret"))));
}

TEST_F(MySqlErrors, WhatTheServerHasNoRoomFor) {
  conn().execute("SET max_heap_table_size = 16384");
  conn().execute("CREATE TABLE [small] ([v] CHAR(200)) ENGINE = MEMORY");
  const auto full = error_of<QueryError>(1114, "INSERT INTO [small] SELECT 'x' FROM [seq_1_to_1000]");
  ASSERT_TRUE(full);
  EXPECT_THAT(full->what(), AllOf(HasSubstr("small"), HasSubstr("free some space")));
  conn().execute("CREATE TABLE [long] ([v] LONGTEXT)");
  conn().execute("INSERT INTO [long] VALUES ('x'), ('y')");
  conn().execute("SET sort_buffer_size = 1024, max_sort_length = 8388608");
  const auto sort = error_of<QueryError>(1038, "SELECT [v] FROM [long] ORDER BY [v]");
  ASSERT_TRUE(sort);
  EXPECT_THAT(sort->what(), HasSubstr("out of memory"));
}

TEST_F(MySqlErrors, AReadOnlyTransactionWritesNothing) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().begin_transaction(transaction_options().read_only());
  const auto error = error_of<QueryError>(1792, "INSERT INTO [t] VALUES (1)");
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("read-only"));
  EXPECT_TRUE(conn().in_transaction());
  conn().rollback_transaction();
}

TEST_F(MySqlErrors, ConflictsAreTransientAndTellWhetherATransactionIsLeft) {
  conn().execute("CREATE TABLE [t] ([id] INT PRIMARY KEY, [n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1, 0), (2, 0)");
  const SyncConnectionHandle other = connect();
  other->execute("SET innodb_lock_wait_timeout = 1");
  conn().begin_transaction();
  conn().execute("UPDATE [t] SET [n] = 1 WHERE [id] = 1");
  other->begin_transaction();
  other->execute("UPDATE [t] SET [n] = 2 WHERE [id] = 2");
  const auto waited = expect_error<TransientError>([&] { other->execute("UPDATE [t] SET [n] = 2 WHERE [id] = 1"); });
  EXPECT_EQ(waited->native_code(), 1205);
  EXPECT_TRUE(waited->is_retryable());
  EXPECT_TRUE(other->in_transaction()) << "only the statement was undone";
  other->execute("SET innodb_lock_wait_timeout = 50");
  std::optional<TransientError> victim;
  SyncConnection* loser = nullptr;
  std::thread crossing([&] {
    try {
      other->execute("UPDATE [t] SET [n] = 3 WHERE [id] = 1");
    } catch (const TransientError& error) {
      victim = error;
      loser = &*other;
    }
  });
  std::this_thread::sleep_for(milliseconds(200));
  try {
    conn().execute("UPDATE [t] SET [n] = 3 WHERE [id] = 2");
    conn().commit_transaction();
  } catch (const TransientError& error) {
    victim = error;
    loser = &conn();
  }
  crossing.join();
  ASSERT_TRUE(victim);
  EXPECT_EQ(victim->native_code(), 1213);
  EXPECT_FALSE(loser->in_transaction()) << "the server undid all of it";
  EXPECT_EQ(loser->execute("SELECT 1").size(), 1U);
}

TEST_F(MySqlErrors, LocksThatAreNotWaitedFor) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  const auto other = connect();
  other->begin_transaction();
  other->execute("SELECT * FROM [t] FOR UPDATE");
  const auto error = error_of<TransientError>(1205, "SELECT * FROM [t] FOR UPDATE NOWAIT");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_THAT(error->what(), HasSubstr("another transaction holds the lock"));
}

TEST_F(MySqlErrors, ARowThatHasChangedSinceTheSnapshot) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1)");
  conn().execute("SET innodb_snapshot_isolation = ON");
  begin_with_snapshot();
  conn().execute("SELECT * FROM [t]");
  connect()->execute("UPDATE [t] SET [n] = 2");
  const auto error = error_of<TransientError>(1020, "UPDATE [t] SET [n] = ?", params(7777));
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_THAT(error->what(), AllOf(HasSubstr("run the transaction again"), Not(HasSubstr("7777"))));
}

TEST_F(MySqlErrors, ATableThatHasChangedSinceTheSnapshot) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute("CREATE TABLE [other] ([n] INT)");
  conn().execute("INSERT INTO [other] VALUES (1)");
  begin_with_snapshot();
  conn().execute("SELECT * FROM [other]");
  connect()->execute("ALTER TABLE [t] FORCE");
  const auto error = error_of<TransientError>(1412, "SELECT * FROM [t]");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  EXPECT_THAT(error->what(), HasSubstr("the tables have changed"));
  conn().rollback_transaction();
}

/// The victim of a deadlock hears of it once more where its transaction is one of several databases.
TEST_F(MySqlErrors, ADistributedTransactionThatLostADeadlock) {
  conn().execute("CREATE TABLE [t] ([id] INT PRIMARY KEY, [n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1, 0), (2, 0)");
  const auto other = connect();
  const std::string name = "'" + config().database + "'";
  conn().execute("XA START " + name);
  conn().execute("UPDATE [t] SET [n] = 1 WHERE [id] = 1");
  other->begin_transaction();
  other->execute("INSERT INTO [t] VALUES (3, 0), (4, 0), (5, 0), (6, 0)");  // the heavier one is spared
  other->execute("UPDATE [t] SET [n] = 1 WHERE [id] = 2");
  std::thread crossing([&] { other->execute("UPDATE [t] SET [n] = 1 WHERE [id] = 1"); });
  EXPECT_TRUE(error_of<TransientError>(1213, "UPDATE [t] SET [n] = 1 WHERE [id] = 2"));
  crossing.join();
  const auto error = error_of<TransientError>(1614, "XA COMMIT " + name + " ONE PHASE");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is_retryable());
  other->rollback_transaction();
}

TEST_F(MySqlErrors, RefusesMoreThanAPacketBeforeItIsSent) {
  const auto limit = one("SELECT @@max_allowed_packet").get<std::int64_t>();
  if (limit > (std::int64_t{300} << 20)) {
    GTEST_SKIP() << "the server takes " << limit << " bytes at once";
  }
  const auto error = expect_error<QueryError>(
      [&] { conn().execute("SELECT length(?)", params(std::string(static_cast<std::size_t>(limit), 'x'))); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("max_allowed_packet"));
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

TEST_F(MySqlErrors, AStatementThatIsLongerThanAPacket) {
  const auto limit = one("SELECT @@max_allowed_packet").get<std::int64_t>();
  if (limit > (std::int64_t{300} << 20)) {
    GTEST_SKIP() << "the server takes " << limit << " bytes at once";
  }
  const std::string text(static_cast<std::size_t>(limit), 'x');
  const auto error = expect_error<QueryError>([&] { conn().execute("SELECT length('" + text + "')"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("max_allowed_packet"));
  EXPECT_LT(std::string_view(error->what()).size(), 1000U);
  EXPECT_EQ(one("SELECT 1"), Value(1));
  const std::string fits(static_cast<std::size_t>(limit) - 1000, 'x');
  EXPECT_EQ(one("SELECT length('" + fits + "')"), Value(limit - 1000));
}

const std::map<unsigned, const char*> provoked = {
    {1020, "MySqlErrors.ARowThatHasChangedSinceTheSnapshot"},
    {1038, "MySqlErrors.WhatTheServerHasNoRoomFor"},
    {1044, "MySqlConnect.ADatabaseOfOthers"},
    {1045, "MySqlConnect.TheNativeCodesOfRefusals"},
    {1046, "MySqlConnect.WithoutADatabaseItsTablesHaveNoPlace"},
    {1048, "MySqlErrors.ConstraintsWithTheirNames"},
    {1049, "MySqlConnect.TheNativeCodesOfRefusals"},
    {1062, "MySqlErrors.ConstraintsWithTheirNames"},
    {1114, "MySqlErrors.WhatTheServerHasNoRoomFor"},
    {1142, "MySqlErrors.WrongStatements"},
    {1143, "MySqlErrors.AColumnThatTheAccountMayNotRead"},
    {1205, "MySqlErrors.LocksThatAreNotWaitedFor"},
    {1213, "MySqlErrors.ConflictsAreTransientAndTellWhetherATransactionIsLeft"},
    {1226, "MySqlConnect.AnAccountThatHasAllItsConnections"},
    {1227, "MySqlErrors.WrongStatements"},
    {1243, "MySqlStatements.StatementsThatCannotBePreparedRunAsText"},
    {1317, "MySqlLinks.AStatementThatSomebodyStops"},
    {1364, "MySqlErrors.ConstraintsWithTheirNames"},
    {1370, "MySqlErrors.WrongStatements"},
    {1412, "MySqlErrors.ATableThatHasChangedSinceTheSnapshot"},
    {1451, "MySqlErrors.ConstraintsWithTheirNames"},
    {1452, "MySqlErrors.ConstraintsWithTheirNames"},
    {1524, "MySqlErrors.WrongStatements"},
    {1614, "MySqlErrors.ADistributedTransactionThatLostADeadlock"},
    {1698, "MySqlConnect.AnAccountThatMustComeAnotherWay"},
    {1792, "MySqlErrors.AReadOnlyTransactionWritesNothing"},
    {1820, "MySqlConnect.APasswordThatHasExpired"},
    {1969, "MySqlErrors.WrongStatements"},
    {2002, "MySqlConnect.TheNativeCodesOfRefusals"},
    {2005, "MySqlConnect.TheNativeCodesOfRefusals"},
    {2006, "MySqlLinks.AConnectionThatWasIdleTooLong"},
    {2013, "MySqlLinks.TheClientLibrarysCodesOfLinksThatBreak"},
    {2026, "MySqlConnect.TheNativeCodesOfRefusals"},
    {4025, "MySqlErrors.ConstraintsWithTheirNames"},
    {4151, "MySqlConnect.AnAccountThatIsLocked"},
};

/// MariaDB 10.11 does not say them to an account without rights over the server, or no test may bring it so far.
const std::map<unsigned, const char*> not_provoked = {
    {1021, "a full disk"},
    {1022, "storage engines other than InnoDB; InnoDB's duplicate key is 1062"},
    {1037, "a machine without memory"},
    {1040, "taking all connections would fail the tests beside this one"},
    {1041, "a machine without memory"},
    {1047, "a node of a Galera cluster that has lost the others"},
    {1053, "a server that is shutting down"},
    {1129, "a hundred broken connections of this host, which would lock out the tests beside this one"},
    {1130, "a server without an account for this host: skip-name-resolve and the accounts of the tests are for all"},
    {1152, "the server writes it to its log"},
    {1153, "dalia refuses what is too long before it is sent"},
    {1158, "the server writes it to its log"},
    {1159, "the server writes it to its log"},
    {1160, "the server writes it to its log"},
    {1161, "the server writes it to its log"},
    {1169, "storage engines other than InnoDB"},
    {1184, "the server writes it to its log"},
    {1203, "max_user_connections of the whole server, which only its superuser sets"},
    {1207, "no server of today says it any more"},
    {1216, "foreign keys without names; MariaDB's always have one"},
    {1217, "foreign keys without names; MariaDB's always have one"},
    {1251, "a client without the authentication of MySQL 4.1"},
    {1390, "dalia refuses more than 65535 parameters before it asks the server"},
    {1461, "max_prepared_stmt_count of the whole server, which only its superuser sets"},
    {1586, "MySQL before 5.1; since then the code is 1062"},
    {1615, "a table that changes faster than the server prepares a statement"},
    {1836, "a server that is read-only, which only its superuser makes it"},
    {1862, "a client that cannot change an expired password; ours can, and hears 1820"},
    {1927, "the server closes the link of a connection that somebody ends; the client library says 2013"},
    {2003, "the client library says 2002 of a host that cannot be reached"},
    {2004, "a process without free descriptors"},
    {2012, "the client library says 2013 of a greeting that breaks off"},
    {2014, "calls of the client library in the wrong order, which would be an error of dalia's"},
    {2020, "an answer of more than a gigabyte"},
    {2027, "a server that does not keep to the protocol"},
    {2049, "the authentication of MySQL 3.23"},
    {2055, "the client library says 2006 or 2013 of a link that breaks once it is up"},
    {2059, "a server with a plugin that the client library lacks"},
    {3024, "MySQL"},
    {3118, "MySQL"},
    {3572, "MySQL"},
    {3819, "MySQL"},
    {4031, "MySQL"},
};

/// Whoever adds a code to the map provokes it, or says here why not.
TEST(MySqlErrorTable, EveryCodeIsProvokedOrHasAReason) {
  for (const auto& [code, test] : provoked) {
    EXPECT_TRUE(is_test(test)) << code << " " << test;
  }
  for (unsigned code = 1; code < 10'000; ++code) {
    const auto meaning = internal::mysql::meaning_of(code);
    const bool is_in_map =
        meaning.error_class != internal::mysql::ErrorClass::Query || !std::string_view(meaning.advice).empty();
    EXPECT_EQ(provoked.count(code) + not_provoked.count(code), is_in_map ? 1U : 0U) << code;
  }
}

}  // namespace
}  // namespace dalia::test
