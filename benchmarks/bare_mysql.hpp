/// The bare client: MariaDB Connector/C as a careful programmer uses it, knowing the table beforehand. Every statement
/// is prepared and its places bound once; parameters and results are binary; every result code is checked. Texts of a
/// single row lie in places of a fixed size, those of many rows are bound without a copy.
#pragma once

#include <mysql.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sample.hpp"

namespace dalia::benchmarks {

struct CloseMySql {
  void operator()(MYSQL* connection) const noexcept { mysql_close(connection); }
};
struct CloseMySqlStatement {
  void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};

/// A place for a text, bound as a parameter or as a column.
class TextPlace {
 public:
  /// @throws std::length_error for a text that does not fit.
  void set(std::string_view text);
  void set_optional(const std::optional<std::string>& text);
  [[nodiscard]] std::string_view get() const noexcept { return std::string_view(bytes_.data(), length_); }
  [[nodiscard]] std::optional<std::string> get_optional() const;
  [[nodiscard]] MYSQL_BIND bind() noexcept;

 private:
  std::array<char, 256> bytes_;
  unsigned long length_ = 0;
  my_bool is_null_ = 0;
};

/// A place for a DATETIME(6).
class InstantPlace {
 public:
  void set(Instant instant) noexcept;
  [[nodiscard]] Instant get() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return is_null_ != 0; }
  [[nodiscard]] MYSQL_BIND bind() noexcept;

 private:
  MYSQL_TIME time_{};
  my_bool is_null_ = 0;
};

[[nodiscard]] MYSQL_TIME server_time(Instant instant) noexcept;

// Places, or with an array of them the values of many rows.
[[nodiscard]] MYSQL_BIND bind_numbers(std::int64_t* numbers) noexcept;
[[nodiscard]] MYSQL_BIND bind_doubles(double* numbers) noexcept;
[[nodiscard]] MYSQL_BIND bind_flags(signed char* flags) noexcept;
/// One text, viewed.
[[nodiscard]] MYSQL_BIND bind_view(std::string_view text) noexcept;

/// The texts of many rows, viewed.
class TextColumn {
 public:
  explicit TextColumn(std::size_t rows) : texts_(rows), lengths_(rows), indicators_(rows) {}

  void set(std::size_t row, std::string_view text) noexcept;
  void set_optional(std::size_t row, const std::optional<std::string>& text) noexcept;
  [[nodiscard]] MYSQL_BIND bind() noexcept;

 private:
  std::vector<const char*> texts_;
  std::vector<unsigned long> lengths_;
  std::vector<char> indicators_;
};

/// The times of many rows. The library takes an array of pointers.
class InstantColumn {
 public:
  explicit InstantColumn(std::size_t rows);

  void set(std::size_t row, Instant instant) noexcept { times_[row] = server_time(instant); }
  [[nodiscard]] MYSQL_BIND bind() noexcept;

 private:
  std::vector<MYSQL_TIME> times_;
  std::vector<const MYSQL_TIME*> pointers_;
};

class BareMySqlStatement {
 public:
  BareMySqlStatement(MYSQL* connection, std::string_view sql);

  /// The places live as long as the statement.
  void bind_parameters(std::vector<MYSQL_BIND> places);
  /// To be called once the columns are known; for a block after each run.
  void bind_columns(std::vector<MYSQL_BIND> places);
  /// How many rows the next run takes from bound arrays.
  void set_rows(std::size_t rows);

