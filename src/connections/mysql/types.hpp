/// The types of MariaDB and MySQL, as far as dalia reads them itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include <mysql.h>

namespace dalia::internal::mysql {

/// How the cells of a column are read.
enum class Codec : std::uint8_t {
  Bool,  ///< TINYINT(1), which may hold other numbers too
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Float,
  Double,
  Decimal,
  Text,
  Bytes,
  Date,
  Time,
  DateTime,
  Bit,
  FlagBit,  ///< BIT(1)
  Uuid,     ///< as text, where it is one
  Json,
  Null
};

/// DATETIME and TIMESTAMP are instants: the session's time zone is UTC.
[[nodiscard]] Codec codec_of(const MYSQL_FIELD& field) noexcept;

/// In the binary protocol: bytes of a cell, or 0 where its length stands before it.
[[nodiscard]] std::size_t fixed_size_of(enum_field_types type) noexcept;

}  // namespace dalia::internal::mysql
