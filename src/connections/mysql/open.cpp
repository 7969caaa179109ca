#include "connections/mysql/open.hpp"

#include <fcntl.h>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "connections/mysql/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

/// Those that do not hand the password itself to whoever answers.
constexpr const char* accepted_authentication =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,auth_gssapi_client,parsec";

/// Strict, with || for texts, and without the sql_mode's exceptions that the other engines do not have.
constexpr std::string_view sql_mode =
    "STRICT_ALL_TABLES,PIPES_AS_CONCAT,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

void set_flag(MYSQL* connection, mysql_option option, bool value) {
  const my_bool flag = value ? 1 : 0;
  mysql_options(connection, option, &flag);
}

void set_seconds(MYSQL* connection, mysql_option option, std::chrono::milliseconds limit) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(limit).count();
  const auto seconds = static_cast<unsigned>(std::clamp<std::int64_t>(whole, 1, 86'400));
  mysql_options(connection, option, &seconds);
}

void set_file(MYSQL* connection, mysql_option option, const std::string& path) {
  if (!path.empty()) {
    mysql_options(connection, option, path.c_str());
  }
}

/// With a file of authorities the library checks the certificate's chain in any case.
bool verifies_host(const Settings& settings) noexcept {
  return settings.tls == TlsMode::VerifyHost ||
         (settings.tls == TlsMode::VerifyAuthority && settings.authority_file.empty());
}

void set_tls(MYSQL* connection, const Settings& settings) {
  // "Enforce" only asks for TLS; whether there is some is checked once connected.
  set_flag(connection, MYSQL_OPT_SSL_ENFORCE, settings.tls != TlsMode::Disable);
  set_flag(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verifies_host(settings));
  if (settings.tls == TlsMode::Disable) {
    return;
  }
  set_file(connection, MYSQL_OPT_SSL_CA, settings.authority_file);
  set_file(connection, MYSQL_OPT_SSL_CERT, settings.certificate_file);
  set_file(connection, MYSQL_OPT_SSL_KEY, settings.key_file);
}

}  // namespace

ConnectionHandle new_connection(const Settings& settings, const Address& address) {
  ConnectionHandle connection(mysql_init(nullptr));
  if (connection == nullptr) {
    throw ConnectionError("out of memory", facts_of(std::string()));
  }
  MYSQL* handle = connection.get();
  // Otherwise "localhost" would mean the default socket, whatever the port.
  const unsigned protocol = address.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "dalia");
  mysql_options(handle, MARIADB_OPT_RESTRICTED_AUTH, accepted_authentication);
  // A server could ask for any file of the client.
  const unsigned off = 0;
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off);
  set_tls(handle, settings);
  // The library does the handshake of TLS without saying what it waits for.
  if (settings.tls != TlsMode::Disable || settings.addresses.size() > 1) {
    set_seconds(handle, MYSQL_OPT_CONNECT_TIMEOUT, settings.connect_timeout);
  }
  return connection;
}

void make_nonblocking(MYSQL* connection) noexcept {
  const int descriptor = static_cast<int>(mysql_get_socket(connection));
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags >= 0) {
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
  }
}

std::string place_of(const Address& address) {
  return address.socket.empty() ? fmt::format("{}:{}", address.host, address.port) : address.socket;
}

std::string settings_sql(const Settings& settings) {
  const bool is_mariadb = settings.server->flavour() == MySqlFlavour::MariaDb;
  // Exact comparison, as on the other engines; both names mean by code points, and blanks at the end count.
  const std::string_view collation = binary_collation(settings.server->flavour());
  std::string sql = fmt::format(
      "SET NAMES utf8mb4 COLLATE {}, sql_mode = '{}', time_zone = '+00:00', {} = 'READ-COMMITTED', autocommit = 1",
      collation, sql_mode, is_mariadb ? "tx_isolation" : "transaction_isolation");
  // Else MariaDB ends a recursion after 1000 rounds as if it were complete.
  sql += fmt::format(", {} = 4294967295", is_mariadb ? "max_recursive_iterations" : "cte_max_recursion_depth");
  sql += fmt::format(", lock_wait_timeout = {}", settings.lock_wait.count());
  if (settings.row_lock_wait) {
    sql += fmt::format(", innodb_lock_wait_timeout = {}", settings.row_lock_wait->count());
  }
  return sql;
}

void kill_query(const Settings& settings, const Address& address, unsigned long thread_id,
                std::chrono::milliseconds limit) {
  const ConnectionHandle connection = new_connection(settings, address);
  for (const mysql_option option : {MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT}) {
    set_seconds(connection.get(), option, limit);
  }
  const bool is_open = mysql_real_connect(connection.get(), address.host.c_str(), settings.user.c_str(),
                                          settings.password.c_str(), nullptr, address.port,
                                          address.socket.empty() ? nullptr : address.socket.c_str(), 0) != nullptr;
  if (is_open) {
    mysql_query(connection.get(), fmt::format("KILL QUERY {}", thread_id).c_str());
  }
}

}  // namespace dalia::internal::mysql
