/// MySqlSaveBlock: a whole save on MariaDB as one prepared block of statements.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia::internal {

/// A block has a transaction of its own (MariaDB manual, "BEGIN END", "Using Compound Statements Outside of Stored
/// Programs"; it can be prepared since 10.6). Where a statement fails, the handler rolls back and passes the error on;
/// a KILL QUERY goes past it, and leaves the transaction open.
///
/// The server's time is what a save costs, and measured with 10.11 it goes by the number of statements that touch a
/// table, then by the variables declared. So parameters stand in several places, and only long values, which should
/// cross the link once, have variables; what the history needs of the row is noted in user variables by the UPDATE.
class MySqlSaveBlock {
 public:
  /// The arguments are those of SqlEntityGenerator::get_save_sql().
  MySqlSaveBlock(const SqlEntityGenerator& generator, std::string_view entity, std::span<const EntityColumn> columns,
                 std::span<const std::string> fields);

  /// For a new id.
  [[nodiscard]] SaveSql insert() const;
  /// For any id.
  [[nodiscard]] SaveSql insert_or_update() const;

 private:
  [[nodiscard]] SaveSql block(std::string_view steps) const;
  [[nodiscard]] std::string insert_row() const;
  [[nodiscard]] std::string update_row() const;
  [[nodiscard]] std::string add_snapshot_of_insert() const;
  [[nodiscard]] std::string add_snapshot_of_update() const;
  [[nodiscard]] std::string add_snapshot(std::string_view operation, std::string_view change) const;

  bool is_whole_;  ///< all fields are given
  std::string table_;
  std::string history_;
  std::string row_;  ///< columns
  std::string answer_;
  std::string given_;  ///< each with a comma behind it, as are the values
  std::string values_;
  std::string changes_;  ///< each with a comma before it
  std::string is_same_;
  std::string variables_;
  // Parameters.
  std::string id_ = "?0";
  std::string now_;
  std::string user_;
  std::string epoch_;
  std::string comment_;
  std::string transaction_;
  std::string expected_;
};

}  // namespace dalia::internal
