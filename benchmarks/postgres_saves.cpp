// Saves of entities with their history, and what reads them back.
#include <benchmark/benchmark.h>

#include "bare_server_person.hpp"
#include "dalia_saves.hpp"
#include "postgres_cases.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {
namespace {

const ScratchSchema& with_persons(const ScratchSchema& scratch) {
  add_persons(scratch, found_rows);
  return scratch;
}

class BareServerSaves : public Workload {
 public:
  explicit BareServerSaves(Ids ids) : persons_(ids) {}

 protected:
  BareServerStore& store() noexcept { return store_; }
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] const ChangeNote& note() const noexcept { return note_; }

 private:
  ScratchSchema scratch_{0};
  BareServerStore store_{with_persons(scratch_).url()};
  ChangeNote note_;
  Persons persons_;
};

template <Ids ids>
class BareServerSave final : public BareServerSaves {
 public:
  explicit BareServerSave(std::size_t /*rows*/) : BareServerSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const ServerPerson stored = store().save(persons().next(), note());
      benchmark::DoNotOptimize(stored.version);
    }
  }
};

template <Ids ids>
class BareServerSaveBatch final : public BareServerSaves {
 public:
  explicit BareServerSaveBatch(std::size_t /*rows*/) : BareServerSaves(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      const std::vector<ServerPerson> stored = store().save_all(persons().next_batch(), note());
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

class BareServerGet final : public BareServerSaves {
 public:
  explicit BareServerGet(std::size_t /*rows*/) : BareServerSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const std::optional<ServerPerson> found = store().get(persons().next().id);
      benchmark::DoNotOptimize(found.has_value());
    }
  }
};

class BareServerFind final : public BareServerSaves {
 public:
  explicit BareServerFind(std::size_t /*rows*/) : BareServerSaves(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += found_rows) {
      const std::vector<ServerPerson> found = store().find_all();
      benchmark::DoNotOptimize(found.data());
    }
  }
};

}  // namespace

std::vector<Case> postgres_save_cases() {
  const MakeScratch server = make_postgres_scratch;
  constexpr Ids old = Ids::Existing;
  constexpr Ids fresh = Ids::New;
  return {
      {"save", "save", 200, 1000, make<BareServerSave<old>>(), dalia_save(server, old), {1.05, 1.03}},
      {"save_new", "save", 200, 1000, make<BareServerSave<fresh>>(), dalia_save(server, fresh), {1.05, 1.03}},
      {"save_1000_at_once",
       "save",
       batch_size,
       2000,
       make<BareServerSaveBatch<old>>(),
       dalia_save_batch(server, old),
       {1.10, 1.05}},
      {"save_1000_new_at_once",
       "save",
       batch_size,
       2000,
       make<BareServerSaveBatch<fresh>>(),
       dalia_save_batch(server, fresh),
       {1.10, 1.05}},
      {"get_entity", "get", 1000, 1000, make<BareServerGet>(), dalia_get(server), {}},
      {"find_10000_entities", "row", found_rows, 20'000, make<BareServerFind>(), dalia_find(server), {}},
  };
}

}  // namespace dalia::benchmarks
