// A process that is killed in the middle of its saves leaves nothing half-written.
#include <signal.h>
#include <sys/resource.h>

#include <iostream>
#include <random>

#include <gmock/gmock.h>

#include "dalia/dalia.hpp"
#include "support/child_process.hpp"
#include "support/sound_history.hpp"
#include "support/temporary_folder.hpp"

namespace dalia::test {
namespace {

constexpr int rows_in_batch = 20;

std::unique_ptr<ConnectionManager> open(const std::string& path) {
  return DatabaseFactory::create_database(DatabaseConfig::from_url("sqlite:" + path));
}

/// One batch: rows of its own, one row that every batch changes, a delete, an erase, and now and then new fields.
void write_batch(SyncConnection& connection, int batch, std::minstd_rand& random) {
  std::vector<Entity> rows;
  for (int i = 0; i < rows_in_batch; ++i) {
    Entity row{{"id", "b" + std::to_string(batch) + "_" + std::to_string(i)},
               {"batch", batch},
               {"text", std::string(random() % 300, 'x')}};
    if (random() % 40 == 0) {
      row.set("field" + std::to_string(batch), i);
    }
    rows.push_back(std::move(row));
  }
  rows.push_back(Entity{{"id", "counter"}, {"batch", -1}, {"n", batch}});
  connection.save_entities("items", std::move(rows));
  std::cout << "saved " << batch << std::endl;
  const std::string old = "b" + std::to_string(batch - 1) + "_";
  connection.delete_entity("items", old + "0");
  connection.delete_entity("items", old + "1", delete_options().permanent());
  connection.erase_entity("items", old + "2");
  if (batch % 3 == 0) {
    connection.save_entity("items", {{"id", old + "1"}, {"batch", -2}});
  }
}

[[noreturn]] void write_for_ever(const std::string& path, std::uint64_t seed) {
  const auto manager = open(path);
  auto connection = manager->sync_connection();
  std::minstd_rand random(static_cast<std::uint32_t>(seed));
  const std::vector<Entity> last = connection->find_entities("items", where("[id] = 'counter'"));
  for (int batch = last.empty() ? 1 : last.front().get<int>("n") + 1;; ++batch) {
    write_batch(*connection, batch, random);
  }
}

TEST(Crash, AKilledWriterLeavesNothingHalfWritten) {
  const std::uint64_t seed = test_seed();
  SCOPED_TRACE("DALIA_TEST_SEED=" + std::to_string(seed));
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "crash.db").string();
  int acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    ChildProcess child({"--write-for-ever", path, std::to_string(random())});
    const auto wanted = acknowledged + static_cast<int>(random() % 6);
    while (acknowledged < wanted) {
      const std::optional<std::string> line = child.read_line();
      ASSERT_TRUE(line) << "the writer ended with " << child.wait();
      acknowledged = std::stoi(line->substr(6));
    }
    // A moment anywhere in the work that follows.
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 6000);
    while (std::chrono::steady_clock::now() < until) {
    }
    child.kill();
    ASSERT_EQ(child.wait(), -SIGKILL);
    while (const std::optional<std::string> line = child.read_line()) {
      acknowledged = std::stoi(line->substr(6));
    }

    const auto manager = open(path);
    auto connection = manager->sync_connection();
    ASSERT_EQ(connection->execute("PRAGMA integrity_check").front().get<std::string>(0), "ok");
    if (connection->get_entity_names().empty()) {
      ASSERT_EQ(acknowledged, 0);
      continue;
    }
    ASSERT_EQ(unsound_history(*connection, "items"), "");
    const std::vector<Entity> counter = connection->find_entities("items", where("[id] = 'counter'"));
    if (counter.empty()) {
      ASSERT_EQ(acknowledged, 0);
      continue;
    }
    const int last = counter.front().get<int>("n");
    ASSERT_GE(last, acknowledged) << "a save that was acknowledged is lost";
    ASSERT_EQ(counter.front().version(), last);
    for (int batch = 1; batch <= last; ++batch) {
      const ResultSet of_batch =
          connection->execute("SELECT count(DISTINCT [id]) FROM [items_history] WHERE [id] >= ? AND [id] < ?",
                              params("b" + std::to_string(batch) + "_", "b" + std::to_string(batch) + "`"));
      ASSERT_EQ(of_batch.front().get<int>(0), rows_in_batch) << "batch " << batch << " of " << last;
    }
    ASSERT_EQ(connection->count_entities("items", where("[batch] > ?", last).include_deleted()), 0);
    acknowledged = last;
  }
}

