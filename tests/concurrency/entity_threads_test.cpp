// Several threads of one process write and read the same entities at once. Also run under ThreadSanitizer.
#include <atomic>
#include <barrier>
#include <memory>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "concurrency/scenarios.hpp"
#include "dalia/dalia.hpp"
#include "support/backends.hpp"
#include "support/instrumented.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

constexpr int threads = 4;
/// For the scenarios, which write to a few shared ids.
constexpr int rivals = 16;

enum class Managers { Shared, Own };

struct Setting {
  Race race;
  Managers managers = Managers::Shared;
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const Race& race : races()) {
    all.push_back(Setting{race, Managers::Shared});
    all.push_back(Setting{race, Managers::Own});
  }
  return all;
}

void PrintTo(const Setting& setting, std::ostream* out) {
  PrintTo(setting.race, out);
}

/// Else their addresses would stand in the names of the tests.
struct NamedBackend {
  const Backend* backend;
};

void PrintTo(const NamedBackend& one, std::ostream* out) {
  *out << one.backend->name;
}

std::vector<NamedBackend> shared_backends() {
  std::vector<NamedBackend> all;
  for (const Backend& backend : backends()) {
    if (backend.has(Ability::SeveralManagers)) {
      all.push_back(NamedBackend{&backend});
    }
  }
  return all;
}

std::unique_ptr<ConnectionManager> open(const PrivateDatabase& database) {
  return DatabaseFactory::create_database(database.config());
}

/// Runs work(index) in that many threads, all released at once. @return the first failure, or nothing.
std::string run_together(int count, const std::function<void(int)>& work) {
  std::barrier start(count);
  std::mutex mutex;
  std::string failure;
  std::vector<std::thread> running;
  for (int i = 0; i < count; ++i) {
    running.emplace_back([&, i] {
      start.arrive_and_wait();
      try {
        work(i);
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        failure = failure.empty() ? error.what() : failure;
      }
    });
  }
  for (std::thread& one : running) {
    one.join();
  }
  return failure;
}

class EntityThreads : public testing::TestWithParam<Setting> {
 protected:
  void SetUp() override { require_server(*GetParam().race.backend); }
};

TEST_P(EntityThreads, WriteTheSameEntityAtOnce) {
  const PrivateDatabase database(*GetParam().race.backend);
  const auto shared = open(database);
  const Scenario& scenario = GetParam().race.scenario;
  std::atomic<int> total = 0;
  const std::string failure = run_together(rivals, [&](int writer) {
    const auto own = GetParam().managers == Managers::Shared ? nullptr : open(database);
    auto connection = (own ? own : shared)->sync_connection();
    total += scenario.write(*connection, writer);
  });
  EXPECT_EQ(failure, "");
  auto connection = shared->sync_connection();
  scenario.check(*connection, rivals, total);
  EXPECT_EQ(unsound_history(*connection, scenario.name), "");
}

INSTANTIATE_TEST_SUITE_P(All, EntityThreads, testing::ValuesIn(settings()),
                         [](const testing::TestParamInfo<Setting>& one) {
                           return std::string(one.param.race.scenario.name) + "_" +
                                  std::string(one.param.race.backend->name) +
                                  (one.param.managers == Managers::Shared ? "_one_manager" : "_own_managers");
                         });

/// Other tests with several connections to one database.
class EntityConnections : public testing::TestWithParam<NamedBackend> {
 protected:
  void SetUp() override { require_server(*GetParam().backend); }
};

/// While some threads make the shared cache forget and learn the schema, others must never see the entity as missing.
TEST_P(EntityConnections, TheCacheIsNeverEmptyForAnEntityThatExists) {
  const PrivateDatabase database(*GetParam().backend);
  const auto manager = open(database);
  manager->sync_connection()->save_entity("users", {{"id", "a"}, {"n", 1}});
  constexpr int rounds = tries(3000);
  std::atomic<int> missed = 0;
  const std::string failure = run_together(threads, [&](int index) {
    auto connection = manager->sync_connection();
    for (int i = 0; i < rounds; ++i) {
      if (index % 2 == 0) {
        missed += connection->get_entity_fields("users").empty() ? 1 : 0;
      } else {
        missed += connection->get_entity("users", "a") ? 0 : 1;
        missed += connection->get_entity_history("users", "a").empty() ? 1 : 0;
        missed += connection->ensure_entity_schema("users", {{"n", 1}}).empty() ? 1 : 0;
      }
    }
  });
  EXPECT_EQ(failure, "");
  EXPECT_EQ(missed, 0);
}

/// Readers see whole batches or nothing of them.
TEST_P(EntityConnections, ReadersSeeWholeBatches) {
  const PrivateDatabase database(*GetParam().backend);
  const auto manager = open(database);
  constexpr int rows = 10;
  std::vector<Entity> batch;
  for (int i = 0; i < rows; ++i) {
    batch.push_back(Entity{{"id", i}, {"round", 0}});
  }
  manager->sync_connection()->save_entities("items", batch);
  std::atomic<bool> done = false;
  const std::string failure = run_together(3, [&](int index) {
    auto connection = manager->sync_connection();
    if (index == 0) {
      for (int round = 1; round <= 60; ++round) {
        for (Entity& one : batch) {
          one.set("round", round);
          if (round % 20 == 0) {
            one.set("extra" + std::to_string(round), round);
          }
        }
        connection->save_entities("items", batch);
      }
      done = true;
      return;
    }
    while (!done) {
      const std::vector<Entity> found = connection->find_entities("items");
      ASSERT_EQ(found.size(), static_cast<std::size_t>(rows));
      for (const Entity& one : found) {
        ASSERT_EQ(one["round"], found.front()["round"]);
        ASSERT_EQ(one.version(), one.get<int>("round") + 1);
      }
    }
  });
  done = true;
  EXPECT_EQ(failure, "");
}

/// Connections of different managers to one database, in one process, opened and closed all the time.
TEST_P(EntityConnections, ComeAndGo) {
  const PrivateDatabase database(*GetParam().backend);
  const std::string failure = run_together(threads, [&](int index) {
    for (int i = 0; i < 15; ++i) {
      const auto manager = open(database);
      manager->sync_connection()->save_entity("items", {{"id", index * 100 + i}, {"n", i}});
      EXPECT_TRUE(manager->get_sync_connection().get_entity("items", index * 100 + i));
    }
  });
  EXPECT_EQ(failure, "");
  EXPECT_EQ(open(database)->sync_connection()->count_entities("items"), threads * 15);
}

INSTANTIATE_TEST_SUITE_P(All, EntityConnections, testing::ValuesIn(shared_backends()),
                         [](const testing::TestParamInfo<NamedBackend>& one) {
                           return std::string(one.param.backend->name);
                         });

}  // namespace
}  // namespace dalia::test
