/// MySqlServer: which of the two servers answers, known from the first connection on.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace dalia::internal {

enum class MySqlFlavour : std::uint8_t { MariaDb, MySql };

/// The collation that compares texts exactly: by code points, and blanks at the end count.
[[nodiscard]] constexpr std::string_view binary_collation(MySqlFlavour flavour) noexcept {
  // MariaDB manual, "Supported Character Sets and Collations"; MySQL 8.0 manual, 10.10.1 (from its manual alone).
  return flavour == MySqlFlavour::MariaDb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
}

/// Shared by the generators and the sessions of one database. Until a session has learned better it is MariaDB.
/// Thread-safe.
class MySqlServer {
 public:
  explicit MySqlServer(MySqlFlavour flavour = MySqlFlavour::MariaDb) noexcept : flavour_(flavour) {}

  /// @param version  as the server greets: "10.11.19-MariaDB-0+deb12u1", "5.5.5-10.6.1-MariaDB", "8.4.2".
  void learn(std::string_view version) noexcept {
    const bool is_mariadb = version.find("MariaDB") != std::string_view::npos;
    flavour_.store(is_mariadb ? MySqlFlavour::MariaDb : MySqlFlavour::MySql, std::memory_order_relaxed);
  }
  [[nodiscard]] MySqlFlavour flavour() const noexcept { return flavour_.load(std::memory_order_relaxed); }

 private:
  std::atomic<MySqlFlavour> flavour_;
};

}  // namespace dalia::internal
