// Entities as JSON over HTTP: dalia's coroutines under Boost.Beast.
//
//   http_service --db sqlite:app.db --port 8080
//
// entity_api.hpp lists the requests; --help has the options and some lines for curl.
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "connections.hpp"
#include "entity_api.hpp"
#include "options.hpp"
#include "server.hpp"

namespace {

using namespace http_service;  // NOLINT(google-build-using-namespace)

void serve(const Options& options) {
  auto config = dalia::DatabaseConfig::from_url(options.database_url);
  config.query_timeout = options.timeout;
  config.connect_timeout = options.timeout;
  const auto database = dalia::DatabaseFactory::create_database(config);
  static_cast<void>(database->sync_connection());  // a database that is not there is better known now

  net::io_context context(static_cast<int>(options.threads));
  const auto connections =
      std::make_shared<Connections>(*database, context.get_executor(), options.connections, options.wait);
  const EntityApi api(connections);
  Limits limits;
  limits.transfer = options.timeout;
  limits.grace = options.grace;
  Server server(context, options.address, options.port, api, limits);
  std::cout << "http_service: http://" << options.address << ':' << server.port() << "/entities serves " << config.url()
            << std::endl;

  std::exception_ptr failure;
  net::co_spawn(server.executor(), server.run(), [&](std::exception_ptr error) {
    failure = error;
    connections->close_idle();
  });
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < options.threads; ++i) {
    others.emplace_back([&] { context.run(); });
  }
  context.run();  // until the server has ended: then there is nothing left to do
  others.clear();
  if (failure) {
    std::rethrow_exception(failure);
  }
  std::cout << "http_service: stopped" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = options_from(argc, argv);
    if (options.wants_help) {
      std::cout << usage;
      return 0;
    }
    serve(options);
    return 0;
  } catch (const WrongUsage& error) {
    std::cerr << "http_service: " << error.what() << " (see --help)\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "http_service: " << error.what() << '\n';
    return 1;
  }
}
