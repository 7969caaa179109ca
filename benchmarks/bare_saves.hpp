/// The bare client's side of the cases of entities, the same on every server.
///
/// @tparam Store  saves and reads persons by hand, made from the Scratch that it names.
#pragma once

#include <benchmark/benchmark.h>

#include "dalia_saves.hpp"
#include "person.hpp"
#include "runner.hpp"

namespace dalia::benchmarks {

template <class Store>
class BareSaves : public Workload {
 public:
  explicit BareSaves(Ids ids) : store_(with_persons(scratch_)), persons_(ids) {}

 protected:
  Store& store() noexcept { return store_; }
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] const ChangeNote& note() const noexcept { return note_; }

 private:
  using Scratch = typename Store::Scratch;

  static const Scratch& with_persons(const Scratch& scratch) {
    add_persons(scratch, found_rows);
    return scratch;
  }

  Scratch scratch_{0};
  Store store_;
  ChangeNote note_;
  Persons persons_;
};

template <class Store, Ids ids>
class BareSave final : public BareSaves<Store> {
 public:
  explicit BareSave(std::size_t /*rows*/) : BareSaves<Store>(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const auto stored = this->store().save(this->persons().next(), this->note());
      benchmark::DoNotOptimize(stored.version);
    }
  }
};

template <class Store, Ids ids>
class BareSaveBatch final : public BareSaves<Store> {
 public:
  explicit BareSaveBatch(std::size_t /*rows*/) : BareSaves<Store>(ids) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += batch_size) {
      const auto stored = this->store().save_all(this->persons().next_batch(), this->note());
      benchmark::DoNotOptimize(stored.size());
    }
  }
};

template <class Store>
class BareGet final : public BareSaves<Store> {
 public:
  explicit BareGet(std::size_t /*rows*/) : BareSaves<Store>(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const auto found = this->store().get(this->persons().next().id);
      benchmark::DoNotOptimize(found.has_value());
    }
  }
};

template <class Store>
class BareFind final : public BareSaves<Store> {
 public:
  explicit BareFind(std::size_t /*rows*/) : BareSaves<Store>(Ids::Existing) {}

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += found_rows) {
      const auto found = this->store().find_all();
      benchmark::DoNotOptimize(found.data());
    }
  }
};

}  // namespace dalia::benchmarks