  void execute() { check(mysql_stmt_execute(handle_.get()) == 0); }
  // The same where the connection was made for non-blocking calls: what is to be waited for, of MYSQL_WAIT_..., or 0
  // once it is done.
  [[nodiscard]] int start_execute() {
    int failed = 0;
    return checked(mysql_stmt_execute_start(&failed, handle_.get()), failed);
  }
  [[nodiscard]] int go_on_execute(int ready) {
    int failed = 0;
    return checked(mysql_stmt_execute_cont(&failed, handle_.get(), ready), failed);
  }
  /// Reads the whole result into the client's memory.
  void store() { check(mysql_stmt_store_result(handle_.get()) == 0); }
  [[nodiscard]] int start_store() {
    int failed = 0;
    return checked(mysql_stmt_store_result_start(&failed, handle_.get()), failed);
  }
  [[nodiscard]] int go_on_store(int ready) {
    int failed = 0;
    return checked(mysql_stmt_store_result_cont(&failed, handle_.get(), ready), failed);
  }
  /// Whether there was another row.
  bool fetch() {
    const int result = mysql_stmt_fetch(handle_.get());
    check(result == 0 || result == MYSQL_NO_DATA);
    return result == 0;
  }
  void free_result() { check(mysql_stmt_free_result(handle_.get()) == 0); }
  /// Reads the end of what a block answers, which may be an error.
  void finish_block();
  /// Runs it and reads the whole result, then its rows. @param read  reads the bound places into a row.
  template <class Row, class Read>
  [[nodiscard]] std::vector<Row> rows(Read read) {
    execute();
    store();
    std::vector<Row> rows(mysql_stmt_num_rows(handle_.get()));
    for (Row& row : rows) {
      check(fetch());
      read(row);
    }
    free_result();
    return rows;
  }

 private:
  void check(bool succeeded) const {
    if (!succeeded) {
      fail();
    }
  }
  /// @return what is to be waited for.
  [[nodiscard]] int checked(int wanted, int failed) const {
    check(wanted != 0 || failed == 0);
    return wanted;
  }
  [[noreturn]] void fail() const;

  std::unique_ptr<MYSQL_STMT, CloseMySqlStatement> handle_;
};

/// With the settings of dalia's sessions.
class BareMySql {
 public:
  enum class Calls { Blocking, NonBlocking };

  explicit BareMySql(const DatabaseConfig& config, Calls calls = Calls::Blocking);

  void run(std::string_view sql);
  [[nodiscard]] BareMySqlStatement prepare(std::string_view sql) { return BareMySqlStatement(handle_.get(), sql); }
  [[nodiscard]] int descriptor() const noexcept { return static_cast<int>(mysql_get_socket(handle_.get())); }

 private:
  void check(bool succeeded) const;

  std::unique_ptr<MYSQL, CloseMySql> handle_;
};

/// The places of a row: parameters of an insert, or columns of a select.
struct SamplePlaces {
  void set(const Sample& sample) {
    id = sample.id;
    set_fields(sample);
  }
  void get(Sample& sample) const {
    sample.id = id;
    get_fields(sample);
  }
  [[nodiscard]] std::vector<MYSQL_BIND> bind();
  // All but the id.
  void set_fields(const Sample& sample);
  void get_fields(Sample& sample) const;
  [[nodiscard]] std::vector<MYSQL_BIND> bind_fields();

  std::int64_t id = 0;
  TextPlace name;
  double score = 0;
  InstantPlace created;
  signed char active = 0;
  TextPlace payload;
};

/// The fields of many rows.
class FieldColumns {
 public:
  explicit FieldColumns(std::size_t rows)
      : names_(rows), scores_(rows), created_(rows), active_(rows), payloads_(rows) {}

  void set(std::size_t row, const Sample& sample) noexcept;
  [[nodiscard]] std::vector<MYSQL_BIND> bind();

 private:
  TextColumn names_;
  std::vector<double> scores_;
  InstantColumn created_;
  std::vector<signed char> active_;
  TextColumn payloads_;
};

/// Some places, then others.
[[nodiscard]] std::vector<MYSQL_BIND> joined(std::vector<MYSQL_BIND> first, const std::vector<MYSQL_BIND>& second);

/// Rows for an insert by array binding.
class SampleColumns {
 public:
  explicit SampleColumns(std::size_t rows) : ids_(rows), fields_(rows) {}

  void set(std::size_t row, const Sample& sample) noexcept {
    ids_[row] = sample.id;
    fields_.set(row, sample);
  }
  [[nodiscard]] std::vector<MYSQL_BIND> bind() { return joined({bind_numbers(ids_.data())}, fields_.bind()); }

 private:
  std::vector<std::int64_t> ids_;
  FieldColumns fields_;
};

}  // namespace dalia::benchmarks
