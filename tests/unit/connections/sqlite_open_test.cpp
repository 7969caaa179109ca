#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "unit/connections/temporary_folder.hpp"

namespace dalia {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SqliteOpen : public ::testing::Test {
 protected:
  static std::string refusal(const std::string& file, std::map<std::string, std::string> options = {}) {
    try {
      const auto db = testing::sqlite(file, std::move(options));
      const auto conn = db->sync_connection();
      return "opened";
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.backend(), "sqlite");
      return error.what();
    }
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.file(name), std::ios::binary) << content;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(SqliteOpen, TakesOddPaths) {
  for (const std::string name : {"a?b.db", "a#b.db", "a%20b.db", ":x.db", "file:x.db", "ä b'c\".db", "mode=ro"}) {
    SCOPED_TRACE(name);
    const auto db = testing::sqlite(folder_.file(name));
    db->sync_connection()->execute("CREATE TABLE [t] ([a])");
    EXPECT_TRUE(std::filesystem::exists(folder_.file(name)));
  }
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  testing::sqlite("file:y.db?mode=memory")->sync_connection()->execute("CREATE TABLE [t] ([a])");
  testing::sqlite(":y.db")->sync_connection()->execute("CREATE TABLE [t] ([a])");
  EXPECT_TRUE(std::filesystem::exists("file:y.db?mode=memory"));
  EXPECT_TRUE(std::filesystem::exists(":y.db"));
  std::filesystem::current_path(before);
}

TEST_F(SqliteOpen, SaysWhyItCannot) {
  EXPECT_THAT(refusal(folder_.file("none.db"), {{"mode", "rw"}}), AllOf(HasSubstr("none.db"), HasSubstr("mode=rwc")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("none.db")));
  EXPECT_THAT(refusal(folder_.file("none.db"), {{"mode", "ro"}}), HasSubstr("does not exist"));
  EXPECT_THAT(refusal(folder_.file("no/folder/x.db")), HasSubstr("create it first"));
  EXPECT_THAT(refusal(folder_.path().string()), HasSubstr("is a directory"));
  write("text.db", std::string(5000, 'x'));
  EXPECT_THAT(refusal(folder_.file("text.db")), HasSubstr("not an SQLite database"));
}

TEST_F(SqliteOpen, SaysThatAFileIsDamaged) {
  testing::sqlite(folder_.file("x.db"))->sync_connection()->execute("CREATE TABLE [t] ([a])");
  std::fstream file(folder_.file("x.db"), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);
  file << std::string(60, '\xee');  // the first page's header
  file.close();
  EXPECT_THAT(refusal(folder_.file("x.db")), HasSubstr("damaged"));
}

TEST_F(SqliteOpen, RefusesUnknownOptionsBeforeItOpens) {
  EXPECT_THROW(testing::sqlite("x.db", {{"cache", "shared"}}), UsageError);
  EXPECT_THROW(testing::sqlite("x.db", {{"mode", "memory"}}), UsageError);
  EXPECT_THROW(testing::sqlite(""), UsageError);
  EXPECT_THROW(testing::sqlite(std::string("a\0b", 3)), UsageError);
  EXPECT_THROW(testing::sqlite(":memory:", {{"mode", "ro"}}), UsageError);
}

TEST_F(SqliteOpen, SetsTheConnectionUp) {
  const auto db = testing::sqlite(folder_.file("x.db"));
  const auto conn = db->sync_connection();
  const auto pragma = [&](const std::string& name) { return conn->execute("PRAGMA " + name)[0].get<std::string>(0); };
  EXPECT_EQ(pragma("journal_mode"), "wal");
  EXPECT_EQ(pragma("foreign_keys"), "1");
  EXPECT_EQ(pragma("synchronous"), "2");
  EXPECT_EQ(pragma("trusted_schema"), "0");
  EXPECT_THROW(conn->execute(R"(SELECT "nope")"), QueryError);  // no text in double quotes
  const auto fast = testing::sqlite(folder_.file("y.db"), {{"synchronous", "normal"}});
  EXPECT_EQ(fast->sync_connection()->execute("PRAGMA synchronous")[0].get<int>(0), 1);
}

TEST_F(SqliteOpen, ChecksForeignKeys) {
  const auto db = testing::sqlite(folder_.file("x.db"));
  const auto conn = db->sync_connection();
  conn->execute("CREATE TABLE [p] ([id] INTEGER PRIMARY KEY)");
  conn->execute("CREATE TABLE [c] ([p] REFERENCES [p]([id]))");
  try {
    conn->execute("INSERT INTO [c] VALUES (1)");
    FAIL();
  } catch (const ConstraintViolation& error) {
    EXPECT_EQ(error.kind(), ConstraintKind::ForeignKey);
  }
}

TEST_F(SqliteOpen, ReadsWhatItMayNotWrite) {
  testing::sqlite(folder_.file("x.db"))->sync_connection()->execute("CREATE TABLE [t] ([a])");
  const auto db = testing::sqlite(folder_.file("x.db"), {{"mode", "ro"}});
  const auto conn = db->sync_connection();
  EXPECT_TRUE(conn->execute("SELECT * FROM [t]").empty());
  try {
    conn->execute("INSERT INTO [t] VALUES (1)");
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_THAT(error.what(), HasSubstr("read-only"));
  }
}

/// Permissions do not bind root; this process goes on as nobody.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    if (geteuid() == 0) {
      EXPECT_EQ(seteuid(nobody), 0);
    }
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
  ~WithoutPrivileges() { EXPECT_EQ(seteuid(getuid()), 0); }

  static constexpr uid_t nobody = 65534;
};

