#include "connections/postgres/link_failure.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "connections/postgres/error_map.hpp"

namespace dalia::internal::postgres {
namespace {

struct Remedy {
  std::string_view words;  ///< of libpq, untranslated
  std::string_view advice;
};

constexpr Remedy remedies[] = {
    {"does not support SSL", "switch TLS on at the server, or choose another sslmode"},
    {"certificate", "check sslmode, sslrootcert and the host's name"},
    {"could not translate host name", "check the host's name"},
    {"socket", "check the socket's folder and the port, and that the server is running"},
};

/// How libpq begins what it finds itself on an open link.
constexpr std::array<std::string_view, 5> own_words = {"server closed", "could not ", "SSL ", "connection ",
                                                       "lost synchronization "};

/// libpq 15 gives up at a message of more than 30,000 bytes that is of none of the types it expects to be long; that
/// which describes parameters ("t") is not among them (fe-protocol3.c, VALID_LONG_MESSAGE_TYPE).
constexpr std::string_view too_long_description = "message type \"t\"";

bool is_code(std::string_view text) noexcept {
  return text.size() == 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// Takes "28P01: " out of "FATAL:  28P01: password authentication failed".  @return the code, or nothing.
std::string take_code(std::string& line) {
  for (std::size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
    std::string code = line.substr(at + 3, 5);
    if (is_code(code) && line.compare(at + 8, 2, ": ") == 0) {
      line.erase(at + 3, 7);
      return code;
    }
  }
  return std::string();
}

/// "LOCATION:  auth_failed, auth.c:338", in whatever language.
bool is_source_location(std::string_view line) noexcept {
  const std::size_t colon = line.rfind(':');
  return colon != std::string_view::npos && line.substr(0, colon).ends_with(".c") &&
         line.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

bool is_about_the_link(std::string_view line, const std::string& code) noexcept {
  if (!code.empty()) {
    const ErrorClass error_class = meaning_of(code).error_class;
    return error_class == ErrorClass::Connection || error_class == ErrorClass::Authentication;
  }
  return std::any_of(own_words.begin(), own_words.end(), [&](std::string_view word) { return line.starts_with(word); });
}

std::string_view advice_for(const LinkFailure& failure, LinkPhase phase) noexcept {
  if (!failure.sqlstate.empty()) {
    return meaning_of(failure.sqlstate).advice;
  }
  if (failure.message.find(too_long_description) != std::string::npos) {
    return "this libpq takes at most 7498 parameters in a statement; connect again, and send fewer at once";
  }
  if (phase == LinkPhase::Connected) {
    return "connect again";
  }
  for (const Remedy& remedy : remedies) {
    if (failure.message.find(remedy.words) != std::string::npos) {
      return remedy.advice;
    }
  }
  return "check host and port, and that the server is running";
}

}  // namespace

LinkFailure link_failure_from(std::string_view text, LinkPhase phase) {
  LinkFailure failure;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    line.erase(0, line.find_first_not_of(" \t"));
    const std::string code = take_code(line);
    if (line.empty() || is_source_location(line) || (phase == LinkPhase::Connected && !is_about_the_link(line, code))) {
      continue;
    }
    failure.sqlstate = code.empty() ? failure.sqlstate : code;
    if (failure.message.ends_with(line)) {
      continue;  // tried with TLS and without
    }
    failure.message += failure.message.empty() ? "" : " ";
    failure.message += line;
  }
  if (failure.message.empty()) {
    failure.message = phase == LinkPhase::Connected ? "the link to the server broke" : "the server cannot be reached";
  }
  return failure;
}

void throw_link_failure(const PGconn* connection, LinkPhase phase, const std::string& statement) {
  const LinkFailure failure =
      link_failure_from(connection == nullptr ? "out of memory" : PQerrorMessage(connection), phase);
  ErrorFacts facts = facts_of(statement);
  facts.sqlstate = failure.sqlstate;
  facts.undone = is_undone(failure.sqlstate);
  const bool asks_password = connection != nullptr && PQconnectionNeedsPassword(connection) != 0;
  if (asks_password || meaning_of(failure.sqlstate).error_class == ErrorClass::Authentication) {
    const std::string_view advice = asks_password ? "check user and password" : advice_for(failure, phase);
    throw AuthenticationError(fmt::format("{}; {}", failure.message, advice), std::move(facts));
  }
  throw ConnectionError(fmt::format("{}; {}", failure.message, advice_for(failure, phase)), std::move(facts));
}

}  // namespace dalia::internal::postgres
