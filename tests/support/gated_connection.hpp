/// GatedConnection: a connection through a gate of its own, in plain bytes of the protocol.
#pragma once

#include <memory>
#include <optional>

#include "dalia/dalia.hpp"
#include "support/tcp_gate.hpp"

namespace dalia::test {

class GatedConnection {
 public:
  explicit GatedConnection(const DatabaseConfig& config) : gate_(config.host, config.port) {
    DatabaseConfig through = through_gate(config, gate_);
    through.options["sslmode"] = "disable";
    manager_ = DatabaseFactory::create_database(through);
    connection_.emplace(manager_->sync_connection());
    connection_.value()->execute("SELECT 1");
  }

  [[nodiscard]] TcpGate& gate() noexcept { return gate_; }
  SyncConnection& operator*() { return **connection_; }
  SyncConnection* operator->() { return &**connection_; }

 private:
  TcpGate gate_;
  std::unique_ptr<ConnectionManager> manager_;
  std::optional<SyncConnectionHandle> connection_;
};

}  // namespace dalia::test
