#include "connections/mysql/types.hpp"

#include <string_view>

namespace dalia::internal::mysql {
namespace {

/// In the character set column of the protocol (MariaDB manual, "Supported Character Sets and Collations").
constexpr unsigned binary_collation = 63;

Codec integer(const MYSQL_FIELD& field, Codec with_sign, Codec without) noexcept {
  return (field.flags & UNSIGNED_FLAG) != 0 ? without : with_sign;
}

std::string_view attribute(const MYSQL_FIELD& field, mariadb_field_attr_t which) noexcept {
  MARIADB_CONST_STRING text{};
  return mariadb_field_attr(&text, &field, which) == 0 && text.str != nullptr ? std::string_view(text.str, text.length)
                                                                              : std::string_view();
}

/// As entities have their UUIDs, and most other tables too: CHAR(36) compared by its bytes.
bool may_hold_uuids(const MYSQL_FIELD& field) noexcept {
  constexpr unsigned long length = 36 * 4;  // in bytes of utf8mb4
  return field.type == MYSQL_TYPE_STRING && field.length == length && (field.flags & BINARY_FLAG) != 0 &&
         (field.flags & (ENUM_FLAG | SET_FLAG)) == 0;
}

/// MariaDB sends JSON and UUIDs as texts and says in the extended metadata (since 10.5) what they are.
Codec text(const MYSQL_FIELD& field) noexcept {
  if (attribute(field, MARIADB_FIELD_ATTR_FORMAT_NAME) == "json") {
    return Codec::Json;
  }
  if (attribute(field, MARIADB_FIELD_ATTR_DATA_TYPE_NAME) == "uuid" || may_hold_uuids(field)) {
    return Codec::Uuid;
  }
  return field.charsetnr == binary_collation ? Codec::Bytes : Codec::Text;
}

}  // namespace

Codec codec_of(const MYSQL_FIELD& field) noexcept {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
      return field.length == 1 && (field.flags & UNSIGNED_FLAG) == 0 ? Codec::Bool
                                                                     : integer(field, Codec::Int8, Codec::UInt8);
    case MYSQL_TYPE_SHORT:
      return integer(field, Codec::Int16, Codec::UInt16);
    case MYSQL_TYPE_YEAR:
      return Codec::UInt16;
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_INT24:
      return integer(field, Codec::Int32, Codec::UInt32);
    case MYSQL_TYPE_LONGLONG:
      return integer(field, Codec::Int64, Codec::UInt64);
    case MYSQL_TYPE_FLOAT:
      return Codec::Float;
    case MYSQL_TYPE_DOUBLE:
      return Codec::Double;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return Codec::Decimal;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
      return Codec::Date;
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
      return Codec::Time;
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2:
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2:
      return Codec::DateTime;
    case MYSQL_TYPE_BIT:
      return field.length == 1 ? Codec::FlagBit : Codec::Bit;
    case MYSQL_TYPE_JSON:  // MySQL alone
      return Codec::Json;
    case MYSQL_TYPE_GEOMETRY:
      return Codec::Bytes;
    case MYSQL_TYPE_NULL:
      return Codec::Null;
    default:
      return text(field);
  }
}

std::size_t fixed_size_of(enum_field_types type) noexcept {
  switch (type) {
    case MYSQL_TYPE_TINY:
      return 1;
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_YEAR:
      return 2;
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_FLOAT:
      return 4;
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_DOUBLE:
      return 8;
    default:
      return 0;
  }
}

}  // namespace dalia::internal::mysql
