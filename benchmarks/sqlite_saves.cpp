// Saves of entities with their history, and what reads them back.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "bare_person.hpp"
#include "dalia_saves.hpp"
#include "scratch_database.hpp"
#include "sqlite_cases.hpp"

namespace dalia::benchmarks {
namespace {

const ScratchDatabase& with_persons(const ScratchDatabase& scratch) {
  add_persons(scratch, found_rows);
  return scratch;
}

class BareSaves : public Workload {
 public:
  explicit BareSaves(Ids ids) : persons_(ids) {}

 protected:
  BarePersonStore& store() noexcept { return store_; }
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] const ChangeNote& note() const noexcept { return note_; }

 private:
  ScratchDatabase scratch_;
  BarePersonStore store_{with_persons(scratch_).file()};
  ChangeNote note_;
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

}  // namespace

std::vector<Case> save_cases() {
  constexpr Ids old = Ids::Existing;
  constexpr Ids fresh = Ids::New;
  return {
      {"save", "save", 20, 1000, make<BareSave<old>>(), dalia_save(make_sqlite_scratch, old), {1.05, {}}},
      {"save_new", "save", 20, 1000, make<BareSave<fresh>>(), dalia_save(make_sqlite_scratch, fresh), {1.05, {}}},
      {"save_1000_at_once",
       "save",
       batch_size,
       2000,
       make<BareSaveBatch<old>>(),
       dalia_save_batch(make_sqlite_scratch, old),
       {1.05, 1.05}},
      {"save_1000_new_at_once",
       "save",
       batch_size,
       2000,
       make<BareSaveBatch<fresh>>(),
       dalia_save_batch(make_sqlite_scratch, fresh),
       {1.05, 1.05}},
      {"save_1000_in_transaction",
       "save",
       batch_size,
       2000,
       make<BareSaveLoop<old>>(),
       dalia_save_loop(make_sqlite_scratch, old),
       {1.05, 1.05}},
      {"save_1000_new_in_transaction",
       "save",
       batch_size,
       2000,
       make<BareSaveLoop<fresh>>(),
       dalia_save_loop(make_sqlite_scratch, fresh),
       {1.05, 1.05}},
      {"get_entity", "get", 1000, 1000, make<BareGet>(), dalia_get(make_sqlite_scratch), {}},
      {"find_10000_entities", "row", found_rows, 20'000, make<BareFind>(), dalia_find(make_sqlite_scratch), {}},
  };
}

}  // namespace dalia::benchmarks
