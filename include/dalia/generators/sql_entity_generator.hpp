/// The SQL of the entity framework in one dialect: tables, saves, reads, history. Pure text: no I/O, no session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/export.hpp"
#include "dalia/core/kinds.hpp"
#include "dalia/core/value.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia {

/// A column of an entity's table: a field with its kind.
struct EntityColumn {
  std::string name;
  Kind kind = Kind::Text;
  bool has_long_value = false;  ///< to be saved, which should cross the link once

  friend bool operator==(const EntityColumn&, const EntityColumn&) = default;
};

/// A statement that may take a parameter in several places.
struct SaveSql {
  SaveSql(std::string sql, std::vector<std::size_t> order = {}) : text(std::move(sql)), places(std::move(order)) {}

  std::string text;
  std::vector<std::size_t> places;  ///< the parameter that each place takes; empty where they stand as they are listed
};

/// One per dialect; subclass it for a new engine and override what differs. Thread-safe: all members are const.
///
/// "The columns of a row" are, in this order: id, the fields, created_at, created_by, updated_at, updated_by,
/// deleted_at, _version, _epoch, and where the engine has one its row reference (row_reference()). "The key" of a row
/// is its row reference where there is one, else its id.
///
/// A change reads the row under the lock of its transaction, computes the new one, writes it and adds the snapshot.
class DALIA_EXPORT SqlEntityGenerator {
 public:
  explicit SqlEntityGenerator(const SqlGenerator& generator) noexcept : generator_(generator) {}
  virtual ~SqlEntityGenerator();

  [[nodiscard]] const SqlGenerator& generator() const noexcept { return generator_; }
  [[nodiscard]] virtual const TransactionSql& transactions() const noexcept = 0;
  [[nodiscard]] virtual std::string column_type(Kind kind) const = 0;
  /// Name of a hidden integer column that stands for the id in the history's key, or empty.
  [[nodiscard]] virtual std::string_view row_reference() const noexcept = 0;

  // The schema.
  /// Keeps others from changing the entity's tables until the transaction ends. Empty where BEGIN has done so. One row
  /// whose first cell is 0 says that somebody else has the lock for too long.
  [[nodiscard]] virtual std::string get_lock_schema_sql(std::string_view entity) const;
  /// Keeps everybody from the entity's tables while they change, where ALTER does not do so until the end of a
  /// transaction; else empty.
  [[nodiscard]] virtual std::string get_lock_tables_sql(std::string_view entity) const;
  /// Gives up both locks, where the end of a transaction does not.
  [[nodiscard]] virtual std::vector<std::string> get_unlock_schema_sql(std::string_view entity) const;
  /// The entity under which new tables are made and their metadata written; get_publish_schema_sql then gives all of
  /// them their names at once. For engines whose DDL is no part of a transaction; else the entity itself.
  [[nodiscard]] virtual std::string name_in_making(std::string_view entity) const;
  /// Empty where the end of the transaction does it.
  [[nodiscard]] virtual std::string get_publish_schema_sql(std::string_view entity) const;
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
  /// One row: the newest changed_epoch, or null. No parameters.
  [[nodiscard]] virtual std::string get_schema_epoch_sql(std::string_view entity) const;

  // The column _extra, where Capabilities::extra_column has it.
  /// As get_schema_epoch_sql, and keeps others from changing the metadata until the transaction ends.
  [[nodiscard]] virtual std::string get_lock_metadata_sql(std::string_view entity) const;
  /// Portable SQL of an expression: the field's value in _extra, as its kind; null where it has none.
  [[nodiscard]] virtual std::string get_extra_value_sql(const EntityColumn& field) const;
  /// Moves all that is in _extra of table and history to these columns. The rows get this epoch.
  [[nodiscard]] virtual std::vector<std::string> get_settle_extra_sql(std::string_view entity,
                                                                      std::span<const EntityColumn> columns,
                                                                      std::int64_t epoch) const;
  /// As transactions(), while get_lock_tables_sql is in force.
  [[nodiscard]] virtual const TransactionSql& transactions_under_locks() const noexcept { return transactions(); }

  /// Keeps all other writers of the entity out until the transaction ends. Empty where BEGIN has done so.
  [[nodiscard]] virtual std::string get_lock_entity_sql(std::string_view entity) const;

