#include "server.hpp"

#include <csignal>
#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>

namespace http_service {

using net::ip::tcp;
using namespace net::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)

Server::Server(net::io_context& context, const std::string& address, std::uint16_t port, const EntityApi& api,
               Limits limits)
    : context_(context),
      api_(api),
      limits_(limits),
      strand_(net::make_strand(context)),
      acceptor_(strand_, tcp::endpoint(net::ip::make_address(address), port)),
      all_have_ended_(strand_) {}

net::awaitable<void> Server::run() {
  net::signal_set signals(strand_, SIGINT, SIGTERM);
  co_await (accept_clients() || signals.async_wait(net::use_awaitable));
  signals.clear();  // the next one ends the program at once
  acceptor_.close();
  for (const std::shared_ptr<Session>& session : sessions_) {
    session->finish();
  }
  co_await wait_for_sessions(limits_.grace);
  for (const std::shared_ptr<Session>& session : sessions_) {
    session->abort();
  }
  co_await wait_for_sessions(std::chrono::hours(1));
}

net::awaitable<void> Server::accept_clients() {
  for (;;) {
    auto [error, socket] =
        co_await acceptor_.async_accept(net::make_strand(context_), net::as_tuple(net::use_awaitable));
    if (!error && sessions_.size() < limits_.clients) {
      begin(std::move(socket));
    } else if (error) {
      // Too many open files, for example: it gets better when clients leave.
      net::steady_timer pause(strand_, std::chrono::milliseconds(100));
      co_await pause.async_wait(net::use_awaitable);
    }
  }
}

void Server::begin(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto session = std::make_shared<Session>(std::move(socket), api_, limits_);
  sessions_.insert(session);
  const auto on_end = [this, session](std::exception_ptr) { forget(session); };
  net::co_spawn(session->executor(), session->run(),
                net::bind_cancellation_slot(session->slot(), net::bind_executor(strand_, on_end)));
}

void Server::forget(const std::shared_ptr<Session>& session) {
  sessions_.erase(session);
  if (sessions_.empty()) {
    all_have_ended_.cancel();
  }
}

net::awaitable<void> Server::wait_for_sessions(std::chrono::seconds limit) {
  all_have_ended_.expires_after(limit);
  if (!sessions_.empty()) {
    co_await all_have_ended_.async_wait(net::as_tuple(net::use_awaitable));
  }
}

}  // namespace http_service
