#include "dalia/core/database_config.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/database_url.hpp"

namespace dalia {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr Uint128 joined(std::uint64_t high, std::uint64_t low) noexcept {
  return static_cast<Uint128>(high) << 64U | low;
}

/// FNV-1a with 128 bits (Fowler, Noll, Vo; IETF draft-eastlake-fnv). Not for secrets: it only tells configurations
/// apart.
class Fnv128 {
 public:
  /// Counts its length too, so that no two lists of texts run together into one.
  void add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char character : text) {
      add_byte(static_cast<unsigned char>(character));
    }
  }
  void add(std::uint64_t number) noexcept {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      add_byte(static_cast<unsigned char>(number >> shift & 0xFFU));
    }
  }
  void add(std::chrono::milliseconds duration) noexcept { add(static_cast<std::uint64_t>(duration.count())); }
  [[nodiscard]] std::string hex() const {
    return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(state_ >> 64U), static_cast<std::uint64_t>(state_));
  }

 private:
  void add_byte(unsigned char byte) noexcept { state_ = (state_ ^ byte) * prime; }

  static constexpr Uint128 prime = joined(0x0000000001000000U, 0x000000000000013BU);
  Uint128 state_ = joined(0x6C62272E07BB0142U, 0x62B821756295C58DU);
};

double in_seconds(std::chrono::milliseconds duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

nlohmann::json concealed(const std::string& secret) {
  return secret.empty() ? nlohmann::json(nullptr) : nlohmann::json("***");
}

}  // namespace

std::string DatabaseConfig::hash() const {
  Fnv128 hash;
  hash.add(backend);
  hash.add(database);
  hash.add(host);
  hash.add(std::uint64_t{port});
  hash.add(user);
  hash.add(alias);
  hash.add(env);
  for (const auto& [name, value] : options) {
    if (!internal::is_secret_option(name)) {
      hash.add(name);
      hash.add(value);
    }
  }
  hash.add(acquire_timeout);
  hash.add(pool_creation_timeout);
  hash.add(query_timeout);
  hash.add(connect_timeout);
  hash.add(internal::schema_mode_name(schema_mode));
  hash.add(std::uint64_t{statement_cache_size});
  return hash.hex();
}

nlohmann::json DatabaseConfig::config() const {
  nlohmann::json shown_options = nlohmann::json::object();
  for (const auto& [name, value] : options) {
    shown_options[name] = internal::is_secret_option(name) ? concealed(value) : nlohmann::json(value);
  }
  return nlohmann::json{
      {"backend", backend},
      {"database", database},
      {"host", host},
      {"port", port},
      {"user", user},
      {"password", concealed(password)},
      {"alias", alias},
      {"env", env},
      {"options", std::move(shown_options)},
      {"acquire_timeout", in_seconds(acquire_timeout)},
      {"pool_creation_timeout", in_seconds(pool_creation_timeout)},
      {"query_timeout", in_seconds(query_timeout)},
      {"connect_timeout", in_seconds(connect_timeout)},
      {"schema", internal::schema_mode_name(schema_mode)},
      {"statement_cache_size", statement_cache_size},
  };
}

}  // namespace dalia