  // Changes. Parameters: the values of `columns`, and for an update the key last.
  [[nodiscard]] virtual std::string get_insert_sql(std::string_view entity, std::span<const std::string> columns) const;
  [[nodiscard]] virtual std::string get_update_sql(std::string_view entity, std::span<const std::string> columns) const;
  /// Insert, or update where a row with the same `key` column exists. The text is portable SQL.
  /// @param values  an expression for each column: ? or a literal.
  [[nodiscard]] virtual std::string get_upsert_sql(std::string_view table, std::string_view key,
                                                   std::span<const std::string> columns,
                                                   std::span<const std::string> values) const = 0;
  /// Whether the engine gives every value of this kind back as it was stored, and never takes two that differ for the
  /// same. The answer to a save in one statement has the values of the other kinds.
  [[nodiscard]] virtual bool keeps_exactly(Kind kind) const noexcept;
  /// A whole save in one statement, where Capabilities::save_statement has one; atomic by itself. It returns of the row
  /// as it is then what the caller does not know, in this order: the fields that are not given or whose kind is not
  /// kept exactly, created_at, created_by, updated_at, updated_by, _version. That with a new id inserts. That with a
  /// present id, where Capabilities::updates_cheaper has it, takes a live row whose epoch is not newer and whose
  /// version is the expected one, if any, and updates it where a value differs. That with any id does the same, leaves
  /// such a row as it is where no value differs, and inserts one whose id was never there. Else it does nothing and
  /// returns no row: after that with any id a flow of several statements has to find out why. Parameters: id, the
  /// values of `columns`, now, the user, the epoch, history_comment, history_tx; but for a new id then the expected
  /// version or null.
  /// @param columns  those given, @param fields  all there are.
  enum class SavedId { New, Present, Any };
  [[nodiscard]] virtual SaveSql get_save_sql(std::string_view entity, SavedId id, std::span<const EntityColumn> columns,
                                             std::span<const std::string> fields) const;
  /// As get_save_sql for any id, for many ids, each of them once; where Capabilities::array_saves has it. The rows
  /// returned begin with the id and are in no order.
  /// Parameters: an array (get_array_text) of the ids, one of the values for each of `columns`, then now, the user, the
  /// epoch, history_comment, history_tx.
  [[nodiscard]] virtual std::string get_save_many_sql(std::string_view entity, std::span<const EntityColumn> columns,
                                                      std::span<const std::string> fields) const;
  /// What to bind for an array of values of one kind, some of them null. It is a value, never part of a statement.
  [[nodiscard]] virtual std::string get_array_text(std::span<const ValueRef> values) const;
  /// Parameter: the key.
  [[nodiscard]] virtual std::string get_delete_sql(std::string_view entity) const;
  /// Adds a snapshot. Parameters: the columns of the row, history_op, history_timestamp, history_user_id,
  /// history_comment, history_tx.
  [[nodiscard]] virtual std::string get_history_insert_sql(std::string_view entity,
                                                           std::span<const std::string> fields) const;
  /// Removes the snapshots up to a version. Parameters: id, version.
  [[nodiscard]] virtual std::string get_history_delete_sql(std::string_view entity) const;

  /// Whether this is the name of the key that keeps an id, or a version of an id, from being there twice: then another
  /// writer was faster. False where the lock of BEGIN lets no other writer in.
  [[nodiscard]] virtual bool is_row_key(std::string_view entity, std::string_view constraint) const;

  // Reads. All return the columns of the row.
  /// Parameter: id.
  [[nodiscard]] virtual std::string get_select_by_id_sql(std::string_view entity,
                                                         std::span<const std::string> fields) const;
  /// As get_select_by_id_sql, and locks the row until the transaction ends where the engine locks rows.
  [[nodiscard]] virtual std::string get_select_for_update_sql(std::string_view entity,
                                                              std::span<const std::string> fields) const = 0;
  /// As get_select_for_update_sql, for that many ids.
  [[nodiscard]] virtual std::string get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                                      std::size_t count) const;
  /// The text is portable SQL, translated once more as a whole.
  /// @param condition, order  portable text from the checked query; may be empty.
  /// Parameters: those of the condition, limit, offset where given.
  [[nodiscard]] virtual std::string get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                                 std::string_view condition, std::string_view order, bool has_limit,
                                                 bool has_offset) const = 0;
  /// As get_find_sql.
  [[nodiscard]] virtual std::string get_count_sql(std::string_view entity, std::string_view condition) const;

  /// Those of that many ids that have a history. Parameters: the ids.
  [[nodiscard]] virtual std::string get_used_ids_sql(std::string_view entity, std::size_t count) const;

  // History. What is written here is for engines without a row reference. Rows hold the columns of the row, then
  // history_op, history_timestamp, history_user_id, history_comment.
  /// Parameter: id. Oldest first.
  [[nodiscard]] virtual std::string get_history_sql(std::string_view entity, std::span<const std::string> fields) const;
  /// Parameters: id, version.
  [[nodiscard]] virtual std::string get_version_sql(std::string_view entity, std::span<const std::string> fields) const;
  /// Parameter: id. For an id that was removed for good: one row with its last version, that entry's history_op and
  /// history_timestamp, and where the engine has one the row reference its history is kept under; else no row.
  [[nodiscard]] virtual std::string get_closed_history_sql(std::string_view entity) const;
  /// Frees the row reference of a removed row for reuse. Parameter: row reference. Empty where there is none.
  [[nodiscard]] virtual std::string get_close_history_sql(std::string_view entity) const;
  /// Gives a created row the closed history of its id. Parameters: row reference of the row, that of the history.
  /// Empty where there is none.
  [[nodiscard]] virtual std::string get_reopen_history_sql(std::string_view entity) const;

 protected:
  [[nodiscard]] std::string_view key() const noexcept { return row_reference().empty() ? "id" : row_reference(); }
  [[nodiscard]] std::string quote(std::string_view name) const { return generator_.escape_identifier(name); }

  [[nodiscard]] std::string native(const std::string& portable) const;

 private:
  [[nodiscard]] std::string history_select(std::string_view entity, std::span<const std::string> fields) const;

  const SqlGenerator& generator_;
};

/// The one of the generator's dialect, where it is built in. It refers to `generator`.
/// @throws UsageError naming the known dialects.
[[nodiscard]] DALIA_EXPORT std::unique_ptr<SqlEntityGenerator> make_sql_entity_generator(const SqlGenerator& generator);

}  // namespace dalia
