#include "connections/mysql/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "connections/mysql/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

constexpr std::uint16_t default_port = 3306;

[[noreturn]] void refuse(const std::string& message) {
  throw UsageError("mysql: " + message, facts_of(std::string()));
}

struct NamedMode {
  std::string_view name;
  TlsMode mode;
};
constexpr std::array tls_modes = {NamedMode{"disable", TlsMode::Disable},
                                  NamedMode{"allow", TlsMode::Prefer},
                                  NamedMode{"prefer", TlsMode::Prefer},
                                  NamedMode{"require", TlsMode::Require},
                                  NamedMode{"verify-ca", TlsMode::VerifyAuthority},
                                  NamedMode{"verify-full", TlsMode::VerifyHost}};

TlsMode tls_mode_from(const std::string& name) {
  const auto* found =
      std::find_if(tls_modes.begin(), tls_modes.end(), [&](const NamedMode& one) { return one.name == name; });
  if (found == tls_modes.end()) {
    refuse(fmt::format("sslmode={} is not known; use one of disable, allow, prefer, require, verify-ca, verify-full",
                       name));
  }
  return found->mode;
}

/// name, name:port, /path of a socket. IPv6 addresses have several colons and no port.
Address address_from(std::string_view text, std::uint16_t port) {
  Address address;
  if (text.starts_with('/')) {
    address.socket = text;
    return address;
  }
  address.port = port;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon == text.rfind(':')) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (error != std::errc() || end != digits.data() + digits.size() || address.port == 0) {
      refuse("the port behind a host is a number from 1 to 65535");
    }
    text = text.substr(0, colon);
  }
  address.host = text;
  return address;
}

std::vector<Address> addresses_from(std::string_view hosts, std::uint16_t port) {
  std::vector<Address> addresses;
  while (true) {
    const std::size_t comma = hosts.find(',');
    const std::string_view host = hosts.substr(0, comma);
    addresses.push_back(address_from(host.empty() ? "localhost" : host, port));
    if (comma == std::string_view::npos) {
      return addresses;
    }
    hosts.remove_prefix(comma + 1);
  }
}

}  // namespace

Settings settings_from(const DatabaseConfig& config, std::shared_ptr<MySqlServer> server) {
  Settings settings;
  settings.server = std::move(server);
  settings.user = config.user;
  settings.password = config.password;
  settings.database = config.database;
  const std::uint16_t port = config.port == 0 ? default_port : config.port;
  settings.addresses = addresses_from(config.host, port);
  for (const auto& [name, value] : config.options) {
    if (name == "sslmode") {
      settings.tls = tls_mode_from(value);
    } else if (name == "sslrootcert") {
      settings.authority_file = value;
    } else if (name == "sslcert") {
      settings.certificate_file = value;
    } else if (name == "sslkey") {
      settings.key_file = value;
    } else if (name == "host" || name == "socket") {
      settings.addresses = addresses_from(value, port);
    } else {
      refuse(
          fmt::format("unknown option '{}'; known are sslmode, sslrootcert, sslcert, sslkey, host and socket", name));
    }
  }
  settings.connect_timeout = config.connect_timeout / static_cast<std::int64_t>(settings.addresses.size());
  return settings;
}

}  // namespace dalia::internal::mysql
