#include "concurrency/scenarios.hpp"

#include <ostream>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "dalia/dalia.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

constexpr int saves_each = 25;

std::string own_field(int writer) {
  return "own" + std::to_string(writer);
}

/// All create the same new entity with the same fields, and change the same ids.
int save_same_fields(SyncConnection& connection, int writer) {
  int effective = 0;
  for (int i = 0; i < saves_each; ++i) {
    connection.save_entity("same", {{"id", i % 3}, {"n", writer * 1000 + i}, {"s", "x"}});
    ++effective;
  }
  return effective;
}

void check_same_fields(SyncConnection& connection, int writers, int total) {
  EXPECT_EQ(total, writers * saves_each);
  std::int64_t versions = 0;
  for (const Entity& one : connection.find_entities("same")) {
    versions += one.version();
  }
  EXPECT_EQ(versions, total) << "each effective save has its version";
  EXPECT_EQ(connection.get_entity_fields("same").size(), 2U);
}

/// Each adds fields of its own to the same rows; nobody's may be lost.
int save_own_fields(SyncConnection& connection, int writer) {
  for (int i = 0; i < saves_each; ++i) {
    Entity input{{"id", i % 2}};
    input.set(own_field(writer) + "_" + std::to_string(i / 5), i);
    const Entity saved = connection.save_entity("different", std::move(input));
    EXPECT_EQ(saved.get<int>(own_field(writer) + "_" + std::to_string(i / 5)), i);
  }
  return saves_each;
}

void check_own_fields(SyncConnection& connection, int writers, int total) {
  EXPECT_EQ(connection.get_entity_fields("different").size(), static_cast<std::size_t>(writers) * saves_each / 5);
  std::int64_t versions = 0;
  for (const Entity& one : connection.find_entities("different")) {
    versions += one.version();
    for (int writer = 0; writer < writers; ++writer) {
      for (int i = 0; i < saves_each / 5; ++i) {
        EXPECT_FALSE(one.at(own_field(writer) + "_" + std::to_string(i)).is_null()) << one.id();
      }
    }
  }
  EXPECT_EQ(versions, total);
}

/// All add the same new field in the same moment, with the same kind; then all widen one.
int save_racing_fields(SyncConnection& connection, int writer) {
  for (int i = 0; i < saves_each; ++i) {
    Entity input{{"id", "w" + std::to_string(writer)}, {"n", i}};
    input.set("f" + std::to_string(i / 4), writer);
    if (i >= saves_each / 2) {
      input.set("n", i + 0.5);
    }
    connection.save_entity("racing", std::move(input));
  }
  return saves_each;
}

void check_racing_fields(SyncConnection& connection, int writers, int /*total*/) {
  EXPECT_EQ(connection.get_entity_fields("racing").size(), static_cast<std::size_t>(saves_each + 3) / 4 + 1);
  const std::vector<Entity> rows = connection.find_entities("racing");
  EXPECT_EQ(rows.size(), static_cast<std::size_t>(writers));
  for (const Entity& one : rows) {
    EXPECT_EQ(one.version(), saves_each);
    EXPECT_EQ(one["n"].kind(), Kind::Double);
  }
}

/// In every round the writers race for the same version; exactly one may win it.
int race_for_versions(SyncConnection& connection, int writer) {
  int won = 0;
  for (int i = 0; i < 10; ++i) {
    const std::string id = "race" + std::to_string(i);
    for (const std::int64_t version : {0, 1, 2}) {
      try {
        connection.save_entity("races", {{"id", id}, {"winner", writer * 100 + version}},
                               save_options().expected_version(version));
        ++won;
      } catch (const VersionConflict& conflict) {
        EXPECT_EQ(conflict.expected(), version);
        EXPECT_GT(conflict.current(), version);
      }
    }
  }
  return won;
}

void check_races(SyncConnection& connection, int /*writers*/, int total) {
  EXPECT_EQ(total, 30) << "ten ids, three versions each";
  for (const Entity& one : connection.find_entities("races")) {
    EXPECT_EQ(one.version(), 3);
  }
}

