/// Rows to write, and ids to read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sample.hpp"

namespace dalia::benchmarks {

inline constexpr std::size_t input_rows = 1000;

/// Walks over all ids of a table, in no order that a cache likes better than another.
class IdWalk {
 public:
  explicit IdWalk(std::size_t rows) noexcept : rows_(rows) {}

  std::int64_t next() noexcept { return static_cast<std::int64_t>((step_ += 7919) % rows_) + 1; }

 private:
  std::size_t rows_;
  std::size_t step_ = 0;
};

/// A row under a new id, or changed under one that exists, each time.
class Input {
 public:
  const Sample& next_new() {
    Sample& sample = samples_[place_++ % samples_.size()];
    sample.id = ++last_id_;
    return sample;
  }
  const Sample& next_changed() {
    Sample& sample = samples_[place_++ % samples_.size()];
    sample.score += 1;
    return sample;
  }
  /// All of them changed, under ids that exist.
  const std::vector<Sample>& next_changed_batch() {
    for (Sample& sample : samples_) {
      sample.score += 1;
    }
    return samples_;
  }
  void skip_to(std::size_t last_id) noexcept { last_id_ = static_cast<std::int64_t>(last_id); }

  /// All of them under new ids.
  const std::vector<Sample>& next_new_batch() {
    for (Sample& sample : samples_) {
      sample.id = ++last_id_;
    }
    return samples_;
  }

 private:
  std::vector<Sample> samples_ = make_samples(1, input_rows);
  std::size_t place_ = 0;
  std::int64_t last_id_ = 0;
};

}  // namespace dalia::benchmarks
