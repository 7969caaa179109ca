/// Rows to write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sample.hpp"

namespace dalia::benchmarks {

inline constexpr std::size_t input_rows = 1000;

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
