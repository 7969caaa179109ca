/// One prepared statement of an SQLite session.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "connections/sqlite/handles.hpp"
#include "connections/sqlite/types.hpp"
#include "dalia/connections/session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal::sqlite {

class Statement final : public PreparedStatement {
 public:
  /// Where the current run stands. FirstRow: stepped to, not yet read.
  enum class Phase : std::uint8_t { Idle, FirstRow, Reading, Done };

  explicit Statement(StatementHandle handle);

  [[nodiscard]] sqlite3_stmt* get() const noexcept { return handle_.get(); }
  [[nodiscard]] const char* text() const noexcept { return sqlite3_sql(handle_.get()); }
  /// Whether it may write to the database; such statements take turns.
  [[nodiscard]] bool writes() const noexcept { return writes_; }
  /// Whether it is an INSERT, UPDATE or DELETE, which alone count rows.
  [[nodiscard]] bool counts_rows() const noexcept { return counts_rows_; }
  [[nodiscard]] bool inserts() const noexcept { return inserts_; }

  /// @throws UsageError for a wrong number, NUL in a text, a double that is not finite.
  /// @return an SQLite result code.
  [[nodiscard]] int bind(std::span<const ValueRef> parameters);
  /// Views the row the statement stands on.
  void read_row(std::span<ValueRef> cells) noexcept;
  /// Looks the columns up again where SQLite had to prepare the statement again. After the first step.
  void refresh_columns() {
    if (sqlite3_stmt_status(get(), SQLITE_STMTSTATUS_REPREPARE, 0) != reprepared_) {
      look_up_columns();
    }
  }

  Phase phase = Phase::Idle;
  bool holds_turn = false;  ///< counted by the session as a statement that is writing
  bool began_in_transaction = false;
  Deadline deadline;

 private:
  void look_up_columns();
  [[nodiscard]] int bind_one(int index, const ValueRef& value);
  [[nodiscard]] int bind_written(int index, const ValueRef& value);

  StatementHandle handle_;
  bool writes_ = false;
  bool counts_rows_ = false;
  bool inserts_ = false;
  int reprepared_ = 0;
  std::vector<Kind> declared_;                           ///< one for each column
  std::vector<std::array<char, 16>> uuids_;              ///< one for each column where any is a uuid
  std::vector<std::array<char, longest_text>> written_;  ///< one for each parameter, once one is written as text
};

}  // namespace dalia::internal::sqlite
