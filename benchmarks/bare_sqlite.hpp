/// The bare client: the SQLite C API as a careful programmer uses it, knowing the table beforehand. Every statement is
/// prepared once; texts are bound without a copy; result codes are checked; the kind of a NOT NULL column is not.
#pragma once

#include <sqlite3.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "sample.hpp"

namespace dalia::benchmarks {

struct CloseDatabase {
  void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using BareHandle = std::unique_ptr<sqlite3, CloseDatabase>;
using BareStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// YYYY-MM-DDTHH:MM:SS.ffffffZ, as dalia stores an instant on SQLite.
using InstantText = std::array<char, 27>;
void write_instant(Instant instant, InstantText& text) noexcept;
[[nodiscard]] Instant read_instant(const char* text, int size);

[[noreturn]] void fail(sqlite3* database, int code);
inline void check(sqlite3_stmt* statement, int code, int expected = SQLITE_OK) {
  if (code != expected) {
    fail(sqlite3_db_handle(statement), code);
  }
}

/// Opened with the settings of dalia's sessions, apart from the progress handler that enforces its time limits.
class BareDatabase {
 public:
  explicit BareDatabase(const std::string& file);

  [[nodiscard]] BareStatement prepare(std::string_view sql);
  void run(const char* sql);
  [[nodiscard]] sqlite3* get() const noexcept { return handle_.get(); }

 private:
  BareHandle handle_;
};

/// For a statement without rows.
inline void run_to_end(sqlite3_stmt* statement) {
  const int stepped = sqlite3_step(statement);
  sqlite3_reset(statement);
  check(statement, stepped, SQLITE_DONE);
}

inline void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  check(statement, sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
}

[[nodiscard]] inline std::string_view column_text(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

/// Binds from parameter `first` on. `created` takes the text of the instant; both must live until the reset.
void bind_sample(sqlite3_stmt* statement, int first, const Sample& sample, InstantText& created);
void read_sample(sqlite3_stmt* statement, Sample& sample);

/// Creates the table of samples and fills it with ids 1 ... rows.
void fill_samples(const std::string& file, std::size_t rows);

}  // namespace dalia::benchmarks
