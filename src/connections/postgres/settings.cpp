#include "connections/postgres/settings.hpp"

#include <array>
#include <memory>
#include <string_view>

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

Settings settings_from(const DatabaseConfig& config) {
  Settings settings;
  settings.keywords["host"] = config.host;
  settings.keywords["application_name"] = "dalia";
  for (const auto& [name, value] : config.options) {
    set_option(settings, name, value);
  }
  settings.keywords["port"] = fmt::format("{}", config.port == 0 ? 5432 : config.port);
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
