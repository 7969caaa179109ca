// DatabaseConfig from a URL and back. No message here repeats a part of the URL that could hold a password: in a URL
// with a typing error that may be any part behind the scheme.
#include "core/database_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/hex.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

using std::chrono::milliseconds;

constexpr auto npos = std::string_view::npos;

/// The text before and behind the first `mark`; the second is null where there is no mark.
struct Split {
  std::string_view before;
  std::optional<std::string_view> behind;
};

Split split_at(std::string_view text, std::size_t mark) {
  return mark == npos ? Split{text, std::nullopt} : Split{text.substr(0, mark), text.substr(mark + 1)};
}

std::string percent_decode(std::string_view text, std::string_view part) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char character = text[i];
    if (character == '%') {
      const auto byte = i + 2 < text.size() ? internal::hex_byte(text[i + 1], text[i + 2]) : std::nullopt;
      if (!byte) {
        throw UsageError(fmt::format("bad percent-encoding in the {} of the URL: a '%' itself is written %25", part));
      }
      character = static_cast<char>(*byte);
      i += 2;
    }
    if (character == '\0') {
      throw UsageError(fmt::format("NUL in the {} of the URL", part));
    }
    decoded += character;
  }
  return decoded;
}

/// Everything but letters, digits and `plain` is encoded.
std::string percent_encode(std::string_view text, std::string_view plain) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char character : text) {
    const bool is_letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    const bool is_digit = character >= '0' && character <= '9';
    if (is_letter || is_digit || plain.find(character) != npos) {
      encoded += character;
    } else {
      encoded += '%';
      encoded += internal::to_hex(std::string_view(&character, 1));
    }
  }
  return encoded;
}

constexpr std::string_view plain_in_name = "-._~";
constexpr std::string_view plain_in_host = "-._~,:";
constexpr std::string_view plain_in_path = "-._~/:,+=";
constexpr std::string_view plain_in_value = "-._~/:,+";

std::optional<std::uint16_t> port_from(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stopped == end && port > 0 ? std::optional<std::uint16_t>(port) : std::nullopt;
}

/// Seconds with up to three decimals, as 10 or 2.5.
std::optional<milliseconds> seconds_from(std::string_view text) noexcept {
  const auto [whole, fraction] = split_at(text, text.find('.'));
  constexpr std::string_view digits = "0123456789";
  if (whole.empty() || whole.size() > 12 || whole.find_first_not_of(digits) != npos) {
    return std::nullopt;
  }
  if (fraction && (fraction->empty() || fraction->size() > 3 || fraction->find_first_not_of(digits) != npos)) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  for (const char digit : whole) {
    count = count * 10 + (digit - '0');
  }
  for (std::size_t i = 0; i < 3; ++i) {
    count = count * 10 + (fraction && i < fraction->size() ? (*fraction)[i] - '0' : 0);
  }
  return milliseconds(count);
}

std::string seconds_text(milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) : fmt::format("{}.{:03}", count / 1000, count % 1000);
}

struct TimeoutOption {
  std::string_view name;
  milliseconds DatabaseConfig::*member;
};
constexpr std::array<TimeoutOption, 4> timeout_options = {{
    {"acquire_timeout", &DatabaseConfig::acquire_timeout},
    {"pool_creation_timeout", &DatabaseConfig::pool_creation_timeout},
    {"query_timeout", &DatabaseConfig::query_timeout},
    {"connect_timeout", &DatabaseConfig::connect_timeout},
}};

bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") == npos;
}

std::string_view backend_of(std::string_view scheme) noexcept {
  if (scheme == "sqlite3") {
    return "sqlite";
  }
  if (scheme == "postgresql") {
    return "postgres";
  }
  if (scheme == "mariadb") {
    return "mysql";
  }
  return scheme;
}

SchemaMode schema_mode_from(std::string_view name) {
  for (const SchemaMode mode : {SchemaMode::Evolve, SchemaMode::Frozen, SchemaMode::Plan}) {
    if (internal::schema_mode_name(mode) == name) {
      return mode;
    }
  }
  throw UsageError("bad schema in the URL: it is evolve, frozen or plan");
}

std::size_t cache_size_from(std::string_view text) {
  std::size_t size = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, size);
  if (error != std::errc() || stopped != end) {
    throw UsageError("bad statement_cache_size in the URL: it is a number such as 100");
  }
  return size;
}

