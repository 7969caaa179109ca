/// The bare client's side of the cases over the table of samples, the same on every server.
///
/// @tparam Samples  the bare client with its statements prepared, made from the Scratch that it names.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dalia_bulk.hpp"
#include "runner.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {

template <class Samples>
class BareTable : public Workload {
 public:
  explicit BareTable(std::size_t rows) : rows_(rows), ids_(rows), scratch_(rows), samples_(scratch_) {
    input_.skip_to(rows);
  }

  void reset() override {
    if (rows_ == 0) {
      scratch_.clear();
    }
  }

 protected:
  std::int64_t next_id() noexcept { return ids_.next(); }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  Samples& samples() noexcept { return samples_; }
  Input& input() noexcept { return input_; }

 private:
  std::size_t rows_;
  IdWalk ids_;
  typename Samples::Scratch scratch_;
  Samples samples_;
  Input input_;
};

template <class Samples>
class BareSelect final : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(this->samples().select(this->next_id(), sample_));
      benchmark::DoNotOptimize(sample_);
    }
  }

 private:
  Sample sample_;
};

/// A select that finds nothing, in an open transaction: what is left is the cost of a call.
template <class Samples>
class BareEmptySelect final : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    this->samples().begin_read_only();
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(this->samples().select(-this->next_id(), sample_));
    }
    this->samples().commit();
  }

 private:
  Sample sample_;
};

template <class Samples>
class BareInsert : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      this->samples().insert(this->input().next_new());
    }
  }
};

template <class Samples>
class BareInsertsInTransaction final : public BareInsert<Samples> {
 public:
  using BareInsert<Samples>::BareInsert;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      this->samples().begin();
      BareInsert<Samples>::run(input_rows);
      this->samples().commit();
    }
  }
};

/// As fast as the client library allows, in one transaction.
template <class Samples>
class BareInsertsAtOnce final : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      this->samples().insert_all(this->input().next_new_batch());
    }
  }
};

/// As above, with a statement that takes one row.
template <class Samples>
class BareUpsertsAtOnce final : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += input_rows) {
      this->samples().upsert_all(this->input().next_changed_batch());
    }
  }
};

template <class Samples>
class BareUpsert final : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      this->samples().upsert(this->input().next_changed());
    }
  }
};

/// Into a table that is empty at first, by one of the ways the bare client has.
template <class Samples, void (Samples::*load)(const Sample*, std::size_t)>
class BareLoad final : public BareTable<Samples> {
 public:
  explicit BareLoad(std::size_t rows)
      : BareTable<Samples>(0), input_samples_(make_samples(1, std::max(rows, bulk_rows))) {}

  void run(std::size_t operations) override { (this->samples().*load)(input_samples_.data(), operations); }

 private:
  std::vector<Sample> input_samples_;
};

/// A full table; one measured run reads it as often as makes up the operations.
template <class Samples>
class BareRead : public BareTable<Samples> {
 public:
  using BareTable<Samples>::BareTable;

  void run(std::size_t operations) override {
    for (std::size_t done = 0; done < operations; done += this->rows()) {
      read_all();
    }
  }

 protected:
  virtual void read_all() = 0;
};

template <class Samples>
class BareReadOneByOne final : public BareRead<Samples> {
 public:
  using BareRead<Samples>::BareRead;

 private:
  void read_all() override {
    Sample sample;
    this->samples().stream([&](const auto& read) {
      read(sample);
      benchmark::DoNotOptimize(sample);
    });
  }
};

template <class Samples>
class BareReadVector final : public BareRead<Samples> {
 public:
  using BareRead<Samples>::BareRead;

 private:
  void read_all() override {
    std::vector<Sample> samples;
    this->samples().stream([&](const auto& read) { read(samples.emplace_back()); });
    benchmark::DoNotOptimize(samples.data());
  }
};

/// The whole result in memory first, then the vector.
template <class Samples>
class BareReadWhole final : public BareRead<Samples> {
 public:
  using BareRead<Samples>::BareRead;

 private:
  void read_all() override {
    const std::vector<Sample> samples = this->samples().read_whole();
    benchmark::DoNotOptimize(samples.data());
  }
};

}  // namespace dalia::benchmarks
