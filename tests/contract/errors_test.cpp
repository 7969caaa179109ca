// What goes wrong, and how it is told.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Errors : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    conn().execute("CREATE TABLE [parents] ([id] INTEGER PRIMARY KEY)");
    conn().execute(
        "CREATE TABLE [people] ([id] INTEGER PRIMARY KEY, [name] VARCHAR(100) NOT NULL, [mail] VARCHAR(100), "
        "[age] INTEGER, [parent] INTEGER, CONSTRAINT [one_mail] UNIQUE ([mail]), "
        "CONSTRAINT [adult] CHECK ([age] >= 18), FOREIGN KEY ([parent]) REFERENCES [parents] ([id]))");
    conn().execute("INSERT INTO [people] ([id], [name], [mail], [age]) VALUES (1, 'Ann', 'a@x', 30)");
  }
};
DALIA_CONTRACT_SUITE(Errors);

TEST_P(Errors, UniqueViolation) {
  const std::string sql = "INSERT INTO [people] ([id], [name], [mail]) VALUES (2, 'Bob', ?)";
  const auto error = expect_error<ConstraintViolation>([&] { conn().execute(sql, params("a@x")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::Unique);
  EXPECT_EQ(error->statement(), sql);
  EXPECT_TRUE(error->table() == "people" || error->constraint() == "one_mail") << error->what();
  EXPECT_THAT(std::string(error->what()), Not(HasSubstr("a@x"))) << "no bound value";
  EXPECT_FALSE(error->is_retryable());
  EXPECT_FALSE(error->outcome_unknown());
  EXPECT_TRUE(error->native_code() != 0 || error->sqlstate() == "23505");
  EXPECT_THROW(conn().execute("INSERT INTO [people] ([id], [name]) VALUES (1, 'x')"), ConstraintViolation);
}

TEST_P(Errors, NotNullViolation) {
  const auto error = expect_error<ConstraintViolation>(
      [&] { conn().execute("INSERT INTO [people] ([id], [name]) VALUES (?, ?)", params(2, nullptr)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::NotNull);
  EXPECT_EQ(error->column(), "name");
}

TEST_P(Errors, CheckViolation) {
  const auto error = expect_error<ConstraintViolation>(
      [&] { conn().execute("INSERT INTO [people] ([id], [name], [age]) VALUES (2, 'Kid', 7)"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::Check);
  EXPECT_EQ(error->constraint(), "adult");
}

TEST_P(Errors, ForeignKeyViolation) {
  const auto error = expect_error<ConstraintViolation>(
      [&] { conn().execute("INSERT INTO [people] ([id], [name], [parent]) VALUES (2, 'Bob', 99)"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ConstraintKind::ForeignKey);
}

TEST_P(Errors, SyntaxErrorsNameTheStatement) {
  const std::string sql = "SELEC [id] FROM [people] WHERE [id] = ?";
  const auto error = expect_error<QueryError>([&] { conn().execute(sql, params(1)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->statement(), sql);
  EXPECT_EQ(error->backend(), GetParam().backend->name.substr(0, error->backend().size()));
}

TEST_P(Errors, MissingThings) {
  EXPECT_THROW(conn().execute("SELECT * FROM [nothing]"), QueryError);
  EXPECT_THROW(conn().execute("SELECT [nothing] FROM [people]"), QueryError);
  EXPECT_THROW(conn().execute("SELECT no_such_function(1)"), QueryError);
}

TEST_P(Errors, WrongNumberOfParameters) {
  for (const Params& values : {Params(), params(1), params(1, 2, 3)}) {
    const auto error = expect_error<UsageError>([&] { conn().execute("SELECT ? , ?", values); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->statement(), "SELECT ? , ?");
  }
  EXPECT_THROW(conn().execute("SELECT 1", params(1)), UsageError);
}

TEST_P(Errors, SeveralStatementsAreRefused) {
  for (const std::string sql :
       {"SELECT 1; SELECT 2", "INSERT INTO [parents] VALUES (1); DELETE FROM [people]", "SELECT 1;\n-- x\nSELECT 2"}) {
    EXPECT_THROW(conn().execute(sql), Error) << sql;
  }
  EXPECT_EQ(number("SELECT count(*) FROM [people]"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM [parents]"), 0);
}

TEST_P(Errors, NothingIsNoStatement) {
  for (const std::string sql : {"", "  ", "-- only a comment", "/* x */"}) {
    EXPECT_THROW(conn().execute(sql), Error) << sql;
  }
}

TEST_P(Errors, WhatCannotBeReadSafely) {
  for (const std::string sql : {"SELECT 'open", "SELECT [open", "SELECT \"open", "SELECT [] FROM [t]"}) {
    const auto error = expect_error<TranslationError>([&] { conn().execute(sql); });
    ASSERT_TRUE(error) << sql;
    EXPECT_NE(error->position(), nullptr) << sql;
  }
  EXPECT_THROW(conn().execute(std::string_view("SELECT 1 \0 , 2", 14)), TranslationError);
  EXPECT_THROW(conn().execute("SELECT '\x80'"), TranslationError);
}

TEST_P(Errors, ATimeLimitStopsALongStatement) {
  const auto started = std::chrono::steady_clock::now();
  const auto error = expect_error<TimeoutError>([&] {
    conn().execute(
        "WITH RECURSIVE [n] ([i]) AS (SELECT 1 UNION ALL SELECT [i] + 1 FROM [n] WHERE [i] < 2000000000) "
        "SELECT max([i]) FROM [n]",
        Params(), execute_options().timeout(std::chrono::milliseconds(50)));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Query);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_EQ(number("SELECT 1"), 1);
  EXPECT_TRUE(conn().is_usable());
}

TEST_P(Errors, AFailedStatementLeavesNothingBehind) {
  EXPECT_THROW(conn().execute("INSERT INTO [people] ([id], [name], [mail]) VALUES (5, 'x', 'm'), (6, 'y', 'm')"),
               ConstraintViolation);
  EXPECT_EQ(number("SELECT count(*) FROM [people]"), 1);
  EXPECT_FALSE(conn().in_transaction());
}

}  // namespace
}  // namespace dalia::test
