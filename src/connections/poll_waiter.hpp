/// PollWaiter: blocks in poll().
#pragma once

#include <string_view>

#include "connections/link_waiter.hpp"

namespace dalia::internal {

class PollWaiter final : public LinkWaiter {
 public:
  /// @param backend  for its errors; outlives it.
  explicit PollWaiter(std::string_view backend) noexcept : backend_(backend) {}

 protected:
  bool start(Wait& wait) noexcept override;

 private:
  std::string_view backend_;
};

}  // namespace dalia::internal
