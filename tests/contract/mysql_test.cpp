// What is MariaDB's and MySQL's own: their types, errors and habits, on a real server.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "dalia/dalia.hpp"
#include "support/backends.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

class MySql : public testing::Test {
 protected:
  void SetUp() override {
    const Backend& backend = backend_named("mysql");
    if (server_of(backend).empty()) {
      ASSERT_FALSE(is_required(backend)) << backend.server_variable << " is not set";
      GTEST_SKIP() << backend.server_variable << " is not set";
    }
    database_ = std::make_unique<PrivateDatabase>(backend);
    connection_.emplace(connect(config()));
  }

  [[nodiscard]] DatabaseConfig config() const { return database_->config(); }
  static SyncConnectionHandle connect(const DatabaseConfig& config) {
    return DatabaseFactory::create_database(config)->sync_connection();
  }
  [[nodiscard]] SyncConnection& conn() { return **connection_; }
  [[nodiscard]] Value one(std::string_view sql, const Params& params = Params()) {
    return Value(conn().execute(sql, params).front()[std::size_t{0}]);
  }
  [[nodiscard]] std::int64_t own_id() { return one("SELECT CONNECTION_ID()").get<std::int64_t>(); }

 private:
  std::unique_ptr<PrivateDatabase> database_;
  std::optional<SyncConnectionHandle> connection_;
};

struct Cell {
  const char* type;
  const char* literal;
  Value expected;
};

