/// Cells of a result: PostgreSQL's binary and text formats as values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "connections/postgres/large_texts.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal::postgres {

/// How the cells of a column are read.
enum class Codec : std::uint8_t {
  Bool,
  Int2,
  Int4,
  Int8,
  Oid,
  Float4,
  Float8,
  Numeric,
  Text,
  Bytes,
  Date,
  Time,
  TimeWithZone,
  Timestamp,
  Interval,
  Uuid,
  Json,
  Jsonb,
  Void,
  // The rest is read from the text format only. Arrays become JSON.
  BoolArray,
  NumberArray,
  JsonArray,
  TextArray,  ///< of everything else: each item as the server prints it
  TextOnly    ///< any other type, as the server prints it
};

/// Null for types made in the database, which the catalogue must explain.
[[nodiscard]] std::optional<Codec> codec_of(Oid type) noexcept;

/// The columns of one statement's results. Instants and dates outside dalia's years 1 to 9999, and infinite ones, are
/// read as text.
class ResultColumns {
 public:
  void set(std::vector<Codec> codecs);
  /// For PQsendQueryPrepared: 1 is binary, possible where every column has a binary form that dalia reads.
  [[nodiscard]] int format() const noexcept { return is_binary_ ? 1 : 0; }
  [[nodiscard]] std::size_t size() const noexcept { return codecs_.size(); }

  /// Frees the memory of large cells; ends the views of the last row.
  void release() noexcept { release_large(texts_); }

  /// Views of the result and of this object; valid until the next row.
  /// @throws UsageError for what cannot be read, naming the column.
  void read(const PGresult* result, int row, std::span<ValueRef> cells);

 private:
  [[nodiscard]] ValueRef read_binary(std::size_t column, std::string_view bytes);
  [[nodiscard]] ValueRef read_text(std::size_t column, std::string_view text);
  [[nodiscard]] ValueRef keep(std::size_t column, Kind kind, std::string text);
  [[nodiscard]] ValueRef keep_json(std::size_t column, std::string_view json);

  std::vector<Codec> codecs_;
  std::vector<std::string> texts_;  ///< cells that had to be written anew
  bool is_binary_ = true;
};

/// From the base 10000 format: "-12.5"; "NaN" and "Infinity" as they are.
[[nodiscard]] std::string numeric_text(std::string_view bytes);
/// ISO 8601: "P1Y2M3DT4H5M6.789S".
[[nodiscard]] std::string interval_text(std::int64_t microseconds, std::int32_t days, std::int32_t months);
/// {1,NULL,2} becomes [1,null,2].
/// @param codec  one of the arrays.
[[nodiscard]] std::string array_json(std::string_view literal, Codec codec);

}  // namespace dalia::internal::postgres
