#include "connections/mysql/parameters.hpp"

#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "connections/mysql/error_map.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

/// In a packet for each value besides its bytes, and for the packet itself; generous.
constexpr std::size_t packet_overhead = 16;

[[noreturn]] void rethrow_for_parameter(std::size_t place, const UsageError& error, const std::string& statement) {
  throw UsageError(fmt::format("parameter {}: {}", place + 1, error.what()), facts_of(statement));
}

[[noreturn]] void throw_several_kinds() {
  throw UsageError("it has values of several kinds in rows that run together");
}

}  // namespace

void check_packet(std::string_view what, std::size_t bytes, std::size_t longest, const std::string& statement) {
  if (bytes + packet_overhead > longest) {
    throw QueryError(fmt::format("the {} {} bytes, and the server takes at most {} at once; raise its "
                                 "max_allowed_packet",
                                 what, bytes, longest),
                     facts_of(statement));
  }
}

void Parameters::bind(std::span<const ValueRef> values, MYSQL_BIND* bound, std::size_t width,
                      std::size_t longest_packet, const std::string& statement) {
  if (values.size() != width) {
    throw UsageError(fmt::format("the statement takes {} parameter{}, but {} {} given", width, width == 1 ? "" : "s",
                                 values.size(), values.size() == 1 ? "was" : "were"),
                     facts_of(statement));
  }
  if (rows_ != 0 || binds_.size() != width) {
    begin_row(width);
  }
  std::size_t packet = width * packet_overhead;
  std::size_t i = 0;
  try {
    for (; i < width; ++i) {
      const WireValue value = wire_value(values[i], fixed_[i], copies_[i]);
      nulls_[i] = value.type == MYSQL_TYPE_NULL ? 1 : 0;
      if (nulls_[i] != 0) {
        continue;  // of whatever kind it was before
      }
      MYSQL_BIND& bind = binds_[i];
      is_new_ = is_new_ || bind.buffer_type != value.type;
      bind.buffer_type = value.type;
      bind.buffer = bound[i].buffer = const_cast<void*>(value.data);  // the library only reads it
      lengths_[i] = value.size;
      packet += value.size;
    }
  } catch (const UsageError& error) {
    rethrow_for_parameter(i, error, statement);
  }
  check_packet("values have", packet, longest_packet, statement);
}

void Parameters::begin_row(std::size_t width) {
  rows_ = 0;
  is_new_ = true;
  binds_.assign(width, MYSQL_BIND());
  fixed_.resize(width);
  copies_.resize(width);
  lengths_.resize(width);
  nulls_.resize(width);
  for (std::size_t i = 0; i < width; ++i) {
    binds_[i].buffer_type = MYSQL_TYPE_NULL;
    binds_[i].length = &lengths_[i];
    binds_[i].is_null = &nulls_[i];
  }
}

void Parameters::bind_rows(std::span<const ValueRef> values, std::size_t width, std::size_t longest_packet,
                           const std::string& statement) {
  rows_ = static_cast<unsigned>(values.size() / width);
  if (rows_ * width != values.size()) {
    throw UsageError(
        fmt::format("the statement takes {} parameters a row, and {} were given for some rows", width, values.size()),
        facts_of(statement));
  }
  is_new_ = true;
  binds_.assign(width, MYSQL_BIND());
  columns_.resize(width);
  std::size_t packet = 0;
  for (std::size_t i = 0; i < width; ++i) {
    try {
      packet += bind_column(i, values);
    } catch (const UsageError& error) {
      rethrow_for_parameter(i, error, statement);
    }
  }
  check_packet("values have", packet, longest_packet, statement);
}

std::size_t Parameters::bind_column(std::size_t place, std::span<const ValueRef> values) {
  columns_[place].indicators.resize(rows_);
  Kind kind = Kind::Null;
  for (std::size_t row = 0; row < rows_ && kind == Kind::Null; ++row) {
    kind = values[row * binds_.size() + place].kind();
  }
  switch (kind) {
    case Kind::Bool:
      return bind_numbers<signed char>(place, values, MYSQL_TYPE_TINY, kind);
    case Kind::Int64:
      return bind_numbers<long long>(place, values, MYSQL_TYPE_LONGLONG, kind);
    case Kind::Double:
      return bind_numbers<double>(place, values, MYSQL_TYPE_DOUBLE, kind);
    default:
      return bind_pointers(place, values);
  }
}

/// They lie in an array close together (tried with Connector/C 3.3.20, as the other).
template <class Number>
std::size_t Parameters::bind_numbers(std::size_t place, std::span<const ValueRef> values, enum_field_types type,
                                     Kind kind) {
  Column& column = columns_[place];
  column.numbers.resize(rows_ * sizeof(Number));
  for (std::size_t row = 0; row < rows_; ++row) {
    const ValueRef& value = values[row * binds_.size() + place];
    column.indicators[row] = value.is_null() ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    if (value.is_null()) {
      continue;
    }
    if (value.kind() != kind) {
      throw_several_kinds();
    }
    Number number;
    if constexpr (std::is_same_v<Number, double>) {
      number = finite(value.raw_double());
    } else {
      number = static_cast<Number>(value.raw_integer());
    }
    std::memcpy(column.numbers.data() + row * sizeof(Number), &number, sizeof(Number));
  }
  bind_array(place, type, column.numbers.data());
  return rows_ * packet_overhead;
}

/// All that are no numbers have an array of pointers.
std::size_t Parameters::bind_pointers(std::size_t place, std::span<const ValueRef> values) {
  Column& column = columns_[place];
  if (column.fixed.size() < rows_) {
    column.fixed.resize(rows_);
    column.copies.resize(rows_);
    column.pointers.resize(rows_);
    column.lengths.resize(rows_);
  }
  enum_field_types type = MYSQL_TYPE_NULL;
  std::size_t bytes = rows_ * packet_overhead;
  for (std::size_t row = 0; row < rows_; ++row) {
    const WireValue value = wire_value(values[row * binds_.size() + place], column.fixed[row], column.copies[row]);
    const bool is_null = value.type == MYSQL_TYPE_NULL;
    if (type == MYSQL_TYPE_NULL) {
      type = value.type;
    } else if (!is_null && value.type != type) {
      throw_several_kinds();
    }
    column.indicators[row] = is_null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    column.pointers[row] = value.data;
    column.lengths[row] = value.size;
    bytes += value.size;
  }
  bind_array(place, type == MYSQL_TYPE_NULL ? MYSQL_TYPE_STRING : type, column.pointers.data());
  binds_[place].length = column.lengths.data();
  return bytes;
}

void Parameters::bind_array(std::size_t place, enum_field_types type, void* buffer) {
  binds_[place].buffer_type = type;
  binds_[place].buffer = buffer;
  binds_[place].u.indicator = columns_[place].indicators.data();
}

}  // namespace dalia::internal::mysql
