// Saves of entities with their history, and what reads them back.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "bare_person.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::size_t batch_size = 1000;
constexpr std::size_t found_rows = 10'000;

/// A person as an application builds the entity from its struct. The payload is JSON already: its text is a value.
Entity entity_of(const Person& person) {
  const Sample& fields = person.fields;
  return entity("id", person.id, "name", fields.name, "score", fields.score, "created", fields.created, "active",
                fields.active, "payload", Value(ValueRef(Kind::Json, fields.payload)));
}

/// A file with the tables of "person", made by dalia.
class PersonFile {
 public:
  explicit PersonFile(std::size_t rows) {
    const std::unique_ptr<ConnectionManager> manager = scratch_.open();
    SyncConnectionHandle connection = manager->sync_connection();
    std::vector<Entity> entities;
    for (const Person& person : make_persons(1, rows)) {
      entities.push_back(entity_of(person));
    }
    connection->ensure_entity_schema("person", entities.front());
    connection->save_entities("person", std::move(entities));
  }
  [[nodiscard]] const ScratchDatabase& scratch() const noexcept { return scratch_; }

 private:
  ScratchDatabase scratch_;
};

/// Ids that exist with values that differ each time, or ids that are new.
enum class Ids { Existing, New };

class Persons {
 public:
  explicit Persons(Ids ids) : ids_(ids) {}

  const Person& next() {
    Person& person = persons_[place_++ % persons_.size()];
    change(person);
    return person;
  }
  const std::vector<Person>& next_batch() {
    for (Person& person : persons_) {
      change(person);
    }
    return persons_;
  }

 private:
  void change(Person& person) {
    person.fields.score += 1;
    if (ids_ == Ids::New) {
      set_number(person, ++last_number_);
    }
  }

  Ids ids_;
  std::vector<Person> persons_ = make_persons(1, batch_size);
  std::size_t place_ = 0;
  std::int64_t last_number_ = 1'000'000;
};

class BareSaves : public Workload {
 public:
  explicit BareSaves(Ids ids) : persons_(ids) {}

 protected:
  BarePersonStore& store() noexcept { return store_; }
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] const ChangeNote& note() const noexcept { return note_; }

 private:
  PersonFile file_{found_rows};
  BarePersonStore store_{file_.scratch().file()};
  ChangeNote note_;
  Persons persons_;
};

class DaliaSaves : public Workload {
 public:
  explicit DaliaSaves(Ids ids) : persons_(ids) {}

 protected:
  SyncConnection& connection() noexcept { return *connection_; }
  Persons& persons() noexcept { return persons_; }

 private:
  PersonFile file_{found_rows};
  std::unique_ptr<ConnectionManager> manager_ = file_.scratch().open();
  SyncConnectionHandle connection_ = manager_->sync_connection();
  Persons persons_;
};

template <Ids ids>
class BareSave final : public BareSaves {
 public:
  explicit BareSave(std::size_t /*rows*/) : BareSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const StoredPerson stored = store().save(persons().next(), note());
      benchmark::DoNotOptimize(stored.version);
    }
  }
};

template <Ids ids>
class DaliaSave final : public DaliaSaves {
 public:
  explicit DaliaSave(std::size_t /*rows*/) : DaliaSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const Entity stored = connection().save_entity("person", entity_of(persons().next()));
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

template <Ids ids>
class BareSaveBatch final : public BareSaves {
 public:
  explicit BareSaveBatch(std::size_t /*rows*/) : BareSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      const std::vector<StoredPerson> stored = store().save_all(persons().next_batch(), note());
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

template <Ids ids>
class DaliaSaveBatch final : public DaliaSaves {
 public:
  explicit DaliaSaveBatch(std::size_t /*rows*/) : DaliaSaves(ids) {}

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

/// One save after the other in the caller's transaction, each all or nothing by a savepoint.
template <Ids ids>
class BareSaveLoop final : public BareSaves {
 public:
  explicit BareSaveLoop(std::size_t /*rows*/) : BareSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      store().begin();
      for (std::size_t i = 0; i < batch_size; ++i) {
        const StoredPerson stored = store().save_in_transaction(persons().next(), note());
        benchmark::DoNotOptimize(stored.version);
      }
      store().commit();
    }
  }
};

template <Ids ids>
class DaliaSaveLoop final : public DaliaSaves {
 public:
  explicit DaliaSaveLoop(std::size_t /*rows*/) : DaliaSaves(ids) {}

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

class BareGet final : public BareSaves {
 public:
  explicit BareGet(std::size_t /*rows*/) : BareSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const std::optional<StoredPerson> found = store().get(persons().next().id);
      benchmark::DoNotOptimize(found.has_value());
    }
  }
};

class DaliaGet final : public DaliaSaves {
 public:
  explicit DaliaGet(std::size_t /*rows*/) : DaliaSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const std::optional<Entity> found = connection().get_entity("person", persons().next().id);
      benchmark::DoNotOptimize(found.has_value());
    }
  }
};

class BareFind final : public BareSaves {
 public:
  explicit BareFind(std::size_t /*rows*/) : BareSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += found_rows) {
      const std::vector<StoredPerson> found = store().find_all();
      benchmark::DoNotOptimize(found.data());
    }
  }
};

class DaliaFind final : public DaliaSaves {
 public:
  explicit DaliaFind(std::size_t /*rows*/) : DaliaSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += found_rows) {
      const std::vector<Entity> found = connection().find_entities("person");
      benchmark::DoNotOptimize(found.data());
    }
  }
};

}  // namespace

std::vector<Case> save_cases() {
  constexpr Ids old = Ids::Existing;
  constexpr Ids fresh = Ids::New;
  return {
      {"save", "save", 20, 1000, make<BareSave<old>>(), make<DaliaSave<old>>(), {1.05, {}}},
      {"save_new", "save", 20, 1000, make<BareSave<fresh>>(), make<DaliaSave<fresh>>(), {1.05, {}}},
      {"save_1000_at_once",
       "save",
       batch_size,
       2000,
       make<BareSaveBatch<old>>(),
       make<DaliaSaveBatch<old>>(),
       {1.05, 1.05}},
      {"save_1000_new_at_once",
       "save",
       batch_size,
       2000,
       make<BareSaveBatch<fresh>>(),
       make<DaliaSaveBatch<fresh>>(),
       {1.05, 1.05}},
      {"save_1000_in_transaction",
       "save",
       batch_size,
       2000,
       make<BareSaveLoop<old>>(),
       make<DaliaSaveLoop<old>>(),
       {1.05, 1.05}},
      {"save_1000_new_in_transaction",
       "save",
       batch_size,
       2000,
       make<BareSaveLoop<fresh>>(),
       make<DaliaSaveLoop<fresh>>(),
       {1.05, 1.05}},
      {"get_entity", "get", 1000, 1000, make<BareGet>(), make<DaliaGet>(), {}},
      {"find_10000_entities", "row", found_rows, 20'000, make<BareFind>(), make<DaliaFind>(), {}},
  };
}

}  // namespace dalia::benchmarks
