#include "sample.hpp"

#include <fmt/format.h>

#include <chrono>

namespace dalia::benchmarks {

Sample make_sample(std::int64_t id) {
  Sample sample;
  sample.id = id;
  sample.name = fmt::format("name of person {:07}", id % 10'000'000);
  sample.score = static_cast<double>(id) * 0.25 + 0.1;
  sample.created = Instant(std::chrono::seconds(1'700'000'000)) + std::chrono::microseconds(id * 1'234'567);
  sample.active = id % 3 == 0;
  sample.payload =
      fmt::format(R"({{"theme":"dark","size":{},"tags":["one","two"],"n":"{:07}"}})", id % 90 + 10, id % 10'000'000);
  return sample;
}

std::vector<Sample> make_samples(std::int64_t first, std::size_t count) {
  std::vector<Sample> samples;
  samples.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back(make_sample(first + static_cast<std::int64_t>(i)));
  }
  return samples;
}

SampleTuple tuple_of(const Sample& sample) {
  return {sample.id, sample.name, sample.score, sample.created, sample.active, sample.payload};
}

Params params_of(const Sample& sample) {
  return params(sample.id, sample.name, sample.score, sample.created, sample.active, sample.payload);
}

}  // namespace dalia::benchmarks
