// One statement, many rows, all or nothing.
#include <gmock/gmock.h>

#include "support/contract_test.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::test {
namespace {

class ExecuteMany : public TableTest {};
DALIA_CONTRACT_SUITE(ExecuteMany);

TEST_P(ExecuteMany, InsertsAllRows) {
  for (const int count : {0, 1, 2, 3, 999, 40'000}) {
    conn().execute("DELETE FROM [t]");
    std::vector<Params> list;
    for (int i = 0; i < count; ++i) {
      list.push_back(params(i, i % 3 == 0 ? Value() : Value(i)));
    }
    EXPECT_EQ(conn().executemany("INSERT INTO [t] ([id], [n]) VALUES (?, ?)", list).affected_rows(), count);
    EXPECT_EQ(rows(), count);
    EXPECT_EQ(number("SELECT count(*) FROM [t] WHERE [n] IS NULL"), (count + 2) / 3);
  }
}

TEST_P(ExecuteMany, RunsAnyStatement) {
  conn().executemany("INSERT INTO [t] VALUES (?, ?)", {params(1, 1), params(2, 2), params(3, 3)});
  EXPECT_EQ(conn().executemany("UPDATE [t] SET [n] = ? WHERE [id] <= ?", {params(9, 2), params(8, 1)}).affected_rows(),
            3);
  EXPECT_EQ(number("SELECT [n] FROM [t] WHERE [id] = 1"), 8);
  EXPECT_EQ(conn().executemany("DELETE FROM [t] WHERE [id] = ?", {params(1), params(2), params(7)}).affected_rows(), 2);
}

TEST_P(ExecuteMany, IsAllOrNothing) {
  std::vector<Params> list;
  for (int i = 0; i < 2000; ++i) {
    list.push_back(params(i == 1500 ? 3 : i, i));
  }
  const auto error =
      expect_error<ConstraintViolation>([&] { conn().executemany("INSERT INTO [t] VALUES (?, ?)", list); });
  ASSERT_TRUE(error);
  EXPECT_THAT(std::string(error->what()), testing::AnyOf(testing::HasSubstr("1500"), testing::HasSubstr("1,500")));
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(conn().in_transaction());
  EXPECT_THROW(conn().executemany("INSERT INTO [t] VALUES (?, ?)", {params(1, 1), params(2)}), UsageError);
  EXPECT_EQ(rows(), 0);
}

TEST_P(ExecuteMany, InsideATransactionUndoesOnlyItself) {
  conn().begin_transaction();
  conn().execute("INSERT INTO [t] VALUES (1, 1)");
  EXPECT_THROW(conn().executemany("INSERT INTO [t] VALUES (?, ?)", {params(2, 1), params(1, 1)}), ConstraintViolation);
  EXPECT_TRUE(conn().in_transaction());
  EXPECT_EQ(rows(), 1);
  conn().executemany("INSERT INTO [t] VALUES (?, ?)", {params(5, 1), params(6, 1)});
  conn().commit_transaction();
  EXPECT_EQ(rows(), 3);
}

}  // namespace
}  // namespace dalia::test
