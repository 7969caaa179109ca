/// Cells of a result: the binary protocol as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "connections/mysql/types.hpp"
#include "dalia/core/field_names.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal::mysql {

/// The columns of one statement's results. What has no value of dalia is read as text: zero dates and those with a zero
/// in them, and times outside of a day.
class ResultColumns {
 public:
  /// To be called whenever the statement ran: types may differ each time (SELECT ?), names after a change of tables.
  void describe(std::span<const MYSQL_FIELD> fields);
  /// Whether these are as the ones it was asked about last, and have the names described last.
  [[nodiscard]] bool are_as_before(std::span<const MYSQL_FIELD> fields);
  [[nodiscard]] const SharedFieldNames& names() const noexcept { return names_; }

  /// The statement gives its cells to this object from now on, which must outlive it or be detached.
  void attach(MYSQL_STMT* statement);
  /// The row fetched last; views of the client's memory and of this object, valid until the next one.
  void read(std::span<ValueRef> cells);
  /// A row of a statement that ran as text.
  void read_text(MYSQL_ROW row, const unsigned long* lengths, std::span<ValueRef> cells) const;

 private:
  /// What the server says of a column besides its name.
  struct Description {
    enum_field_types type = MYSQL_TYPE_NULL;
    unsigned flags = 0;
    unsigned character_set = 0;
    unsigned long length = 0;
    bool is_extended = false;

    friend bool operator==(const Description&, const Description&) = default;
  };

  struct Column {
    Codec codec = Codec::Null;
    std::size_t fixed_size = 0;
    std::string_view bytes;
    bool is_null = true;
    std::string text;  ///< a cell that had to be written anew
  };

  static void note_cell(void* self, unsigned index, unsigned char** position);
  [[nodiscard]] static ValueRef decode(Column& column);

  std::vector<Column> columns_;
  std::vector<Description> asked_;
  SharedFieldNames names_;
};

// Parts of decode, each from a cell of the binary protocol (MariaDB manual, "Result Set Packets").
/// As Decimal has it: no zeros at the end, nor before (ZEROFILL).
[[nodiscard]] std::string_view shortest_decimal(std::string_view digits) noexcept;
/// `text` takes what has no value of dalia.
[[nodiscard]] ValueRef date_from_wire(std::string_view bytes, std::string& text);
[[nodiscard]] ValueRef date_time_from_wire(std::string_view bytes, std::string& text);
[[nodiscard]] ValueRef time_from_wire(std::string_view bytes, std::string& text);
/// BIT: at most 8 bytes, the highest first.
[[nodiscard]] std::uint64_t bits_from_wire(std::string_view bytes);

}  // namespace dalia::internal::mysql
