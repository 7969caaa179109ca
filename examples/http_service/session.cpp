#include "session.hpp"

#include <array>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "failures.hpp"

namespace http_service {
namespace {

/// Links that break are the daily bread of a server: no exceptions.
constexpr auto as_tuple = net::as_tuple(net::use_awaitable);

}  // namespace

Session::Session(net::ip::tcp::socket socket, const EntityApi& api, const Limits& limits)
    : stream_(std::move(socket)), api_(api), limits_(limits), buffer_(limits.header_bytes + limits.body_bytes) {}

void Session::finish() {
  net::post(executor(), [self = shared_from_this()] {
    self->is_finishing_ = true;
    if (self->may_be_cut_) {
      self->stream_.cancel();
    }
  });
}

void Session::abort() {
  net::post(executor(), [self = shared_from_this()] {
    self->aborted_.emit(net::cancellation_type::terminal);
    self->stream_.close();
  });
}

net::awaitable<void> Session::run() {
  Then then = Then::NextRequest;
  while (then == Then::NextRequest && !is_finishing_) {
    then = co_await serve_one();
  }
  stream_.close();
}

net::awaitable<Session::Then> Session::serve_one() {
  http::request_parser<http::string_body> parser;
  parser.header_limit(limits_.header_bytes);
  parser.body_limit(limits_.body_bytes);
  stream_.expires_after(limits_.between_requests);
  may_be_cut_ = true;
  const auto [header_error, header_size] = co_await http::async_read_header(stream_, buffer_, parser, as_tuple);
  may_be_cut_ = false;
  if (header_error) {
    co_return co_await refuse(header_error);
  }

  stream_.expires_after(limits_.transfer);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, 11);
    co_await http::async_write(stream_, go_on, as_tuple);
  }
  const auto [body_error, body_size] = co_await http::async_read(stream_, buffer_, parser, as_tuple);
  if (body_error) {
    co_return co_await refuse(body_error);
  }

  stream_.expires_never();  // the calls of the database have limits of their own
  const Request request = parser.release();
  Response response = co_await api_.respond(request);
  const bool keeps_alive = request.keep_alive() && !is_finishing_;
  response.version(request.version());
  response.keep_alive(keeps_alive);
  response.prepare_payload();
  if (request.method() == http::verb::head) {
    response.body().clear();  // its length stays in the header
  }
  const bool is_written = co_await write(std::move(response));
  co_return is_written&& keeps_alive ? Then::NextRequest : Then::End;
}

/// What cannot be read gets an answer where it came over a link that is whole.
net::awaitable<Session::Then> Session::refuse(const beast::error_code& error) {
  http::status status = http::status::bad_request;
  if (error == http::error::body_limit) {
    status = http::status::payload_too_large;
  } else if (error == http::error::header_limit) {
    status = http::status::request_header_fields_too_large;
  }
  const bool is_http = error.category() == make_error_code(http::error::bad_method).category();
  if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    Response response = error_response(status, "the request cannot be read: " + error.message());
    response.keep_alive(false);
    response.prepare_payload();
    stream_.expires_after(limits_.transfer);
    const bool is_written = co_await write(std::move(response));
    if (is_written) {
      co_await say_goodbye();
    }
  }
  co_return Then::End;
}

net::awaitable<bool> Session::write(Response response) {
  stream_.expires_after(limits_.transfer);
  const auto [error, size] = co_await http::async_write(stream_, response, as_tuple);
  co_return !error;
}

/// Reads on for a while: a socket that is closed with bytes unread takes the response away from its reader.
net::awaitable<void> Session::say_goodbye() {
  constexpr std::chrono::seconds patience{2};
  beast::error_code error;
  stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, error);
  stream_.expires_after(patience);
  may_be_cut_ = true;
  std::array<char, 4096> ignored;
  while (!error && !is_finishing_) {
    const auto [read_error, size] = co_await stream_.async_read_some(net::buffer(ignored), as_tuple);
    error = read_error;
  }
}

}  // namespace http_service
