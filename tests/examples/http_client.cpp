#include "examples/http_client.hpp"

#include <array>
#include <chrono>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace dalia::test {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;

}  // namespace

template <class Start>
auto HttpClient::finish(const Start& start) {
  stream_.expires_after(std::chrono::seconds(30));
  auto result = start(net::use_future);
  context_.restart();
  context_.run();
  return result.get();
}

HttpClient::HttpClient(std::uint16_t port) {
  const net::ip::tcp::endpoint service(net::ip::address_v4::loopback(), port);
  finish([&](auto token) { return stream_.async_connect(service, token); });
  stream_.socket().set_option(net::ip::tcp::no_delay(true));
}

Answer HttpClient::request(verb method, const std::string& target, const std::string& body,
                           const std::map<std::string, std::string>& headers) {
  http::request<http::string_body> request(method, target, 11);
  request.set(http::field::host, "localhost");
  for (const auto& [name, value] : headers) {
    request.set(name, value);
  }
  request.body() = body;
  request.prepare_payload();
  http::response_parser<http::string_body> parser;
  parser.body_limit(64U << 20U);
  parser.skip(method == verb::head);
  try {
    finish([&](auto token) { return http::async_write(stream_, request, token); });
    finish([&](auto token) { return http::async_read(stream_, buffer_, parser, token); });
  } catch (const boost::system::system_error& error) {
    throw boost::system::system_error(error.code(), std::string(request.method_string()) + " " + target);
  }
  Answer answer;
  answer.status = parser.get().result_int();
  if (!parser.get().body().empty()) {
    answer.body = Json::parse(parser.get().body());
  }
  for (const auto& field : parser.get()) {
    answer.headers[std::string(field.name_string())] = std::string(field.value());
  }
  return answer;
}

void HttpClient::send(const std::string& bytes) {
  finish([&](auto token) { return net::async_write(stream_, net::buffer(bytes), token); });
}

std::string HttpClient::read_to_the_end() {
  std::string text;
  try {
    for (;;) {
      std::array<char, 4096> part{};
      const std::size_t size = finish([&](auto token) { return stream_.async_read_some(net::buffer(part), token); });
      text.append(part.data(), size);
    }
  } catch (const boost::system::system_error&) {
    return text;
  }
}

}  // namespace dalia::test
