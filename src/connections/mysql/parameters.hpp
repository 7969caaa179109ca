/// Bound values in the binary protocol.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "dalia/core/value.hpp"

namespace dalia::internal::mysql {

/// Views the values it was given; texts and blobs are not copied.
class Parameters {
 public:
  /// @param longest_packet  of the server, in bytes.
  /// @throws UsageError for another number of values than `expected`, and for what MySQL cannot hold, naming the
  /// parameter's number; QueryError where all together are longer than a packet.
  void bind(std::span<const ValueRef> values, std::size_t expected, std::size_t longest_packet,
            const std::string& statement);

  /// For mysql_stmt_bind_param.
  [[nodiscard]] MYSQL_BIND* binds() noexcept { return binds_.data(); }

 private:
  union Fixed {
    signed char flag;
    long long integer;
    double real;
    MYSQL_TIME time;
  };

  void bind_one(std::size_t index, const ValueRef& value);
  void set_bytes(std::size_t index, enum_field_types type, std::string_view bytes);
  void set_time(std::size_t index, const ValueRef& value);

  std::vector<MYSQL_BIND> binds_;
  std::vector<Fixed> fixed_;
  std::vector<std::string> copies_;
};

/// @param what  begins the sentence of the error: "values have".
/// @throws QueryError for more bytes than fit in one packet of the server.
void check_packet(std::string_view what, std::size_t bytes, std::size_t longest, const std::string& statement);

/// @throws UsageError for more digits than DECIMAL has (MariaDB manual, "DECIMAL": 65, of them 38 after the point;
/// MySQL 8.0 manual, 11.1.3: 65 and 30).
void check_decimal(std::string_view digits);

}  // namespace dalia::internal::mysql