void set_option(DatabaseConfig& config, std::string name, std::string value) {
  for (const TimeoutOption& timeout : timeout_options) {
    if (name == timeout.name) {
      const std::optional<milliseconds> seconds = seconds_from(value);
      if (!seconds) {
        throw UsageError(fmt::format("bad {} in the URL: it is a number of seconds such as 10 or 2.5", timeout.name));
      }
      config.*timeout.member = *seconds;
      return;
    }
  }
  if (name == "password") {
    config.password = std::move(value);
  } else if (name == "alias") {
    config.alias = std::move(value);
  } else if (name == "env") {
    config.env = std::move(value);
  } else if (name == "schema") {
    config.schema_mode = schema_mode_from(value);
  } else if (name == "statement_cache_size") {
    config.statement_cache_size = cache_size_from(value);
  } else if (name == "mode" && config.backend == "sqlite" && value != "ro" && value != "rw" && value != "rwc") {
    throw UsageError("bad mode in the URL: it is ro, rw or rwc");
  } else {
    config.options.insert_or_assign(std::move(name), std::move(value));
  }
}

void read_query(DatabaseConfig& config, std::string_view query) {
  std::optional<std::string_view> rest = query;
  while (rest) {
    const Split pair = split_at(*rest, rest->find('&'));
    rest = pair.behind;
    if (pair.before.empty()) {
      continue;
    }
    const Split option = split_at(pair.before, pair.before.find('='));
    if (option.before.empty() || !option.behind) {
      throw UsageError("an option behind the '?' of the URL is not of the form name=value");
    }
    set_option(config, percent_decode(option.before, "options"), percent_decode(*option.behind, "options"));
  }
}

void read_port(DatabaseConfig& config, std::string_view text) {
  const std::optional<std::uint16_t> port = port_from(text);
  if (!port) {
    throw UsageError(
        "bad port in the URL: it is a number from 1 to 65535 (in a user or a password, '/', '?' and '%' must be "
        "percent-encoded)");
  }
  config.port = *port;
}

/// host, host:port, [ipv6]:port, or several hosts with commas, which stay as they are.
void read_hosts(DatabaseConfig& config, std::string_view hosts) {
  if (hosts.empty()) {
    return;
  }
  if (hosts.find(',') != npos) {
    config.host = percent_decode(hosts, "host");
    return;
  }
  if (hosts.starts_with('[')) {
    const std::size_t end = hosts.find(']');
    const std::string_view behind = end == npos ? std::string_view() : hosts.substr(end + 1);
    if (end == npos || (!behind.empty() && !behind.starts_with(':'))) {
      throw UsageError("bad host in the URL: an IPv6 address is written [::1] or [::1]:5432");
    }
    config.host = percent_decode(hosts.substr(1, end - 1), "host");
    if (!behind.empty()) {
      read_port(config, behind.substr(1));
    }
    return;
  }
  const Split parts = split_at(hosts, hosts.find(':'));
  if (parts.behind) {
    read_port(config, *parts.behind);
  }
  if (!parts.before.empty()) {
    config.host = percent_decode(parts.before, "host");
  }
}

/// user:password@hosts. The last '@' counts, so that one in a password does no harm.
void read_authority(DatabaseConfig& config, std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == npos) {
    read_hosts(config, authority);
    return;
  }
  const std::string_view login = authority.substr(0, at);
  const Split parts = split_at(login, login.find(':'));
  config.user = percent_decode(parts.before, "user");
  if (parts.behind) {
    config.password = percent_decode(*parts.behind, "password");
  }
  read_hosts(config, authority.substr(at + 1));
}

/// What stands behind "scheme://".
void read_server(DatabaseConfig& config, std::string_view rest) {
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  const std::string_view behind = rest.substr(end);
  if (authority.find('@') == npos && authority.find(':') != npos && behind.find('@') != npos) {
    throw UsageError(
        "the URL cannot be read safely: in a user or a password, '/', '?' and '%' must be percent-encoded, as must '@' "
        "elsewhere");
  }
  const Split parts = split_at(behind, behind.find('?'));
  if (parts.before.size() > 1) {
    config.database = percent_decode(parts.before.substr(1), "database");
  }
  if (parts.behind) {
    read_query(config, *parts.behind);
  }
  read_authority(config, authority);
}

