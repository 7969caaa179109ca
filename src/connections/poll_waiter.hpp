/// PollWaiter: blocks in poll().
#pragma once

#include <memory>
#include <string_view>

#include "connections/link_waiter.hpp"

namespace dalia::internal {

class PollWaiter final : public LinkWaiter {
 public:
  /// @param backend  for its errors; outlives it.
  explicit PollWaiter(std::string_view backend) noexcept : backend_(backend) {}

  [[nodiscard]] std::unique_ptr<LinkWaiter> another() const override { return std::make_unique<PollWaiter>(backend_); }

 protected:
  bool start(Wait& wait) noexcept override;
  bool start(Errand& errand) override {
    errand.run();
    return true;
  }

 private:
  std::string_view backend_;
};

}  // namespace dalia::internal
