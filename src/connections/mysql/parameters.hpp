/// The parameters of a statement, for one run or for several at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "connections/mysql/wire_value.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal::mysql {

/// Views the values it was given; texts and blobs are not copied.
class Parameters {
 public:
  /// Where the values are of the kinds of the last run, or null, the library is not told again: it then would send the
  /// types once more.
  /// @param bound  the library's copy of binds(), in which the values take the place of the last ones.
  /// @param width  of a row: how many parameters the statement has.
  /// @param longest_packet  of the server, in bytes.
  /// @throws UsageError for another number of values, and for what MySQL cannot hold, naming the parameter's number;
  /// QueryError where all together are longer than a packet.
  void bind(std::span<const ValueRef> values, MYSQL_BIND* bound, std::size_t width, std::size_t longest_packet,
            const std::string& statement);
  /// As above for the parameters of one row after the other. @throws UsageError also where a parameter has values of
  /// different kinds, besides null.
  void bind_rows(std::span<const ValueRef> values, std::size_t width, std::size_t longest_packet,
                 const std::string& statement);

  /// The statement is another one now.
  void forget() noexcept { binds_.clear(); }
  /// Whether the library has to be told of binds(); it has been once told() is called.
  [[nodiscard]] bool is_new() const noexcept { return is_new_; }
  void told() noexcept { is_new_ = false; }
  /// For mysql_stmt_bind_param.
  [[nodiscard]] MYSQL_BIND* binds() noexcept { return binds_.data(); }
  /// For STMT_ATTR_ARRAY_SIZE; 0 for a single run.
  [[nodiscard]] unsigned rows() const noexcept { return rows_; }

 private:
  /// A parameter in all rows.
  struct Column {
    std::vector<FixedValue> fixed;
    std::vector<std::string> copies;
    std::vector<char> indicators;
    std::vector<unsigned char> numbers;  ///< close together
    std::vector<const void*> pointers;   ///< to all that are no numbers
    std::vector<unsigned long> lengths;
  };

  void begin_row(std::size_t width);
  /// @return how many bytes it has.
  std::size_t bind_column(std::size_t place, std::span<const ValueRef> values);
  template <class Number>
  std::size_t bind_numbers(std::size_t place, std::span<const ValueRef> values, enum_field_types type, Kind kind);
  std::size_t bind_pointers(std::size_t place, std::span<const ValueRef> values);
  void bind_array(std::size_t place, enum_field_types type, void* buffer);

  std::vector<MYSQL_BIND> binds_;
  std::vector<FixedValue> fixed_;
  std::vector<std::string> copies_;
  std::vector<unsigned long> lengths_;
  std::vector<my_bool> nulls_;
  bool is_new_ = true;
  std::vector<Column> columns_;
  unsigned rows_ = 0;
};

/// @param what  begins the sentence of the error: "values have".
/// @throws QueryError for more bytes than fit in one packet of the server.
void check_packet(std::string_view what, std::size_t bytes, std::size_t longest, const std::string& statement);

}  // namespace dalia::internal::mysql