TEST_F(MySql, ReadsItsOwnTypes) {
  const Cell cells[] = {
      {"TINYINT(1)", "1", true},
      {"TINYINT(1)", "5", 5},
      {"BOOLEAN", "FALSE", false},
      {"TINYINT", "-128", -128},
      {"TINYINT UNSIGNED", "255", 255},
      {"SMALLINT", "-32768", -32768},
      {"SMALLINT UNSIGNED", "65535", 65535},
      {"MEDIUMINT", "-8388608", -8388608},
      {"MEDIUMINT UNSIGNED", "16777215", 16777215},
      {"INT UNSIGNED", "4294967295", 4294967295U},
      {"INT(8) ZEROFILL", "42", 42},
      {"BIGINT UNSIGNED", "9223372036854775807", INT64_MAX},
      {"BIGINT UNSIGNED", "18446744073709551615", Value::decimal("18446744073709551615")},
      {"FLOAT", "0.5", 0.5},
      {"DOUBLE", "-0e0", -0.0},
      {"DECIMAL(65, 0)", "-99999999999999999999999999999999999999999999999999999999999999999",
       Value::decimal("-" + std::string(65, '9'))},
      {"DECIMAL(38, 38)", "0.00000000000000000000000000000000000001",
       Value::decimal("0." + std::string(37, '0') + "1")},
      {"DECIMAL(8, 3) ZEROFILL", "1.5", Value::decimal("1.5")},
      {"BIT(1)", "b'1'", true},
      {"BIT(12)", "b'101'", 5},
      {"BIT(64)", "b'1111111111111111111111111111111111111111111111111111111111111111'",
       Value::decimal("18446744073709551615")},
      {"YEAR", "2155", 2155},
      {"YEAR", "0", 0},
      {"ENUM('a', 'b')", "'b'", "b"},
      {"SET('a', 'b')", "'a,b'", "a,b"},
      {"SET('a', 'b')", "''", ""},
      {"CHAR(5)", "'ab'", "ab"},
      {"VARCHAR(5) CHARACTER SET latin1", "'\xc3\xa9'", "\xc3\xa9"},
      {"BINARY(3)", "'a'", Bytes{std::byte{'a'}, std::byte{0}, std::byte{0}}},
      {"VARBINARY(3)", "x'00ff'", Bytes{std::byte{0}, std::byte{0xff}}},
      {"BLOB", "''", Bytes{}},
      {"TEXT", "''", ""},
      {"DATE", "'2024-02-29'", *date_from("2024-02-29")},
      {"DATE", "'0000-00-00'", "0000-00-00"},
      {"DATE", "'2024-00-00'", "2024-00-00"},
      {"DATETIME", "'2024-02-29 12:00:00'", *instant_from("2024-02-29T12:00:00Z")},
      {"DATETIME(6)", "'9999-12-31 23:59:59.999999'", *instant_from("9999-12-31T23:59:59.999999Z")},
      {"DATETIME", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00.000000"},
      {"TIMESTAMP(3) NULL", "'2024-02-29 12:00:00.125'", *instant_from("2024-02-29T12:00:00.125Z")},
      {"TIME", "'00:00:00'", TimeOfDay()},
      {"TIME(6)", "'23:59:59.999999'", *time_from("23:59:59.999999")},
      {"TIME", "'-838:59:59'", "-838:59:59.000000"},
      {"TIME(2)", "'24:00:00.25'", "24:00:00.250000"},
      {"UUID", "'018f0000-0000-7000-8000-0000000000ff'", *Uuid::parse("018f0000-0000-7000-8000-0000000000ff")},
      {"CHAR(36) COLLATE utf8mb4_bin", "'018f0000-0000-7000-8000-0000000000ff'",
       *Uuid::parse("018f0000-0000-7000-8000-0000000000ff")},
      {"CHAR(36) COLLATE utf8mb4_bin", "'no uuid'", "no uuid"},
      {"JSON", "'{\"a\":[1,null]}'", Value::json(R"({"a":[1,null]})")},
      {"INET6", "'::1'", "::1"},
  };
  conn().execute("SET sql_mode = ''");  // zero dates
  for (const Cell& cell : cells) {
    conn().execute(std::string("CREATE OR REPLACE TABLE [t] ([v] ") + cell.type + ")");
    conn().execute(std::string("INSERT INTO [t] VALUES (") + cell.literal + "), (NULL)");
    const ResultSet rows = conn().execute("SELECT [v] FROM [t] ORDER BY [v] IS NULL");
    EXPECT_EQ(Value(rows[0][std::size_t{0}]), cell.expected) << cell.type << " " << cell.literal;
    const std::string type = cell.type;
    if (type.find("TIMESTAMP") == std::string::npos) {
      EXPECT_TRUE(rows[1][std::size_t{0}].is_null()) << type;
    }
  }
}

TEST_F(MySql, BindsEveryKindToColumnsOfOthers) {
  conn().execute("CREATE TABLE [t] ([u] UUID, [i] INET6, [j] JSON, [e] ENUM('a', 'b'), [y] YEAR, [n] BIGINT UNSIGNED)");
  const Uuid uuid = Uuid::v7();
  conn().execute("INSERT INTO [t] VALUES (?, ?, ?, ?, ?, ?)",
                 params(uuid, "::1", Value::json("[1]"), "b", 2024, Value(UINT64_MAX)));
  const ResultSet rows = conn().execute("SELECT * FROM [t] WHERE [u] = ? AND [n] = ?", params(uuid, Value(UINT64_MAX)));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(Value(rows[0]["u"]), Value(uuid));
  EXPECT_EQ(Value(rows[0]["j"]), Value::json("[1]"));
  EXPECT_EQ(Value(rows[0]["n"]), Value(UINT64_MAX));
}

TEST_F(MySql, SettingsMakeItAnswerAlike) {
  EXPECT_EQ(one("SELECT 'a' || 'b'"), Value("ab"));
  EXPECT_EQ(one("SELECT 'a' = 'A'").get<int>(), 0);
  EXPECT_EQ(one("SELECT 'a' = 'a '").get<int>(), 0);
  EXPECT_EQ(one("SELECT @@time_zone"), Value("+00:00"));
  EXPECT_EQ(one("SELECT @@tx_isolation"), Value("READ-COMMITTED"));
  conn().execute("CREATE TABLE [t] ([id] INT AUTO_INCREMENT PRIMARY KEY, [n] INT)");
  EXPECT_THROW(conn().execute("INSERT INTO [t] ([n]) VALUES ('abc')"), QueryError);
  EXPECT_EQ(conn().execute("INSERT INTO [t] VALUES (0, 1)").affected_rows(), 1);
  EXPECT_EQ(one("SELECT [id] FROM [t]"), Value(0));
  EXPECT_EQ(conn().execute("UPDATE [t] SET [n] = 1").affected_rows(), 1) << "rows matched";
  EXPECT_EQ(conn().execute("INSERT INTO [t] ([n]) VALUES (2)").last_insert_id(), 1);
  EXPECT_EQ(conn().execute("CREATE TABLE [u] ([n] INT)").affected_rows(), 0);
  EXPECT_EQ(one("WITH RECURSIVE [n] ([i]) AS (SELECT 1 UNION ALL SELECT [i] + 1 FROM [n] WHERE [i] < 5000) "
                "SELECT count(*) FROM [n]"),
            Value(5000));
}

struct Provoked {
  const char* sql;
  std::int64_t code;
};

TEST_F(MySql, ItsErrorsBecomeThoseOfDalia) {
  conn().execute(
      "CREATE TABLE [people] ([id] INT PRIMARY KEY, [mail] VARCHAR(50), [name] VARCHAR(5) NOT NULL, [age] INT, "
      "UNIQUE KEY [people_mail] ([mail]), CONSTRAINT [grown] CHECK ([age] > 17))");
  conn().execute(
      "CREATE TABLE [pets] ([owner] INT, CONSTRAINT [pets_owner] FOREIGN KEY ([owner]) REFERENCES [people] "
      "([id]))");
  conn().execute("INSERT INTO [people] VALUES (1, 'secret', 'x', 20)");
  conn().execute("INSERT INTO [pets] VALUES (1)");

  const auto violation = [&](const char* sql) {
    return expect_error<ConstraintViolation>([&] { conn().execute(sql); }).value();
  };
  const auto unique = violation("INSERT INTO [people] VALUES (2, 'secret', 'x', 20)");
  EXPECT_EQ(unique.kind(), ConstraintKind::Unique);
  EXPECT_EQ(unique.constraint(), "people_mail");
  EXPECT_EQ(unique.table(), "people");
  EXPECT_EQ(unique.sqlstate(), "23000");
  EXPECT_THAT(unique.what(), Not(HasSubstr("secret")));
  EXPECT_EQ(violation("INSERT INTO [people] VALUES (1, 'b', 'x', 20)").constraint(), "PRIMARY");
  const auto not_null = violation("UPDATE [people] SET [name] = NULL");
  EXPECT_EQ(not_null.kind(), ConstraintKind::NotNull);
  EXPECT_EQ(not_null.table(), "people");
  EXPECT_EQ(not_null.column(), "name");
  EXPECT_EQ(violation("INSERT INTO [people] ([id]) VALUES (3)").column(), "name");
  const auto child = violation("INSERT INTO [pets] VALUES (9)");
  EXPECT_EQ(child.kind(), ConstraintKind::ForeignKey);
  EXPECT_EQ(child.constraint(), "pets_owner");
  EXPECT_EQ(child.table(), "pets");
  EXPECT_EQ(child.column(), "owner");
  EXPECT_EQ(violation("DELETE FROM [people]").constraint(), "pets_owner");
  const auto check = violation("UPDATE [people] SET [age] = 3");
  EXPECT_EQ(check.kind(), ConstraintKind::Check);
  EXPECT_EQ(check.constraint(), "grown");
  EXPECT_EQ(check.table(), "people");

  const Provoked refused[] = {
      {"SELECT * FROM [nosuch]", 1146},
      {"SELECT [nosuch] FROM [people]", 1054},
      {"SELEKT 1", 1064},
      {"INSERT INTO [people] VALUES (5, 'm', 'too long', 20)", 1406},
      {"INSERT INTO [people] VALUES (5, 'm', 'x', 99999999999)", 1264},
      {"INSERT INTO [people] VALUES (5, 'm', 'x', 'secret')", 1366},
      {"SELECT 9223372036854775807 + 1", 1690},
      {"SELECT CAST('secret' AS INET6) + 1 FROM [people] WHERE [id] = ST_GeomFromText('secret')", 0},
      {"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'mine: ''secret'''", 1644},
      {"SET STATEMENT max_statement_time = 0.05 FOR SELECT max([a].[seq] + [b].[seq]) FROM seq_1_to_100000 [a], "
       "seq_1_to_100000 [b]",
       1969},
      {"CREATE TABLE [people] ([id] INT)", 1050},
      {"SELECT NOSUCH(1)", 1305},
  };
  for (const Provoked& one : refused) {
    const auto error = expect_error<QueryError>([&] { conn().execute(one.sql); });
    ASSERT_TRUE(error) << one.sql;
    EXPECT_THAT(error->what(), Not(HasSubstr("secret"))) << one.sql;
    EXPECT_FALSE(error->is_retryable());
    if (one.code != 0) {
      EXPECT_EQ(error->native_code(), one.code) << one.sql;
    }
  }
  conn().begin_transaction(transaction_options().read_only());
  const auto read_only = expect_error<QueryError>([&] { conn().execute("DELETE FROM [pets]"); });
  EXPECT_EQ(read_only->native_code(), 1792);
  EXPECT_TRUE(conn().in_transaction());
  conn().rollback_transaction();
}

TEST_F(MySql, ConflictsAreTransientAndTellWhetherATransactionIsLeft) {
  conn().execute("CREATE TABLE [t] ([id] INT PRIMARY KEY, [n] INT)");
  conn().execute("INSERT INTO [t] VALUES (1, 0), (2, 0)");
  const SyncConnectionHandle other = connect(config());
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

TEST_F(MySql, AKilledStatementIsATimeoutEvenWhereTheServerCallsItSuccess) {
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

TEST_F(MySql, InterruptEndsAStatement) {
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

TEST_F(MySql, AnEndedConnectionIsAConnectionError) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  const SyncConnectionHandle killer = connect(config());
  killer->execute("KILL " + std::to_string(own_id()));
  EXPECT_THROW(conn().execute("SELECT [n] FROM [t]"), ConnectionError);
  EXPECT_FALSE(conn().is_usable());

  const SyncConnectionHandle writer = connect(config());
  writer->execute("INSERT INTO [t] VALUES (1)");
  killer->execute("KILL " + writer->execute("SELECT CONNECTION_ID()").front().get<std::string>(0));
  EXPECT_THROW(writer->execute("INSERT INTO [t] VALUES (1)"), OutcomeUnknown);
}

TEST_F(MySql, TablesMayChangeUnderPreparedStatements) {
  conn().execute("CREATE TABLE [t] ([a] INT, [b] VARCHAR(10))");
  conn().execute("INSERT INTO [t] VALUES (1, 'x')");
  const SyncConnectionHandle other = connect(config());
  const std::string all = "SELECT * FROM [t]";
  EXPECT_EQ(conn().execute(all).columns().size(), 2U);
  other->execute("ALTER TABLE [t] ADD COLUMN [c] INT DEFAULT 7");
  EXPECT_EQ(conn().execute(all).front().get<int>("c"), 7) << "more columns";
  other->execute("ALTER TABLE [t] RENAME COLUMN [a] TO [z]");
  for (int i = 0; i < 3; ++i) {
    const ResultSet rows = conn().execute(all);
    EXPECT_EQ(rows.front().get<int>("z"), 1) << "another name";
    EXPECT_EQ(rows.columns().find("a"), FieldNames::npos);
  }
  other->execute("ALTER TABLE [t] MODIFY COLUMN [z] VARCHAR(10)");
  EXPECT_EQ(Value(conn().execute(all).front()["z"]), Value("1")) << "another type";
  other->execute("ALTER TABLE [t] DROP COLUMN [z], DROP COLUMN [b]");
  EXPECT_EQ(conn().execute(all).columns().size(), 1U) << "fewer columns";
  conn().begin_transaction();
  conn().execute("UPDATE [t] SET [c] = 8");
  EXPECT_EQ(conn().execute(all).front().get<int>("c"), 8);
  conn().commit_transaction();
}

TEST_F(MySql, ParametersMayHaveAnotherTypeEachTime) {
  const std::string sql = "SELECT ? AS [v]";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(one(sql, params(1)), Value(1));
    EXPECT_EQ(one(sql, params("x")), Value("x"));
    EXPECT_EQ(one(sql, params(1.5)), Value(1.5));
    EXPECT_EQ(one(sql, params(nullptr)), Value());
    EXPECT_EQ(one(sql, params(Value::decimal("1.5"))), Value::decimal("1.5"));
    EXPECT_EQ(one(sql, params(*instant_from("2024-02-29T00:00:00.5Z"))),
              Value(*instant_from("2024-02-29T00:00:00.5Z")));
    EXPECT_EQ(one(sql, params(Bytes{std::byte{1}})), Value(Bytes{std::byte{1}}));
  }
}

TEST_F(MySql, StatementsThatCannotBePreparedRunAsText) {
  conn().execute("PREPARE [p] FROM 'SELECT 1 AS a, ''x'' AS b, NULL AS c'");
  const ResultSet rows = conn().execute("EXECUTE [p]");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].get<std::string>("a"), "1");
  EXPECT_EQ(rows[0].get<std::string>("b"), "x");
  EXPECT_TRUE(rows[0]["c"].is_null());
  conn().execute("DEALLOCATE PREPARE [p]");
  EXPECT_THROW(conn().execute("EXECUTE [p]"), QueryError);
  EXPECT_THROW(conn().execute("EXECUTE [p]", params(1)), UsageError);
  EXPECT_EQ(one("SELECT 1"), Value(1));
}

