/// Session: one client, from its connection to its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "entity_api.hpp"
#include "net.hpp"

namespace http_service {

struct Limits {
  std::size_t body_bytes = std::size_t{1} << 20U;
  std::uint32_t header_bytes = 16 * 1024;
  std::size_t clients = 1000;                 ///< more are turned away
  std::chrono::seconds between_requests{60};  ///< until the header of the next one is there
  std::chrono::seconds transfer{10};          ///< of a body, or of a response
  std::chrono::seconds grace{10};             ///< for requests that run when the service stops
};

/// Answers the requests of one client one after the other, on a strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// @param socket  its executor is the strand. @param api  outlives the session.
  Session(net::ip::tcp::socket socket, const EntityApi& api, const Limits& limits);

  [[nodiscard]] net::any_io_executor executor() { return stream_.get_executor(); }
  /// For the start of run(): abort() emits it.
  [[nodiscard]] net::cancellation_slot slot() { return aborted_.slot(); }
  [[nodiscard]] net::awaitable<void> run();

  /// Ends it after the response to the request that it works on. From any thread.
  void finish();
  /// Ends it now. From any thread.
  void abort();

 private:
  enum class Then { NextRequest, End };

  [[nodiscard]] net::awaitable<Then> serve_one();
  [[nodiscard]] net::awaitable<Then> refuse(const beast::error_code& error);
  [[nodiscard]] net::awaitable<bool> write(Response response);
  [[nodiscard]] net::awaitable<void> say_goodbye();

  beast::tcp_stream stream_;
  const EntityApi& api_;
  const Limits& limits_;
  beast::flat_buffer buffer_;
  net::cancellation_signal aborted_;
  bool may_be_cut_ = false;  ///< no request runs
  bool is_finishing_ = false;
};

}  // namespace http_service