/// What stands behind "sqlite:": a path, with or without "//" before it.
void read_file(DatabaseConfig& config, std::string_view rest) {
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
  }
  const Split parts = split_at(rest, rest.find('?'));
  config.database = percent_decode(parts.before, "path");
  if (config.database.empty()) {
    throw UsageError("the URL names no file: write sqlite:app.db, sqlite:/path/to/app.db or sqlite::memory:");
  }
  if (parts.behind) {
    read_query(config, *parts.behind);
  }
}

std::string host_text(const DatabaseConfig& config) {
  const bool is_list = config.host.find(',') != std::string::npos;
  const bool is_ipv6 = !is_list && config.host.find(':') != std::string::npos;
  const std::string encoded = percent_encode(config.host, is_list ? "-._~,:[]" : plain_in_host);
  return is_ipv6 ? fmt::format("[{}]", encoded) : encoded;
}

/// Where the database is: the part of the URL between the scheme and the query.
std::string place_text(const DatabaseConfig& config) {
  if (config.backend == "sqlite") {
    // A path that begins with two slashes would lose them.
    const std::string_view mark = config.database.starts_with("//") ? "//" : "";
    return fmt::format("{}{}", mark, percent_encode(config.database, plain_in_path));
  }
  std::string text = "//";
  if (!config.user.empty()) {
    text += percent_encode(config.user, plain_in_name) + '@';
  }
  text += host_text(config);
  if (config.port != 0) {
    text += fmt::format(":{}", config.port);
  }
  if (!config.database.empty()) {
    text += '/' + percent_encode(config.database, plain_in_path);
  }
  return text;
}

/// The settings that differ from a fresh DatabaseConfig, and the options.
std::vector<std::pair<std::string, std::string>> query_of(const DatabaseConfig& config) {
  const DatabaseConfig fresh;
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] : config.options) {
    if (!internal::is_secret_option(name)) {
      query.emplace_back(name, value);
    }
  }
  if (config.alias != fresh.alias) {
    query.emplace_back("alias", config.alias);
  }
  if (config.env != fresh.env) {
    query.emplace_back("env", config.env);
  }
  for (const TimeoutOption& timeout : timeout_options) {
    if (config.*timeout.member != fresh.*timeout.member) {
      query.emplace_back(timeout.name, seconds_text(config.*timeout.member));
    }
  }
  if (config.schema_mode != fresh.schema_mode) {
    query.emplace_back("schema", internal::schema_mode_name(config.schema_mode));
  }
  if (config.statement_cache_size != fresh.statement_cache_size) {
    query.emplace_back("statement_cache_size", std::to_string(config.statement_cache_size));
  }
  return query;
}

}  // namespace

namespace internal {

std::string_view schema_mode_name(SchemaMode mode) noexcept {
  switch (mode) {
    case SchemaMode::Frozen:
      return "frozen";
    case SchemaMode::Plan:
      return "plan";
    default:
      return "evolve";
  }
}

bool is_secret_option(std::string_view name) noexcept {
  constexpr std::string_view mark = "passw";
  const auto same_letter = [](char character, char letter) { return (character | 0x20) == letter; };
  return name == "pwd" || std::search(name.begin(), name.end(), mark.begin(), mark.end(), same_letter) != name.end();
}

}  // namespace internal

DatabaseConfig DatabaseConfig::from_url(std::string_view url) {
  const Split parts = split_at(url, url.find(':'));
  if (!parts.behind || !is_scheme(parts.before)) {
    throw UsageError(
        "the URL names no backend: write sqlite:app.db, postgres://user@host/database or mysql://user@host/database");
  }
  DatabaseConfig config;
  config.backend = backend_of(parts.before);
  const std::string_view rest = *parts.behind;
  if (config.backend == "sqlite") {
    read_file(config, rest);
    return config;
  }
  if (!rest.starts_with("//")) {
    throw UsageError("the URL lacks '//' between the backend and the host, as in postgres://user@host/database");
  }
  read_server(config, rest.substr(2));
  return config;
}

std::string DatabaseConfig::url() const {
  std::string text = backend.empty() ? std::string() : backend + ':';
  text += place_text(*this);
  char separator = '?';
  for (const auto& [name, value] : query_of(*this)) {
    text +=
        fmt::format("{}{}={}", separator, percent_encode(name, plain_in_name), percent_encode(value, plain_in_value));
    separator = '&';
  }
  return text;
}

}  // namespace dalia
