/// What a server without TLS says, for a gate that makes one of a server that has it.
#pragma once

#include <span>
#include <string_view>

namespace dalia::test {

/// Whether a client of PostgreSQL asks for TLS: an SSLRequest (manual of PostgreSQL 15, 55.7).
[[nodiscard]] bool asks_for_tls(std::string_view from_client) noexcept;
/// The answer to it of a server that has none.
constexpr char no_tls_of_postgres = 'N';

/// Takes TLS out of what a server of MariaDB or MySQL says that it can do, in the packet that it greets with (MariaDB
/// manual, "Initial Handshake Packet"). Leaves other packets as they are.
void withdraw_tls(std::span<char> from_server) noexcept;

}  // namespace dalia::test
