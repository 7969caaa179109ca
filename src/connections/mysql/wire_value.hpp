/// One value as the binary protocol takes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <mysql.h>

#include "dalia/core/value.hpp"

namespace dalia::internal::mysql {

/// Room for values that are no bytes.
union FixedValue {
  signed char flag;
  long long integer;
  double real;
  MYSQL_TIME time;
};

struct WireValue {
  enum_field_types type;
  const void* data;
  std::size_t size;  ///< of bytes; 0 for the others
};

/// @return a view of the value's own bytes, of `fixed` or of `copy`.
/// @throws UsageError for what MySQL cannot hold.
[[nodiscard]] WireValue wire_value(const ValueRef& value, FixedValue& fixed, std::string& copy);

/// @throws UsageError for NaN and infinite numbers. @return the number.
double finite(double number);

/// @throws UsageError for more digits than DECIMAL has (MariaDB manual, "DECIMAL": 65, of them 38 after the point;
/// MySQL 8.0 manual, 11.1.3: 65 and 30).
void check_decimal(std::string_view digits);

}  // namespace dalia::internal::mysql
