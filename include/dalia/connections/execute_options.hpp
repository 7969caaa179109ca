/// Options of one execute call.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dalia/core/deadline.hpp"

namespace dalia {

/// execute_options().timeout(5s).tag("operation", "get_user")
class ExecuteOptions {
 public:
  using Tags = std::vector<std::pair<std::string, std::string>>;

  ExecuteOptions() noexcept {}

  /// Total time for this call; default: query_timeout of the configuration.
  ExecuteOptions& timeout(std::chrono::nanoseconds timeout) {
    timeout_ = timeout;
    return *this;
  }
  /// A label for logs and metrics; it never reaches the server.
  ExecuteOptions& tag(std::string name, std::string value) {
    tags_.emplace_back(std::move(name), std::move(value));
    return *this;
  }

  [[nodiscard]] const std::optional<std::chrono::nanoseconds>& timeout() const noexcept { return timeout_; }
  [[nodiscard]] const Tags& tags() const noexcept { return tags_; }
  [[nodiscard]] Deadline deadline(std::chrono::nanoseconds default_timeout) const noexcept {
    return Deadline::in(timeout_.value_or(default_timeout));
  }

 private:
  std::optional<std::chrono::nanoseconds> timeout_;
  Tags tags_;
};

[[nodiscard]] inline ExecuteOptions execute_options() {
  return ExecuteOptions();
}

}  // namespace dalia
