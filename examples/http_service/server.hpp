/// Server: accepts clients until it is told to stop.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net.hpp"
#include "session.hpp"

namespace http_service {

class Server {
 public:
  /// Listens from here on. @param api  outlives the server.
  /// @throws boost::system::system_error where it cannot.
  Server(net::io_context& context, const std::string& address, std::uint16_t port, const EntityApi& api, Limits limits);

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] net::any_io_executor executor() { return strand_; }
  /// Serves until SIGINT or SIGTERM, then ends gracefully: new clients are refused, those between two requests are
  /// left, the others get their response, within the time of grace. To be run on executor().
  [[nodiscard]] net::awaitable<void> run();

 private:
  [[nodiscard]] net::awaitable<void> accept_clients();
  [[nodiscard]] net::awaitable<void> wait_for_sessions(std::chrono::seconds limit);
  void begin(net::ip::tcp::socket socket);
  void forget(const std::shared_ptr<Session>& session);

  net::io_context& context_;
  const EntityApi& api_;
  Limits limits_;

  // The strand guards what follows.
  net::strand<net::io_context::executor_type> strand_;
  net::ip::tcp::acceptor acceptor_;
  std::set<std::shared_ptr<Session>> sessions_;
  net::steady_timer all_have_ended_;
};

}  // namespace http_service
