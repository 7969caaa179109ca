/// What the command line says.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace http_service {

struct Options {
  std::string database_url;  ///< default: the environment's DALIA_URL
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: one that is free
  std::size_t threads = 0;    ///< that run coroutines
  std::size_t connections = 8;
  std::chrono::seconds wait{5};      ///< of a request for a free connection
  std::chrono::seconds timeout{10};  ///< of a request's work on the database, and of a client that sends or receives
  std::chrono::seconds grace{10};    ///< for the requests that run when the service is stopped
  bool wants_help = false;
};

class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

extern const std::string_view usage;

/// @throws WrongUsage.
[[nodiscard]] Options options_from(int argc, char** argv);

}  // namespace http_service
