/// PollWaiter: blocks in poll().
#pragma once

#include "connections/link_waiter.hpp"

namespace dalia::internal {

class PollWaiter final : public LinkWaiter {
 protected:
  bool start(Wait& wait) noexcept override;
};

}  // namespace dalia::internal