TEST_F(SqliteOpen, ReadsAReadOnlyFile) {
  testing::sqlite(folder_.file("x.db"))->sync_connection()->execute("CREATE TABLE [t] ([a])");
  if (geteuid() == 0) {
    for (const std::string& path : {folder_.path().string(), folder_.file("x.db")}) {
      ASSERT_EQ(chown(path.c_str(), WithoutPrivileges::nobody, getgid()), 0);
    }
  }
  const WithoutPrivileges unprivileged;
  chmod(folder_.file("x.db").c_str(), 0400);
  const auto db = testing::sqlite(folder_.file("x.db"));
  EXPECT_THROW(db->sync_connection()->execute("INSERT INTO [t] VALUES (1)"), QueryError);
  chmod(folder_.file("x.db").c_str(), 0000);
  EXPECT_THAT(refusal(folder_.file("x.db")), HasSubstr("permissions"));
}

TEST_F(SqliteOpen, SharesADatabaseInMemoryAmongOneManagersConnections) {
  const auto db = testing::sqlite(":memory:");
  const auto other = testing::sqlite(":memory:");
  db->sync_connection()->execute("CREATE TABLE [t] ([a])");  // kept though that connection is gone
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&db] {
      const auto conn = db->sync_connection();
      for (int n = 0; n < 100; ++n) {
        conn->execute("INSERT INTO [t] VALUES (?)", params(n));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(db->sync_connection()->execute("SELECT count(*) FROM [t]")[0].get<int>(0), 400);
  EXPECT_THROW(other->sync_connection()->execute("SELECT count(*) FROM [t]"), QueryError);
}

TEST_F(SqliteOpen, OutlivesItsManager) {
  auto db = testing::sqlite(":memory:");
  const auto conn = db->sync_connection();
  conn->execute("CREATE TABLE [t] ([a])");
  db.reset();
  EXPECT_EQ(conn->execute("SELECT count(*) FROM [t]")[0].get<int>(0), 0);
}

TEST_F(SqliteOpen, SaysThatTheDiskIsFull) {
  const auto db = testing::sqlite(folder_.file("x.db"));
  const auto conn = db->sync_connection();
  conn->execute("CREATE TABLE [t] ([a])");
  conn->execute("PRAGMA max_page_count = 10");
  conn->begin_transaction();
  conn->execute("INSERT INTO [t] VALUES (1)");
  try {
    conn->execute("INSERT INTO [t] VALUES (?)", params(std::string(1'000'000, 'x')));
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("no space left"), HasSubstr("x.db")));
  }
  EXPECT_TRUE(conn->is_usable());
}

}  // namespace
}  // namespace dalia
