#include "dalia_saves.hpp"

#include <benchmark/benchmark.h>

namespace dalia::benchmarks {
namespace {

class DaliaSaves : public Workload {
 public:
  DaliaSaves(MakeScratch make_scratch, Ids ids) : scratch_(make_scratch(0)), persons_(ids) {
    add_persons(*scratch_, found_rows);
  }

 protected:
  SyncConnection& connection() noexcept { return *connection_; }
  Persons& persons() noexcept { return persons_; }

 private:
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<ConnectionManager> manager_ = scratch_->open();
  SyncConnectionHandle connection_ = manager_->sync_connection();
  Persons persons_;
};

class DaliaSave final : public DaliaSaves {
 public:
  using DaliaSaves::DaliaSaves;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const Entity stored = connection().save_entity("person", entity_of(persons().next()));
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

class DaliaSaveBatch final : public DaliaSaves {
 public:
  using DaliaSaves::DaliaSaves;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      std::vector<Entity> entities;
      entities.reserve(batch_size);
      for (const Person& person : persons().next_batch()) {
        entities.push_back(entity_of(person));
      }
      const std::vector<Entity> stored = connection().save_entities("person", std::move(entities));
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

class DaliaSaveLoop final : public DaliaSaves {
 public:
  using DaliaSaves::DaliaSaves;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      connection().transact([&](SyncConnection& transaction) {
        for (std::size_t i = 0; i < batch_size; ++i) {
          const Entity stored = transaction.save_entity("person", entity_of(persons().next()));
          benchmark::DoNotOptimize(stored.size());
        }
      });
    }
  }
};

class DaliaGet final : public DaliaSaves {
 public:
  using DaliaSaves::DaliaSaves;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const std::optional<Entity> found = connection().get_entity("person", persons().next().id);
      benchmark::DoNotOptimize(found.has_value());
    }
  }
};

class DaliaFind final : public DaliaSaves {
 public:
  using DaliaSaves::DaliaSaves;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += found_rows) {
      const std::vector<Entity> found = connection().find_entities("person");
      benchmark::DoNotOptimize(found.data());
    }
  }
};

template <class T>
MakeWorkload make_for(MakeScratch scratch, Ids ids) {
  return [=](std::size_t /*table_rows*/) { return std::make_unique<T>(scratch, ids); };
}

}  // namespace

Entity entity_of(const Person& person) {
  const Sample& fields = person.fields;
  return entity("id", person.id, "name", fields.name, "score", fields.score, "created", fields.created, "active",
                fields.active, "payload", Value(ValueRef(Kind::Json, fields.payload)));
}

void add_persons(const Scratch& scratch, std::size_t count) {
  const std::unique_ptr<ConnectionManager> manager = scratch.open();
  SyncConnectionHandle connection = manager->sync_connection();
  std::vector<Entity> entities;
  for (const Person& person : make_persons(1, count)) {
    entities.push_back(entity_of(person));
  }
  connection->ensure_entity_schema("person", entities.front());
  connection->save_entities("person", std::move(entities));
}

MakeWorkload dalia_save(MakeScratch scratch, Ids ids) {
  return make_for<DaliaSave>(scratch, ids);
}

MakeWorkload dalia_save_batch(MakeScratch scratch, Ids ids) {
  return make_for<DaliaSaveBatch>(scratch, ids);
}

MakeWorkload dalia_save_loop(MakeScratch scratch, Ids ids) {
  return make_for<DaliaSaveLoop>(scratch, ids);
}

MakeWorkload dalia_get(MakeScratch scratch) {
  return make_for<DaliaGet>(scratch, Ids::Existing);
}

MakeWorkload dalia_find(MakeScratch scratch) {
  return make_for<DaliaFind>(scratch, Ids::Existing);
}

}  // namespace dalia::benchmarks
