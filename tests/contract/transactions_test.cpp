// Transactions of the caller.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class Transactions : public TableTest {};
DALIA_CONTRACT_SUITE(Transactions);

TEST_P(Transactions, CommitAndRollback) {
  conn().begin_transaction();
  EXPECT_TRUE(conn().in_transaction());
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
  conn().commit_transaction();
  EXPECT_FALSE(conn().in_transaction());
  conn().begin_transaction();
  conn().execute("INSERT INTO [t] VALUES (2, 1)");
  EXPECT_EQ(rows(), 2);
  conn().rollback_transaction();
  EXPECT_EQ(rows(), 1);
}

TEST_P(Transactions, WrongOrderIsAnError) {
  EXPECT_THROW(conn().commit_transaction(), UsageError);
  EXPECT_THROW(conn().rollback_transaction(), UsageError);
  conn().begin_transaction();
  EXPECT_THROW(conn().begin_transaction(), UsageError);
  EXPECT_TRUE(conn().in_transaction());
  conn().rollback_transaction();
}

TEST_P(Transactions, AFailingStatementLeavesTheTransactionUsable) {
  DALIA_REQUIRES(ErrorsKeepTransactions);
  conn().begin_transaction();
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
  EXPECT_THROW(conn().execute("INSERT INTO [t] VALUES (1, 2)"), ConstraintViolation);
  EXPECT_THROW(conn().execute("SELECT * FROM [nothing]"), QueryError);
  EXPECT_TRUE(conn().in_transaction());
  conn().execute("INSERT INTO [t] VALUES (2, 2)");
  conn().commit_transaction();
  EXPECT_EQ(rows(), 2);
}

TEST_P(Transactions, AClosedConnectionRollsBack) {
  {
    const auto other = connect();
    other->begin_transaction();
    other->execute("INSERT INTO [t] VALUES (1, 1)");
  }
  EXPECT_EQ(rows(), 0);
  const auto other = connect();
  other->begin_transaction();
  other->execute("INSERT INTO [t] VALUES (1, 1)");
  other->close();
  EXPECT_FALSE(other->is_usable());
  EXPECT_THROW(other->execute("SELECT 1"), ConnectionError);
  EXPECT_EQ(rows(), 0);
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
}

TEST_P(Transactions, TransactCommitsOrRollsBack) {
  conn().transact([](TestConnection& tx) { tx.execute("INSERT INTO [t] VALUES (1, 1)"); });
  EXPECT_EQ(rows(), 1);
  struct Own {};
  EXPECT_THROW(conn().transact([](TestConnection& tx) {
    tx.execute("INSERT INTO [t] VALUES (2, 1)");
    throw Own();
  }),
               Own);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(rows(), 1);
}

TEST_P(Transactions, TransactRunsAgainAfterATransientConflict) {
  int runs = 0;
  conn().transact([&](TestConnection& tx) {
    tx.execute("INSERT INTO [t] VALUES (?, 1)", params(runs));
    if (++runs < 3) {
      throw TransientError("a conflict", [] {
        ErrorFacts facts;
        facts.retryable = true;
        return facts;
      }());
    }
  });
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(rows(), 1) << "what the lost runs did is gone";
}

TEST_P(Transactions, TransactGivesUpAfterItsRetries) {
  int runs = 0;
  ErrorFacts facts;
  facts.retryable = true;
  EXPECT_THROW(conn().transact(
                   [&](TestConnection& tx) {
                     ++runs;
                     tx.execute("INSERT INTO [t] VALUES (1, 1)");
                     throw TransientError("a conflict", facts);
                   },
                   transaction_options().max_retries(2)),
               TransientError);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(conn().in_transaction());
}

TEST_P(Transactions, TransactDoesNotRunAgainForOtherErrors) {
  int runs = 0;
  EXPECT_THROW(conn().transact([&](TestConnection& tx) {
    ++runs;
    tx.execute("SELECT * FROM [nothing]");
  }),
               QueryError);
  EXPECT_EQ(runs, 1);
}

TEST_P(Transactions, TransactJoinsWhatIsOpen) {
  int runs = 0;
  ErrorFacts facts;
  facts.retryable = true;
  conn().begin_transaction();
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
  EXPECT_THROW(conn().transact([&](TestConnection&) {
    ++runs;
    throw TransientError("a conflict", facts);
  }),
               TransientError);
  EXPECT_EQ(runs, 1) << "nothing is retried inside a caller's transaction";
  EXPECT_TRUE(conn().in_transaction());
  conn().transact([](TestConnection& tx) { tx.execute("INSERT INTO [t] VALUES (2, 1)"); });
  EXPECT_TRUE(conn().in_transaction());
  conn().rollback_transaction();
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, AutoTransactionJoinsToo) {
  conn().auto_transaction([](TestConnection& tx) {
    EXPECT_TRUE(tx.in_transaction());
    tx.execute("INSERT INTO [t] VALUES (1, 1)");
    tx.auto_transaction([](TestConnection& inner) { inner.execute("INSERT INTO [t] VALUES (2, 1)"); });
    EXPECT_TRUE(tx.in_transaction());
  });
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_EQ(rows(), 2);
  EXPECT_THROW(conn().auto_transaction([](TestConnection& tx) {
    tx.auto_transaction([](TestConnection& inner) { inner.execute("INSERT INTO [t] VALUES (3, 1)"); });
    tx.execute("SELECT * FROM [nothing]");
  }),
               QueryError);
  EXPECT_EQ(rows(), 2);
}

TEST_P(Transactions, ReadOnlyRefusesWrites) {
  conn().begin_transaction(transaction_options().read_only());
  EXPECT_EQ(rows(), 0);
  EXPECT_THROW(conn().execute("INSERT INTO [t] VALUES (1, 1)"), Error);
  conn().rollback_transaction();
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
  EXPECT_EQ(rows(), 1);
}

TEST_P(Transactions, AWriterWaitsNoLongerThanItsTimeLimit) {
  DALIA_REQUIRES(SeveralManagers);
  const auto other = connect();
  other->begin_transaction();
  other->execute("INSERT INTO [t] VALUES (1, 1)");
  const auto error = expect_error<TimeoutError>([&] {
    conn().execute("INSERT INTO [t] VALUES (1, 2)", Params(), execute_options().timeout(std::chrono::milliseconds(30)));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->phase(), TimeoutPhase::Query);
  other->rollback_transaction();
  conn().execute("INSERT INTO [t] VALUES (1, 2)");
  EXPECT_EQ(rows(), 1);
}

}  // namespace
}  // namespace dalia::test
