/// The SQL of the entity framework in one dialect: tables, saves, reads, history. Pure text: no I/O, no session.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/export.hpp"
#include "dalia/core/kinds.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia {

/// A column of an entity's table: a field with its kind.
struct EntityColumn {
  std::string name;
  Kind kind = Kind::Text;

  friend bool operator==(const EntityColumn&, const EntityColumn&) = default;
};

/// One per dialect; subclass it for a new engine and override what differs. Thread-safe: all members are const.
///
/// Parameters are bound in the order each function states. "The columns of a row" are, in this order: id, the fields,
/// created_at, created_by, updated_at, updated_by, deleted_at, _version, _epoch, and where the engine has one its row
/// reference (row_reference()).
class DALIA_EXPORT SqlEntityGenerator {
 public:
  /// What may vary between two saves of one entity.
  struct SaveShape {
    std::span<const std::string> fields;  ///< those given
    bool checks_version = false;          ///< expected_version is bound last
    bool revives = false;
  };

  explicit SqlEntityGenerator(const SqlGenerator& generator) noexcept : generator_(generator) {}
  virtual ~SqlEntityGenerator();

  [[nodiscard]] const SqlGenerator& generator() const noexcept { return generator_; }
  [[nodiscard]] virtual const TransactionSql& transactions() const noexcept = 0;
  [[nodiscard]] virtual std::string column_type(Kind kind) const = 0;
  /// Name of a hidden integer column that stands for the id in the history's key, or empty.
  [[nodiscard]] virtual std::string_view row_reference() const noexcept = 0;

  // The schema.
  /// One row for each entity table there is: its name. No parameters.
  [[nodiscard]] virtual std::string get_entity_names_sql() const = 0;
  /// The names of those of the entity's three tables (and of views under these names) that exist.
  /// Parameters: name of the table, of the metadata table, of the history table.
  [[nodiscard]] virtual std::string get_existing_tables_sql() const = 0;
  /// Rows: field, kind, serializer, since_epoch, changed_epoch, in order of appearance. No parameters.
  [[nodiscard]] virtual std::string get_metadata_sql(std::string_view entity) const;
  /// Creates table, metadata and history with these columns; safe to run where some exist.
  [[nodiscard]] virtual std::vector<std::string> get_create_schema_sql(std::string_view entity,
                                                                       std::span<const EntityColumn> columns) const = 0;
  /// Adds the columns to table and history.
  [[nodiscard]] virtual std::vector<std::string> get_add_columns_sql(std::string_view entity,
                                                                     std::span<const EntityColumn> columns) const;
  /// Widens a column of table and history without loss (int64 to double or decimal); may be empty.
  [[nodiscard]] virtual std::vector<std::string> get_widen_column_sql(std::string_view entity,
                                                                      const EntityColumn& column) const = 0;
  /// A row where the column holds an integer that a double cannot hold exactly. No parameters.
  [[nodiscard]] virtual std::string get_inexact_integers_sql(std::string_view entity, std::string_view column) const;
  /// Records a field. Parameters: field, kind, serializer, since_epoch, changed_epoch.
  [[nodiscard]] virtual std::string get_metadata_upsert_sql(std::string_view entity) const = 0;

  // Saves.
  /// Insert of an id that does not exist. Parameters: id, fields, time, user, epoch. Returns the columns of the row.
  [[nodiscard]] virtual std::string get_insert_sql(std::string_view entity, std::span<const std::string> fields,
                                                   std::span<const std::string> all_fields) const = 0;
  /// Insert or merge. Parameters as of the insert, then the expected version where the shape checks it; then it only
  /// updates. Returns the columns of the row, or no row where nothing changed, the row is soft-deleted (unless the
  /// shape revives) or the version differs.
  [[nodiscard]] virtual std::string get_upsert_sql(std::string_view entity, const SaveShape& shape,
                                                   std::span<const std::string> all_fields) const = 0;
  /// Adds a snapshot. Parameters: the columns of the row, history_op, history_timestamp, history_user_id,
  /// history_comment, history_tx.
  [[nodiscard]] virtual std::string get_history_insert_sql(std::string_view entity,
                                                           std::span<const std::string> all_fields) const;

  // Reads. All return the columns of the row.
  [[nodiscard]] virtual std::string get_select_by_id_sql(std::string_view entity,
                                                         std::span<const std::string> all_fields) const;
  /// The text is portable SQL, translated once more as a whole.
  /// @param condition, order  portable text from the checked query; may be empty.
  /// Parameters: those of the condition, limit, offset where given.
  [[nodiscard]] virtual std::string get_find_sql(std::string_view entity, std::span<const std::string> all_fields,
                                                 std::string_view condition, std::string_view order, bool has_limit,
                                                 bool has_offset) const = 0;
  /// As get_find_sql.
  [[nodiscard]] virtual std::string get_count_sql(std::string_view entity, std::string_view condition) const;

  // Deletes. Parameters: id, time, user, epoch. Return the columns of the changed row, or no row.
  [[nodiscard]] virtual std::string get_soft_delete_sql(std::string_view entity,
                                                        std::span<const std::string> all_fields) const = 0;
  [[nodiscard]] virtual std::string get_restore_sql(std::string_view entity,
                                                    std::span<const std::string> all_fields) const = 0;
  /// Parameter: id. Returns the columns of the removed row.
  [[nodiscard]] virtual std::string get_hard_delete_sql(std::string_view entity,
                                                        std::span<const std::string> all_fields) const = 0;
  /// Removes every snapshot. Parameter: id.
  [[nodiscard]] virtual std::string get_history_delete_sql(std::string_view entity) const = 0;

  // History. Rows hold the columns of the row, then history_op, history_timestamp, history_user_id, history_comment.
  /// Parameter: id. Oldest first.
  [[nodiscard]] virtual std::string get_history_sql(std::string_view entity,
                                                    std::span<const std::string> all_fields) const = 0;
  /// Parameters: id, version.
  [[nodiscard]] virtual std::string get_version_sql(std::string_view entity,
                                                    std::span<const std::string> all_fields) const = 0;
  /// Parameter: id. For an id that was removed for good: one row with its last version, that entry's history_op, and
  /// where the engine has one the row reference its history is kept under; else no row.
  [[nodiscard]] virtual std::string get_closed_history_sql(std::string_view entity) const = 0;
  /// Frees the row reference of a removed row for reuse. Parameter: row reference. Empty where there is none.
  [[nodiscard]] virtual std::string get_close_history_sql(std::string_view entity) const = 0;
  /// Joins a created row to the closed history of its id. Parameters: row reference of the row, last version; and
  /// for the second statement: row reference of the row, that of the closed history.
  [[nodiscard]] virtual std::vector<std::string> get_reopen_history_sql(
      std::string_view entity, std::span<const std::string> all_fields) const = 0;

 protected:
  [[nodiscard]] std::string quote(std::string_view name) const { return generator_.escape_identifier(name); }

 private:
  const SqlGenerator& generator_;
};

}  // namespace dalia