/// Bulk saves, deletes, restores and removals of the same ids.
int churn(SyncConnection& connection, int writer) {
  for (int i = 0; i < saves_each; ++i) {
    const std::string id = std::to_string(i % 4);
    switch ((i + writer) % 6) {
      case 0:
        connection.save_entities("churn",
                                 {Entity{{"id", "0"}, {"a", i}}, Entity{{"id", "1"}, {"b", i}}, Entity{{"c", writer}}},
                                 save_options().revive());
        break;
      case 1:
        connection.delete_entity("churn", id);
        break;
      case 2:
        connection.restore_entity("churn", id);
        break;
      case 3:
        connection.delete_entity("churn", id, delete_options().permanent());
        break;
      case 4:
        connection.erase_entity("churn", id);
        break;
      default:
        connection.save_entity("churn", {{"id", id}, {"a", i}}, save_options().revive());
    }
  }
  return 0;
}

/// All save batches of the same ids, each in an order of its own: nobody waits for ever, nothing is lost.
int save_batches(SyncConnection& connection, int writer) {
  constexpr int ids = 5;
  constexpr int batches = saves_each / ids;
  for (int i = 0; i < batches; ++i) {
    std::vector<Entity> batch;
    for (int k = 0; k < ids; ++k) {
      const int id = (writer % 2 == 0 ? k : ids - 1 - k) + writer % 3;
      batch.push_back(Entity{{"id", id % ids}, {"n", writer * 1000 + i}});
    }
    const std::vector<Entity> saved = connection.save_entities("batches", batch);
    for (std::size_t k = 0; k < batch.size(); ++k) {
      EXPECT_EQ(saved[k].id(), batch[k].at("id").to_text());
    }
  }
  return batches * ids;
}

void check_batches(SyncConnection& connection, int writers, int total) {
  const std::vector<Entity> rows = connection.find_entities("batches");
  EXPECT_EQ(rows.size(), 5U);
  for (const Entity& one : rows) {
    EXPECT_EQ(one.version(), total / 5) << writers << " writers";
  }
}

/// A counter read and changed inside transact(), where that keeps other writers out: no increment may be lost.
int count_up(SyncConnection& connection, int /*writer*/) {
  for (int i = 0; i < saves_each; ++i) {
    connection.transact([](SyncConnection& tx) {
      const std::optional<Entity> now = tx.get_entity("counters", "c");
      tx.save_entity("counters", {{"id", "c"}, {"n", now ? now->get<int>("n") + 1 : 1}});
    });
  }
  return saves_each;
}

void check_counter(SyncConnection& connection, std::string_view entity, int total) {
  const std::optional<Entity> counter = connection.get_entity(entity, "c");
  ASSERT_TRUE(counter);
  EXPECT_EQ(counter->get<int>("n"), total);
  EXPECT_EQ(counter->version(), total);
}

/// The same on any engine: whoever read an old version reads again.
int count_up_versions(SyncConnection& connection, int /*writer*/) {
  int counted = 0;
  while (counted < saves_each) {
    const std::optional<Entity> now = connection.get_entity("versioned", "c");
    try {
      connection.save_entity("versioned", {{"id", "c"}, {"n", now ? now->get<int>("n") + 1 : 1}},
                             save_options().expected_version(now ? now->version() : 0));
      ++counted;
    } catch (const VersionConflict&) {
      // Another writer was faster.
    }
  }
  return counted;
}

const Scenario all_scenarios[] = {
    {"same", save_same_fields, check_same_fields},
    {"different", save_own_fields, check_own_fields},
    {"racing", save_racing_fields, check_racing_fields},
    {"races", race_for_versions, check_races},
    {"churn", churn, [](SyncConnection&, int, int) {}},
    {"batches", save_batches, check_batches},
    {"counters", count_up,
     [](SyncConnection& connection, int, int total) { check_counter(connection, "counters", total); }, Rivals::KeptOut},
    {"versioned", count_up_versions,
     [](SyncConnection& connection, int, int total) { check_counter(connection, "versioned", total); }},
};

}  // namespace

std::span<const Scenario> scenarios() {
  return all_scenarios;
}

std::vector<Race> races() {
  std::vector<Race> all;
  for (const Backend& backend : backends()) {
    if (backend.has(Ability::SeveralManagers)) {
      for (const Scenario& scenario : scenarios()) {
        if (scenario.rivals == Rivals::LetIn || !backend.has(Ability::ConcurrentWriters)) {
          all.push_back(Race{&backend, scenario});
        }
      }
    }
  }
  return all;
}

void PrintTo(const Race& race, std::ostream* out) {
  *out << race.scenario.name << " on " << race.backend->name;
}

}  // namespace dalia::test