TEST_F(MySql, Procedures) {
  conn().execute("CREATE TABLE [t] ([n] INT)");
  conn().execute(
      "CREATE PROCEDURE [several]() BEGIN SELECT 1 AS a, 2 AS b; SELECT 'x' AS c; INSERT INTO t VALUES (5); "
      "END");
  conn().execute("CREATE PROCEDURE [fails_late]() BEGIN SELECT 1 AS a; SIGNAL SQLSTATE '45000'; END");
  conn().execute("CREATE PROCEDURE [silent](IN n INT) BEGIN INSERT INTO t VALUES (n); END");
  for (int i = 0; i < 3; ++i) {
    const ResultSet rows = conn().execute("CALL [several]()");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].get<int>("b"), 2);
    EXPECT_THROW(conn().execute("CALL [fails_late]()"), QueryError);
    EXPECT_EQ(conn().execute("CALL [silent](?)", params(i)).size(), 0U);
  }
  EXPECT_EQ(one("SELECT count(*) FROM [t]"), Value(6));
}

TEST_F(MySql, Streams) {
  std::int64_t sum = 0;
  for (const Row& row : conn().stream_query("SELECT [seq], repeat('x', 100) FROM seq_1_to_20000")) {
    sum += row.get<std::int64_t>(0);
  }
  EXPECT_EQ(sum, 20000LL * 20001 / 2);
  RowStream left = conn().stream_query("SELECT [seq] FROM seq_1_to_20000");
  EXPECT_EQ((*left.begin()).get<int>(0), 1);
  EXPECT_EQ(one("SELECT 5"), Value(5)) << "the rest of the stream makes way";
  EXPECT_EQ(left.next()->get<int>(0), 2);
  {
    RowStream dropped = conn().stream_query("SELECT [seq] FROM seq_1_to_20000");
    EXPECT_NE(dropped.next(), nullptr);
  }
  EXPECT_EQ(one("SELECT 6"), Value(6));
  RowStream failing = conn().stream_query("SELECT 9223372036854775800 + CAST([seq] AS SIGNED) FROM seq_1_to_20");
  EXPECT_THROW(while (failing.next() != nullptr){}, QueryError);
  EXPECT_EQ(one("SELECT 7"), Value(7));
}

