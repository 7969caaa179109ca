/// The options of a connection, as Connector/C takes them.
#pragma once

#include <string>

#include "connections/mysql/handles.hpp"
#include "connections/mysql/settings.hpp"

namespace dalia::internal::mysql {

/// A handle with everything set but the calls: not connected yet.
/// @throws ConnectionError where memory runs out.
[[nodiscard]] ConnectionHandle new_connection(const Settings& settings, const Address& address);

/// Affected rows are matched rows, and procedures may give rows.
inline constexpr unsigned long client_flags = CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS;

/// For a connection with TLS: its reads then say that they would wait, as those without TLS do anyhow
/// (Connector/C 3.3).
void make_nonblocking(MYSQL* connection) noexcept;

/// For messages: host:port, or the path of the socket.
[[nodiscard]] std::string place_of(const Address& address);
/// What makes every server answer alike.
[[nodiscard]] std::string settings_sql(const Settings& settings);

/// Asks the server, over a connection of its own, to stop what that one runs. Gives up at the deadline, and where the
/// server cannot be reached.
void kill_query(const Settings& settings, const Address& address, unsigned long thread_id,
                std::chrono::milliseconds limit);

}  // namespace dalia::internal::mysql
