/// Service: examples/http_service as a process of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/child.hpp"

namespace dalia::test {

class Service {
 public:
  /// Returns when it listens, on a port that was free.
  explicit Service(const std::string& url, const std::vector<std::string>& options = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  void signal(int number) const { child_.signal(number); }
  /// Reads its outputs to their end.
  Outcome finish() { return child_.finish(); }

 private:
  Child child_;
  std::uint16_t port_ = 0;
};

}  // namespace dalia::test