TEST_F(MySql, RefusesMoreThanAPacketBeforeItIsSent) {
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

TEST_F(MySql, CannotConnect) {
  const auto with = [&](auto change) {
    DatabaseConfig changed = config();
    changed.connect_timeout = milliseconds(3000);
    change(changed);
    return changed;
  };
  const auto password =
      expect_error<AuthenticationError>([&] { connect(with([](DatabaseConfig& c) { c.password = "wrong secret"; })); });
  EXPECT_EQ(password->native_code(), 1045);
  EXPECT_THAT(password->what(), Not(HasSubstr("secret")));
  const auto database =
      expect_error<ConnectionError>([&] { connect(with([](DatabaseConfig& c) { c.database = "dalia_nosuch"; })); });
  EXPECT_EQ(database->native_code(), 1049);
  const auto port = expect_error<ConnectionError>([&] { connect(with([](DatabaseConfig& c) { c.port = 1; })); });
  EXPECT_THAT(port->what(), HasSubstr(":1"));
  EXPECT_THROW(connect(with([](DatabaseConfig& c) { c.host = "no-such-host.invalid"; })), ConnectionError);
  EXPECT_THROW(connect(with([](DatabaseConfig& c) { c.options["socket"] = "/nonexistent/sock"; })), ConnectionError);
}

/// A listener that accepts and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 5);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { ::close(socket_); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

TEST_F(MySql, AServerThatNeverAnswersIsGivenUpInTime) {
  const SilentServer silent;
  DatabaseConfig changed = config();
  changed.host = "127.0.0.1";
  changed.port = silent.port();
  changed.connect_timeout = milliseconds(300);
  const auto started = steady_clock::now();
  const auto error = expect_error<TimeoutError>([&] { connect(changed); });
  EXPECT_EQ(error->phase(), TimeoutPhase::Connect);
  EXPECT_LT(steady_clock::now() - started, std::chrono::seconds(3));
}

TEST_F(MySql, TriesOneHostAfterTheOther) {
  const SilentServer silent;
  DatabaseConfig changed = config();
  const std::string good = changed.host + ":" + std::to_string(changed.port);
  changed.connect_timeout = milliseconds(4000);
  changed.host = "127.0.0.1:1,127.0.0.1:" + std::to_string(silent.port()) + "," + good;
  EXPECT_EQ(connect(changed)->execute("SELECT 1").size(), 1U);
}

TEST_F(MySql, UnixSockets) {
  DatabaseConfig changed = config();
  changed.options["socket"] = one("SELECT @@socket").get<std::string>();
  if (::access(changed.options["socket"].c_str(), R_OK | W_OK) != 0) {
    GTEST_SKIP() << "the server's socket is not here";
  }
  EXPECT_EQ(connect(changed)->execute("SELECT 1").size(), 1U);
}

TEST_F(MySql, AServerWithoutTlsIsRefusedWhereItIsAskedFor) {
  if (!one("SELECT @@have_ssl = 'DISABLED'").get<bool>()) {
    GTEST_SKIP() << "the server has TLS";
  }
  for (const std::string mode : {"disable", "allow", "prefer"}) {
    DatabaseConfig changed = config();
    changed.options["sslmode"] = mode;
    EXPECT_EQ(connect(changed)->execute("SELECT 1").size(), 1U) << mode;
  }
  for (const std::string mode : {"require", "verify-ca", "verify-full"}) {
    DatabaseConfig changed = config();
    changed.options["sslmode"] = mode;
    const auto error = expect_error<ConnectionError>([&] { connect(changed); });
    ASSERT_TRUE(error) << mode;
    EXPECT_THAT(error->what(), HasSubstr("TLS")) << mode;
  }
}

/// A process died between the steps of a change of tables.
TEST_F(MySql, WhatAnInterruptedSchemaChangeLeftBehindDoesNoHarm) {
  conn().execute("CREATE TABLE [_new_users] ([x] INT)");
  conn().execute("CREATE TABLE [_new_users_meta] ([x] INT)");
  EXPECT_EQ(conn().get_entity("users", "a"), std::nullopt);
  conn().save_entity("users", {{"id", "a"}, {"n", 1}});
  conn().execute("ALTER TABLE [users] ADD COLUMN [later] BIGINT");
  EXPECT_EQ(conn().save_entity("users", {{"id", "a"}, {"later", "a text"}}).get<std::string>("later"), "a text");
  EXPECT_TRUE(conn().get_entity_names() == std::vector<std::string>{"users"});
}

/// From the first save on, which makes the tables, to the last.
TEST_F(MySql, ManyWritersOfTheSameIdsLoseNothing) {
  constexpr int writers = 16;
  constexpr int ids = 25;
  std::vector<std::thread> running;
  std::vector<std::string> failures(writers);
  for (int writer = 0; writer < writers; ++writer) {
    running.emplace_back([&, writer] {
      try {
        const SyncConnectionHandle own = connect(config());
        for (int id = 0; id < ids; ++id) {
          own->save_entity("items", {{"id", id}, {"n", id * 100 + writer}, {"f" + std::to_string(writer % 4), writer}});
        }
      } catch (const std::exception& error) {
        failures[static_cast<std::size_t>(writer)] = error.what();
      }
    });
  }
  for (std::thread& one : running) {
    one.join();
  }
  EXPECT_THAT(failures, testing::Each(testing::IsEmpty()));
  EXPECT_EQ(conn().get_entity_fields("items").size(), 5U);
  for (int id = 0; id < ids; ++id) {
    const std::vector<Entity> history = conn().get_entity_history("items", id);
    ASSERT_EQ(history.size(), static_cast<std::size_t>(writers)) << id;
    for (std::size_t i = 0; i < history.size(); ++i) {
      EXPECT_EQ(history[i].version(), static_cast<std::int64_t>(i) + 1) << id;
    }
    EXPECT_EQ(conn().get_entity("items", id)->version(), writers);
  }
}

TEST_F(MySql, DecimalsThatNoColumnHoldsAreRefusedByName) {
  const auto error = expect_error<EntityError>([&] {
    conn().save_entity("users", {{"amount", Value::decimal("0." + std::string(31, '1'))}});
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("users.amount"));
  EXPECT_EQ(conn().get_entity_names().size(), 0U);
  conn().save_entity("users", {{"id", "a"}, {"amount", Value::decimal("0.5")}});
  EXPECT_THROW(conn().save_entity("users", {{"id", "a"}, {"amount", "0." + std::string(31, '1')}}), EntityError);
}

TEST_F(MySql, NamesItself) {
  const VersionDetails details = conn().get_version_details();
  EXPECT_THAT(details.driver, HasSubstr("Connector/C"));
  EXPECT_EQ(one("SELECT @@version").get<std::string>().rfind(details.server, 0), 0U) << details.server;
}

}  // namespace
}  // namespace dalia::test
