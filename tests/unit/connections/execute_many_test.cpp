#include <cmath>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "unit/connections/temporary_folder.hpp"

namespace dalia {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ExecuteMany : public ::testing::Test {
 protected:
  void SetUp() override { conn_->execute("CREATE TABLE [t] ([id] INTEGER PRIMARY KEY, [a] REAL)"); }

  static std::vector<std::tuple<int, double>> rows(int count) {
    std::vector<std::tuple<int, double>> rows;
    for (int i = 0; i < count; ++i) {
      rows.emplace_back(i, i / 2.0);
    }
    return rows;
  }
  int count() { return conn_->execute("SELECT count(*) FROM [t]")[0].get<int>(0); }

  static constexpr const char* insert = "INSERT INTO [t] ([id], [a]) VALUES (?, ?)";
  std::unique_ptr<ConnectionManager> db_ = testing::sqlite(":memory:");
  SyncConnectionHandle conn_ = db_->sync_connection();
};

TEST_F(ExecuteMany, InsertsEveryRowOnce) {
  for (const int size : {0, 1, 49, 50, 51, 100, 123}) {
    SCOPED_TRACE(size);
    conn_->execute("DELETE FROM [t]");
    const ResultSet result = conn_->executemany(insert, rows(size));
    EXPECT_EQ(result.affected_rows(), size);
    EXPECT_EQ(count(), size);
    const double sum = conn_->execute("SELECT total([a]) FROM [t]")[0].get<double>(0);
    EXPECT_EQ(sum, size * (size - 1) / 4.0);
    EXPECT_FALSE(conn_->in_transaction());
  }
}

TEST_F(ExecuteMany, TakesOtherStatements) {
  conn_->executemany(insert, rows(10));
  EXPECT_EQ(
      conn_->executemany("UPDATE [t] SET [a] = ? WHERE [id] = ?", {params(1.5, 1), params(2.5, 99)}).affected_rows(),
      1);
  EXPECT_EQ(conn_->executemany("DELETE FROM [t] WHERE [id] = ? RETURNING [id]", {params(1), params(2)}).affected_rows(),
            2);
}

TEST_F(ExecuteMany, NamesTheRowAndUndoesAll) {
  for (const int bad : {0, 49, 50, 77, 119}) {
    SCOPED_TRACE(bad);
    auto list = rows(120);
    std::get<0>(list[static_cast<std::size_t>(bad)]) = 1000;
    conn_->execute("DELETE FROM [t]");
    conn_->execute("INSERT INTO [t] VALUES (1000, 0)");
    try {
      conn_->executemany(insert, list);
      FAIL();
    } catch (const ConstraintViolation& error) {
      EXPECT_THAT(error.what(), StartsWith("row " + std::to_string(bad) + " (counting from 0): UNIQUE"));
      EXPECT_EQ(error.column(), "id");
      EXPECT_EQ(error.statement(), insert);
    }
    EXPECT_EQ(count(), 1);
    EXPECT_FALSE(conn_->in_transaction());
  }
}

TEST_F(ExecuteMany, KeepsTheCallersTransaction) {
  conn_->begin_transaction();
  conn_->execute("INSERT INTO [t] VALUES (1000, 0)");
  auto list = rows(60);
  std::get<1>(list[55]) = std::nan("");
  try {
    conn_->executemany(insert, list);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("row 55"));
  }
  EXPECT_TRUE(conn_->in_transaction());
  EXPECT_EQ(count(), 1);
  conn_->executemany(insert, rows(60));
  conn_->commit_transaction();
  EXPECT_EQ(count(), 61);
}

TEST_F(ExecuteMany, ChecksTheWidthOfEachRow) {
  try {
    conn_->executemany(insert, {params(1, 1.0), params(2)});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("row 1 (counting from 0): it has 1 value, but the statement takes 2"));
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(ExecuteMany, RefusesUseOfItsConnectionMeanwhile) {
  class Nosy final : public RowSource {
   public:
    explicit Nosy(SyncConnection& conn) : conn_(conn) {}
    bool next(std::span<ValueRef> /*cells*/) override {
      conn_.execute("SELECT 1");
      return false;
    }

   private:
    SyncConnection& conn_;
  };
  Nosy nosy(*conn_);
  EXPECT_THROW(conn_->executemany(insert, nosy), UsageError);
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace dalia
