#include "support/without_tls.hpp"

#include <algorithm>
#include <cstddef>

namespace dalia::test {

bool asks_for_tls(std::string_view from_client) noexcept {
  constexpr std::string_view ssl_request("\x00\x00\x00\x08\x04\xd2\x16\x2f", 8);
  return from_client == ssl_request;
}

void withdraw_tls(std::span<char> from_server) noexcept {
  constexpr std::size_t header = 4;  // its last byte counts the packets of an exchange, from 0
  constexpr char protocol_version = 10;
  constexpr std::size_t behind_name = 1 + 4 + 8 + 1;  // NUL, thread id, first part of the challenge, filler
  constexpr unsigned tls_in_second_byte = 0x08;       // CLIENT_SSL is 0x0800
  if (from_server.size() <= header || from_server[header - 1] != 0 || from_server[header] != protocol_version) {
    return;
  }
  const auto name_end = std::find(from_server.begin() + header + 1, from_server.end(), '\0');
  const auto capabilities = static_cast<std::size_t>(name_end - from_server.begin()) + behind_name;
  if (capabilities + 1 < from_server.size()) {
    char& second_byte = from_server[capabilities + 1];
    second_byte = static_cast<char>(static_cast<unsigned char>(second_byte) & ~tls_in_second_byte);
  }
}

}  // namespace dalia::test
