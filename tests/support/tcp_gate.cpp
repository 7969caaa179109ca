#include "support/tcp_gate.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <utility>

#include "support/without_tls.hpp"

namespace dalia::test {
namespace {

sockaddr_in address_of(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("not an IPv4 address: " + host);
  }
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

DeafListener::DeafListener(const std::string& address) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in own = address_of(address, 0);
  socklen_t size = sizeof own;
  if (::bind(descriptor_, as_sockaddr(own), size) != 0 || ::listen(descriptor_, 16) != 0 ||
      ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    throw std::runtime_error("no socket to listen on");
  }
  port_ = ntohs(own.sin_port);
}

DeafListener::~DeafListener() {
  ::close(descriptor_);
}

TcpGate::TcpGate(std::string host, std::uint16_t port, Tls tls, const std::string& own)
    : host_(std::move(host)), server_port_(port), tls_(tls), listener_(own), thread_([this] { run(); }) {}

TcpGate::~TcpGate() {
  ends_ = true;
  thread_.join();
  for (const Link& link : links_) {
    ::close(link.client);
    ::close(link.server);
  }
}

void TcpGate::run() {
  while (!ends_) {
    std::vector<pollfd> waits = {pollfd{listener_.descriptor(), POLLIN, 0}};
    for (const Link& link : links_) {
      waits.push_back(pollfd{link.client, POLLIN, 0});
      waits.push_back(pollfd{link.server, POLLIN, 0});
    }
    constexpr int look_up_ms = 10;  // to see what the test wants by now
    if (is_stalled_) {
      ::poll(nullptr, 0, look_up_ms);
      continue;
    }
    if (::poll(waits.data(), waits.size(), look_up_ms) <= 0) {
      continue;
    }
    std::vector<Link> alive;
    for (std::size_t i = 0; i < links_.size(); ++i) {
      Link& link = links_[i];
      const bool is_open = (waits[1 + 2 * i].revents == 0 || forward(link, link.client, link.server)) &&
                           (waits[2 + 2 * i].revents == 0 || forward(link, link.server, link.client));
      if (is_open) {
        alive.push_back(link);
      } else {
        ::close(link.client);
        ::close(link.server);
      }
    }
    links_ = std::move(alive);
    if (waits[0].revents != 0) {
      accept_one();
    }
  }
}

void TcpGate::accept_one() {
  Link link;
  link.client = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
  link.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = address_of(host_, server_port_);
  if (::connect(link.server, as_sockaddr(address), sizeof address) == 0) {
    links_.push_back(link);
  } else {
    ::close(link.client);
    ::close(link.server);
  }
}

bool TcpGate::forward(Link& link, int from, int to) {
  std::array<char, 4096> buffer;
  const ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
  if (count <= 0) {
    return false;
  }
  round_trips_ += from == link.client && server_spoke_last_ ? 1 : 0;
  server_spoke_last_ = from == link.server;
  std::size_t size = static_cast<std::size_t>(count);
  bool is_cut = false;
  if (from == link.server && left_ != no_limit) {
    is_cut = size >= left_;
    size = std::min(size, left_.load());
    left_ -= size;
  }
  if (from == link.client && tls_ == Tls::HiddenAsOnPostgres && asks_for_tls({buffer.data(), size})) {
    return send_all(link.client, {&no_tls_of_postgres, 1});
  }
  if (from == link.server && tls_ == Tls::HiddenAsOnMySql) {
    withdraw_tls(std::span(buffer.data(), size));
  }
  return send_all(to, {buffer.data(), size}) && !is_cut;
}

bool TcpGate::send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

DatabaseConfig through_gate(DatabaseConfig config, const TcpGate& gate) {
  config.host = "127.0.0.1";
  config.port = gate.port();
  return config;
}

}  // namespace dalia::test