TEST(DiskFull, LeavesTheDataAsItWas) {
  const TemporaryFolder folder;
  const auto manager = open((folder.path() / "full.db").string());
  auto connection = manager->sync_connection();
  connection->save_entity("items", {{"id", "a"}, {"t", "x"}});
  const Entity before = *connection->get_entity("items", "a");
  const auto pages = connection->execute("PRAGMA page_count").front().get<std::int64_t>(0);
  connection->execute("PRAGMA max_page_count = " + std::to_string(pages + 2));
  std::vector<Entity> batch;
  for (int i = 0; i < 100; ++i) {
    batch.push_back(Entity{{"id", i}, {"t", std::string(2000, 'x')}});
  }
  batch.push_back(Entity{{"id", "a"}, {"t", "changed"}});
  for (const bool in_transaction : {false, true}) {
    if (in_transaction) {
      connection->begin_transaction();
      connection->save_entity("items", {{"id", "a"}, {"t", "mine"}});
    }
    EXPECT_THROW(connection->save_entities("items", batch), QueryError);
    EXPECT_THROW(connection->save_entity("items", {{"id", "a"}, {"fresh", std::string(50'000, 'y')}}), QueryError);
    if (in_transaction) {
      if (connection->in_transaction()) {
        connection->rollback_transaction();
      } else {
        EXPECT_THROW(connection->commit_transaction(), UsageError);
      }
    }
    EXPECT_EQ(connection->get_entity("items", "a")->get<std::string>("t"), "x");
    EXPECT_EQ(connection->get_entity("items", "a")->version(), 1);
    EXPECT_EQ(connection->count_entities("items"), 1);
    EXPECT_EQ(unsound_history(*connection, "items"), "");
    EXPECT_FALSE(connection->in_transaction());
  }
  connection->execute("PRAGMA max_page_count = 1000000");
  EXPECT_EQ(connection->save_entities("items", batch).back().version(), 2);
  EXPECT_EQ(unsound_history(*connection, "items"), "");
  EXPECT_EQ(connection->execute("PRAGMA integrity_check").front().get<std::string>(0), "ok");
}

/// Files may not grow beyond a size: what a full disk or a quota does to writes of the log.
TEST(DiskFull, AWriteThatTheSystemRefusesIsUndone) {
  const TemporaryFolder folder;
  const auto manager = open((folder.path() / "limit.db").string());
  auto connection = manager->sync_connection();
  connection->save_entity("items", {{"id", "a"}, {"t", "x"}});
  signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  rlimit tight = usual;
  tight.rlim_cur = 200'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  std::vector<Entity> batch;
  for (int i = 0; i < 2000; ++i) {
    batch.push_back(Entity{{"id", i}, {"t", std::string(2000, 'x')}});
  }
  bool was_refused = false;
  try {
    connection->save_entities("items", batch);
  } catch (const Error&) {
    was_refused = true;
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  ASSERT_TRUE(was_refused);
  auto again = manager->sync_connection();
  EXPECT_EQ(again->count_entities("items"), 1);
  EXPECT_EQ(unsound_history(*again, "items"), "");
  EXPECT_EQ(again->save_entities("items", batch).size(), batch.size());
  EXPECT_EQ(again->execute("PRAGMA integrity_check").front().get<std::string>(0), "ok");
  if (connection->is_usable()) {
    EXPECT_EQ(connection->count_entities("items"), 2001);
  }
}

}  // namespace
}  // namespace dalia::test

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--write-for-ever") {
    dalia::test::write_for_ever(argv[2], std::stoull(argv[3]));
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
