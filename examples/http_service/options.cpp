#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <thread>

namespace http_service {

const std::string_view usage =
    R"(usage: http_service --db URL [OPTION...]

Serves the entities of a database as JSON over HTTP, until SIGINT or SIGTERM; then it takes no new requests, answers
those that run, and ends with status 0.

  --db URL           sqlite:app.db, postgres://user:password@host/database or mysql://... (default: $DALIA_URL)
  --address ADDRESS  to listen on (default: 127.0.0.1; there is no authentication: keep it behind what has one)
  --port N           default 8080; 0 takes a free one. The first line of the output names it
  --threads N        that serve clients (default: as many as the machine runs at once)
  --connections N    to the database (default 8)
  --wait SECONDS     how long a request waits for one of them, before 503 (default 5)
  --timeout SECONDS  of a request's work on the database, and of slow clients (default 10)
  --grace SECONDS    for requests that run when the service is stopped (default 10)

  curl -d '{"id": "ada", "name": "Ada", "age": 36}' localhost:8080/entities/users
  curl -X PATCH -d '{"age": 37}' localhost:8080/entities/users/ada
  curl -G localhost:8080/entities/users --data-urlencode 'where=[age] > ?' -d param=30
  curl localhost:8080/entities/users/ada/history
)";

namespace {

std::size_t number_from(std::string_view option, std::string_view text, std::size_t least, std::size_t most) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < least || number > most) {
    throw WrongUsage(std::string(option) + " takes a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most));
  }
  return number;
}

}  // namespace

Options options_from(int argc, char** argv) {
  Options options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (const char* url = std::getenv("DALIA_URL")) {  // NOLINT(concurrency-mt-unsafe): there is one thread yet
    options.database_url = url;
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help" || name == "-h") {
      options.wants_help = true;
      return options;
    }
    if (i + 1 == argc) {
      throw WrongUsage("unknown option " + std::string(name) + ", or it lacks its value");
    }
    const std::string_view value = argv[++i];
    const auto number = [&](std::size_t least, std::size_t most) { return number_from(name, value, least, most); };
    if (name == "--db") {
      options.database_url = value;
    } else if (name == "--address") {
      options.address = value;
    } else if (name == "--port") {
      options.port = static_cast<std::uint16_t>(number(0, std::numeric_limits<std::uint16_t>::max()));
    } else if (name == "--threads") {
      options.threads = number(1, 256);
    } else if (name == "--connections") {
      options.connections = number(1, 1000);
    } else if (name == "--wait") {
      options.wait = std::chrono::seconds(number(0, 3600));
    } else if (name == "--timeout") {
      options.timeout = std::chrono::seconds(number(1, 3600));
    } else if (name == "--grace") {
      options.grace = std::chrono::seconds(number(0, 3600));
    } else {
      throw WrongUsage("unknown option " + std::string(name));
    }
  }
  if (options.database_url.empty()) {
    throw WrongUsage("no database given; use --db URL or set DALIA_URL, for example sqlite:app.db");
  }
  return options;
}

}  // namespace http_service
