#include "connections/postgres/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "connections/postgres/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::postgres {
namespace {

/// What makes PostgreSQL answer alike everywhere: times in UTC, ISO dates, strings as the standard has them.
constexpr std::string_view session_options =
    "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=iso_8601 -c standard_conforming_strings=on "
    "-c bytea_output=hex -c extra_float_digits=1";

constexpr std::uint16_t default_port = 5432;

/// Set by the configuration's own members, or by dalia.
constexpr std::array<std::string_view, 8> reserved = {
    "dbname", "user", "password", "port", "passfile", "replication", "client_encoding", "fallback_application_name"};

bool is_keyword(std::string_view name) {
  struct Free {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
  };
  const std::unique_ptr<PQconninfoOption, Free> options(PQconndefaults());
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (name == option->keyword) {
      return true;
    }
  }
  return false;
}

std::string target_from(const std::string& value) {
  if (value == "read_write") {
    return "read-write";
  }
  if (value == "primary" || value == "standby" || value == "any") {
    return value;
  }
  throw UsageError(fmt::format("postgres: target={} is not known; use one of read_write, primary, standby, any", value),
                   facts_of(std::string()));
}

std::uint16_t port_from(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    throw UsageError("postgres: bad port in the list of hosts: it is a number from 1 to 65535",
                     facts_of(std::string()));
  }
  return port;
}

/// host, host:port, [ipv6] or [ipv6]:port.
Host host_from(std::string_view text, std::uint16_t port) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    port = port_from(text.substr(colon + 1));
    text = text.substr(0, colon);
  }
  return Host{std::string(bracket == std::string_view::npos ? text : text.substr(1, bracket - 1)), port};
}

/// From "a,b:6000,[::1]:7000"; one host stands as it is.
std::vector<Host> hosts_from(std::string_view list, std::uint16_t port) {
  std::vector<Host> hosts;
  if (list.find(',') == std::string_view::npos) {
    hosts.push_back(Host{std::string(list), port});
    return hosts;
  }
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    hosts.push_back(host_from(list.substr(begin, end - begin), port));
    begin = end + 1;
  }
  return hosts;
}

void set_option(Settings& settings, const std::string& name, const std::string& value) {
  if (name == "target") {
    settings.keywords["target_session_attrs"] = target_from(value);
    return;
  }
  for (const std::string_view taken : reserved) {
    if (name == taken) {
      throw UsageError(fmt::format("postgres: '{}' is no option; set it in the configuration or the URL itself", name),
                       facts_of(std::string()));
    }
  }
  if (!is_keyword(name)) {
    throw UsageError(
        fmt::format("postgres: unknown option '{}'; known are target and the connection keywords of libpq, "
                    "for example sslmode, sslrootcert, application_name",
                    name),
        facts_of(std::string()));
  }
  settings.keywords[name] = value;
}

}  // namespace

void set_hosts(std::map<std::string, std::string>& keywords, std::span<const Host> hosts) {
  std::string& names = keywords["host"];
  std::string& ports = keywords["port"];
  names.clear();
  ports.clear();
  for (const Host& host : hosts) {
    const std::string_view comma = ports.empty() ? "" : ",";
    names += fmt::format("{}{}", comma, host.name);
    ports += fmt::format("{}{}", comma, host.port);
  }
}

Settings settings_from(const DatabaseConfig& config) {
  Settings settings;
  std::vector<Host> hosts = hosts_from(config.host, config.port == 0 ? default_port : config.port);
  set_hosts(settings.keywords, hosts);
  // Where an option has its own hosts or addresses, libpq goes through them alone.
  if (hosts.size() > 1 && !config.options.contains("host") && !config.options.contains("hostaddr")) {
    settings.host_timeout = config.connect_timeout / hosts.size();
    settings.hosts = std::move(hosts);
  }
  settings.keywords["application_name"] = "dalia";
  for (const auto& [name, value] : config.options) {
    set_option(settings, name, value);
  }
  settings.keywords["client_encoding"] = "UTF8";
  const auto own = settings.keywords.find("options");
  settings.keywords["options"] = own == settings.keywords.end() ? std::string(session_options)
                                                                : fmt::format("{} {}", session_options, own->second);
  for (const auto& [keyword, value] : {std::pair("dbname", &config.database), std::pair("user", &config.user),
                                       std::pair("password", &config.password)}) {
    if (!value->empty()) {
      settings.keywords[keyword] = *value;
    }
  }
  return settings;
}

}  // namespace dalia::internal::postgres
