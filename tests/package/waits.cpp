/// Waits as a coroutine over the Asio that dalia::asio brings, and says which one that is.
#include <dalia/dalia.hpp>

#include <chrono>
#include <exception>
#include <iostream>

#ifdef DALIA_ASIO_STANDALONE
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
namespace net = asio;
constexpr const char* flavour = "standalone";
#else
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
namespace net = boost::asio;
constexpr const char* flavour = "boost";
#endif

net::awaitable<void> wait(net::io_context& context) {
  net::steady_timer timer(context, std::chrono::milliseconds(1));
  co_await timer.async_wait(net::use_awaitable);
  auto db = dalia::DatabaseFactory::create_database(dalia::DatabaseConfig::from_url("sqlite::memory:"));
  const dalia::ResultSet rows = db->sync_connection()->execute("SELECT ? AS [flavour]", dalia::params(flavour));
  std::cout << rows[0].get<std::string>("flavour") << '\n';
}

int main() {
  net::io_context context;
  net::co_spawn(context, wait(context), [](std::exception_ptr error) {
    if (error) {
      std::rethrow_exception(error);
    }
  });
  context.run();
}
