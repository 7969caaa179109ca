/// The bare client: libpq as a careful programmer uses it, knowing the table beforehand. Every statement is prepared
/// once; parameters and results are binary; texts are bound without a copy; every result is checked; the type of a
/// NOT NULL column is not.
#pragma once

#include <endian.h>
#include <libpq-fe.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sample.hpp"

namespace dalia::benchmarks {

struct FinishConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct ClearBareResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using BareResult = std::unique_ptr<PGresult, ClearBareResult>;

/// PostgreSQL counts from 2000-01-01.
inline constexpr std::int64_t postgres_epoch = 946'684'800'000'000;

/// In network byte order.
inline void write_number(char* out, std::int64_t number) noexcept {
  const std::uint64_t ordered = htobe64(static_cast<std::uint64_t>(number));
  std::memcpy(out, &ordered, sizeof ordered);
}
[[nodiscard]] inline std::int64_t read_number(const char* bytes) noexcept {
  std::uint64_t ordered = 0;
  std::memcpy(&ordered, bytes, sizeof ordered);
  return static_cast<std::int64_t>(be64toh(ordered));
}
[[nodiscard]] inline std::int64_t wire_instant(Instant instant) noexcept {
  return instant.time_since_epoch().count() - postgres_epoch;
}

/// Binary parameters; texts are viewed.
class BareParameters {
 public:
  explicit BareParameters(std::size_t count) : values_(count), lengths_(count), formats_(count, 1), fixed_(count) {}

  void set_number(std::size_t index, std::int64_t number) {
    write_number(fixed_[index].data(), number);
    set(index, fixed_[index].data(), sizeof number);
  }
  void set_double(std::size_t index, double number) { set_number(index, std::bit_cast<std::int64_t>(number)); }
  void set_instant(std::size_t index, Instant instant) { set_number(index, wire_instant(instant)); }
  void set_bool(std::size_t index, bool value) {
    fixed_[index][0] = value ? 1 : 0;
    set(index, fixed_[index].data(), 1);
  }
  /// A text, or whatever is binary already.
  void set_bytes(std::size_t index, std::string_view bytes) { set(index, bytes.data(), bytes.size()); }
  void set_null(std::size_t index) { set(index, nullptr, 0); }
  /// @param copy  takes the binary form: a version byte comes first.
  void set_json(std::size_t index, std::string_view json, std::string& copy) {
    copy.assign(1, '\1');
    copy += json;
    set_bytes(index, copy);
  }

  [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  void set(std::size_t index, const char* value, std::size_t size) {
    values_[index] = value;
    lengths_[index] = static_cast<int>(size);
  }

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> fixed_;
};

/// With the settings of dalia's sessions.
class BareConnection {
 public:
  explicit BareConnection(const std::string& url);

  void run(const std::string& sql);
  void prepare(const char* name, const std::string& sql);
  [[nodiscard]] BareResult execute(const char* name, const BareParameters& parameters,
                                   ExecStatusType expected = PGRES_TUPLES_OK);
  /// Without waiting for the result.
  void send(const char* name, const BareParameters& parameters);
  /// The next result, null at the end of a statement's results.
  [[nodiscard]] BareResult next(ExecStatusType expected);

  void check(int success) const {
    if (success != 1) {
      fail();
    }
  }
  [[nodiscard]] PGconn* get() const noexcept { return handle_.get(); }

 private:
  [[noreturn]] void fail() const;
  void check(const PGresult* result, ExecStatusType expected) const;

  std::unique_ptr<PGconn, FinishConnection> handle_;
};

[[nodiscard]] inline std::string_view cell(const PGresult* result, int row, int column) noexcept {
  return std::string_view(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
}
[[nodiscard]] inline std::int64_t number_cell(const PGresult* result, int row, int column) noexcept {
  return read_number(PQgetvalue(result, row, column));
}
[[nodiscard]] inline Instant instant_cell(const PGresult* result, int row, int column) noexcept {
  return Instant(std::chrono::microseconds(number_cell(result, row, column) + postgres_epoch));
}

/// Sets the six parameters from `first` on. @param payload  must live until they are sent.
void bind_sample(BareParameters& parameters, std::size_t first, const Sample& sample, std::string& payload);
/// Name, score, created, active and payload from column 1 on, as a sample and a person have them.
inline void read_fields(const PGresult* result, int row, Sample& sample) {
  sample.name = cell(result, row, 1);
  sample.score = std::bit_cast<double>(number_cell(result, row, 2));
  sample.created = instant_cell(result, row, 3);
  sample.active = PQgetvalue(result, row, 4)[0] != 0;
  sample.payload = cell(result, row, 5).substr(1);
}
inline void read_sample(const PGresult* result, int row, Sample& sample) {
  sample.id = number_cell(result, row, 0);
  read_fields(result, row, sample);
}

/// Loads by COPY in binary format.
void copy_samples(BareConnection& connection, const Sample* samples, std::size_t count);
/// Creates the table of samples and fills it with ids 1 ... rows.
void fill_samples(const std::string& url, std::size_t rows);

}  // namespace dalia::benchmarks
