/// Schema: what is known of one entity's tables, with the statements that follow from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dalia/core/executor.hpp"
#include "dalia/core/field_names.hpp"
#include "dalia/entity/entity_schema.hpp"
#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia::internal {

inline constexpr std::int64_t first_epoch = 1;

/// Thrown where rows or tables are those of another schema than the one at hand; the flow starts again with that one.
struct StaleSchema {};

/// Immutable; shared by connections. Thread-safe.
class Schema {
 public:
  struct Statements {
    StatementText select_by_id;
    StatementText select_for_update;
    StatementText history_insert;
    StatementText history;
    StatementText version;
    StatementText change_deleted_at;  ///< parameters: deleted_at, updated_at, updated_by, _version, _epoch, key
    StatementText continue_row;       ///< parameters: created_at, updated_at, _version, key
    StatementText remove;
    StatementText history_delete;
    StatementText closed_history;
    StatementText close_history;
    StatementText reopen_history;
    StatementText epoch;
    StatementText lock_entity;  ///< empty where BEGIN does it
  };

  Schema(const SqlEntityGenerator& generator, std::string entity, std::int64_t epoch, std::vector<EntityField> fields);

  [[nodiscard]] const std::string& entity() const noexcept { return entity_; }
  /// Grows with every change of the fields; each row carries the one its writer knew.
  [[nodiscard]] std::int64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] const std::vector<EntityField>& fields() const noexcept { return fields_; }
  /// Null where the entity has no such field. Case does not count.
  [[nodiscard]] const EntityField* find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);
  /// Place of the field among column_names(), for an extra field that of _extra; no_column for a field seen only as
  /// null.
  [[nodiscard]] std::size_t column_of(const EntityField& field) const noexcept {
    return columns_[static_cast<std::size_t>(&field - fields_.data())];
  }
  /// Place of _extra among column_names(); no_column where no field is extra.
  [[nodiscard]] std::size_t extra_column() const noexcept { return extra_column_; }
  [[nodiscard]] bool has_extra() const noexcept { return extra_column_ != no_column; }
  /// What stands for the field in portable SQL; it has a kind.
  [[nodiscard]] std::string expression_of(const EntityField& field) const;
  /// Names of the fields that have a column, in order of appearance, and _extra where it is in use.
  [[nodiscard]] const std::vector<std::string>& column_names() const noexcept { return column_names_; }
  [[nodiscard]] Kind column_kind(std::size_t column) const noexcept { return column_kinds_[column]; }

  /// Of the entities this schema reads: id, all fields, system columns without _epoch.
  [[nodiscard]] const SharedFieldNames& row_names() const noexcept { return row_names_; }
  /// The same with version and the history columns.
  [[nodiscard]] const SharedFieldNames& history_names() const noexcept { return history_names_; }
  [[nodiscard]] const Statements& statements() const noexcept { return statements_; }

  // Places in the rows of statements ("the columns of a row").
  [[nodiscard]] std::size_t system_column(std::size_t index) const noexcept { return 1 + column_names_.size() + index; }
  [[nodiscard]] std::size_t created_at_cell() const noexcept { return system_column(0); }
  [[nodiscard]] std::size_t created_by_cell() const noexcept { return system_column(1); }
  [[nodiscard]] std::size_t updated_by_cell() const noexcept { return system_column(3); }
  [[nodiscard]] std::size_t updated_at_cell() const noexcept { return system_column(2); }
  [[nodiscard]] std::size_t deleted_at_cell() const noexcept { return system_column(4); }
  [[nodiscard]] std::size_t version_cell() const noexcept { return system_column(5); }
  [[nodiscard]] std::size_t epoch_cell() const noexcept { return system_column(6); }
  /// Only where the generator has a row reference.
  [[nodiscard]] std::size_t reference_cell() const noexcept { return system_column(7); }
  /// Of the key of a row: its row reference, or its id.
  [[nodiscard]] std::size_t key_cell() const noexcept { return has_reference_ ? reference_cell() : 0; }
  [[nodiscard]] std::size_t row_width() const noexcept { return system_column(7) + (has_reference_ ? 1 : 0); }
  [[nodiscard]] bool has_reference() const noexcept { return has_reference_; }

 private:
  void add_extra_column(const SqlEntityGenerator& generator);

  std::string entity_;
  std::int64_t epoch_;
  std::vector<EntityField> fields_;
  std::unordered_map<std::string, std::size_t> places_;  ///< folded name -> place in fields_
  std::vector<std::size_t> columns_;                     ///< for each field its column
  std::vector<std::string> column_names_;
  std::vector<Kind> column_kinds_;
  std::size_t extra_column_ = no_column;
  std::unordered_map<std::size_t, std::string> extra_expressions_;  ///< place in fields_ -> portable SQL
  SharedFieldNames row_names_;
  SharedFieldNames history_names_;
  bool has_reference_;
  Statements statements_;
};

}  // namespace dalia::internal
