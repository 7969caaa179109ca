/// What went wrong, as a client may see it.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "net.hpp"

namespace http_service {

/// A request that is refused by the service itself.
class Refusal : public std::runtime_error {
 public:
  Refusal(http::status status, const std::string& message) : std::runtime_error(message), status_(status) {}

  [[nodiscard]] http::status status() const noexcept { return status_; }

 private:
  http::status status_;
};

class MethodNotAllowed : public Refusal {
 public:
  /// @param allowed  the methods that are, with commas between.
  explicit MethodNotAllowed(std::string allowed)
      : Refusal(http::status::method_not_allowed, "this takes " + allowed), allowed_(std::move(allowed)) {}

  [[nodiscard]] const std::string& allowed() const noexcept { return allowed_; }

 private:
  std::string allowed_;
};

/// {"error": message}
[[nodiscard]] Response error_response(http::status status, std::string_view message);

/// 4xx tells what the client can change. 5xx tells nothing of the inside; that goes to the log.
[[nodiscard]] Response response_to(std::exception_ptr failure);

}  // namespace http_service
