/// HttpClient: one keep-alive connection to a service on this machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>
#include <nlohmann/json.hpp>

namespace dalia::test {

using Json = nlohmann::ordered_json;
using boost::beast::http::verb;

struct Answer {
  unsigned status = 0;
  Json body;  ///< null where there is none
  std::map<std::string, std::string> headers;
};

/// Blocks, for half a minute at most. Not thread-safe.
class HttpClient {
 public:
  /// @throws boost::system::system_error, as request() does where the link breaks.
  explicit HttpClient(std::uint16_t port);

  Answer request(verb method, const std::string& target, const std::string& body = "",
                 const std::map<std::string, std::string>& headers = {});
  Answer get(const std::string& target) { return request(verb::get, target); }
  /// Sends bytes as they are.
  void send(const std::string& bytes);
  /// What the service sends until it closes the link; nothing where it breaks it.
  [[nodiscard]] std::string read_to_the_end();

 private:
  /// @param start  with a completion token.
  template <class Start>
  auto finish(const Start& start);

  boost::asio::io_context context_;
  boost::beast::tcp_stream stream_{context_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace dalia::test
