/// TcpGate: a door between client and server that a test can shut, or slam in the middle of a sentence.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dalia/core/database_config.hpp"

namespace dalia::test {

/// A listening socket with a port of its own. Nobody accepts, but the kernel lets connections wait.
class DeafListener {
 public:
  explicit DeafListener(const std::string& address = "127.0.0.1");
  DeafListener(const DeafListener&) = delete;
  DeafListener& operator=(const DeafListener&) = delete;
  ~DeafListener();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

/// Whether clients of a gate learn that the server has TLS.
enum class Tls { AsOffered, HiddenAsOnPostgres, HiddenAsOnMySql };

/// Forwards connections to a server until told otherwise. Safe to use from any thread.
class TcpGate {
 public:
  /// @param host  an IPv4 address, or "localhost".
  /// @param own   where it listens.
  TcpGate(std::string host, std::uint16_t port, Tls tls = Tls::AsOffered, const std::string& own = "127.0.0.1");
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;
  ~TcpGate();

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
  /// Breaks every connection once so many more bytes have come from the server.
  void cut_after(std::size_t bytes) noexcept { left_ = bytes; }
  /// From now on nothing passes, in either direction, and nothing is said about it.
  void stall() noexcept { is_stalled_ = true; }
  /// How often a client has spoken after the server had: its round trips.
  [[nodiscard]] std::size_t round_trips() const noexcept { return round_trips_; }

 private:
  struct Link {
    int client = -1;
    int server = -1;
  };

  void run();
  void accept_one();
  /// @return false once the link is gone.
  [[nodiscard]] bool forward(Link& link, int from, int to);
  [[nodiscard]] static bool send_all(int to, std::string_view bytes);

  std::string host_;
  std::uint16_t server_port_;
  Tls tls_;
  DeafListener listener_;
  std::vector<Link> links_;
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  std::atomic<std::size_t> left_{no_limit};  ///< bytes from the server
  std::atomic<bool> is_stalled_{false};
  std::atomic<std::size_t> round_trips_{0};
  bool server_spoke_last_ = true;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

/// The configuration of clients that come through a gate of 127.0.0.1.
[[nodiscard]] DatabaseConfig through_gate(DatabaseConfig config, const TcpGate& gate);

}  // namespace dalia::test
