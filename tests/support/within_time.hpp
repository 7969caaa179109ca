/// WithinTime: a limit for a part of a test.
#pragma once

#include <chrono>

#include <gtest/gtest.h>

namespace dalia::test {

/// Fails the test where its own life takes longer.
class WithinTime {
 public:
  explicit WithinTime(std::chrono::milliseconds limit) : limit_(limit) {}
  WithinTime(const WithinTime&) = delete;
  WithinTime& operator=(const WithinTime&) = delete;
  ~WithinTime() { EXPECT_LT(std::chrono::steady_clock::now() - began_, limit_); }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::milliseconds limit_;
};

}  // namespace dalia::test
