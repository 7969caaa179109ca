/// Entities on SQLite.
///
/// The history is keyed by (_rid, _version), an integer pair, instead of (id, _version): about three times as many
/// saves a second as with the id in the key. _rid is the rowid of the main table. When a row is removed for good its
/// history moves to a negative _rid of its own, so that SQLite may give the freed rowid to another row; a partial index
/// finds it again by id.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia::internal {

class SqliteEntityGenerator : public SqlEntityGenerator {
 public:
  explicit SqliteEntityGenerator(const SqlGenerator& generator);

  [[nodiscard]] const TransactionSql& transactions() const noexcept override { return transactions_; }
  [[nodiscard]] std::string column_type(Kind kind) const override;
  [[nodiscard]] std::string_view row_reference() const noexcept override { return "_rid"; }

  [[nodiscard]] std::string get_entity_names_sql() const override;
  [[nodiscard]] std::string get_existing_tables_sql() const override;
  [[nodiscard]] std::vector<std::string> get_create_schema_sql(std::string_view entity,
                                                               std::span<const EntityColumn> columns) const override;
  [[nodiscard]] std::vector<std::string> get_widen_column_sql(std::string_view entity,
                                                              const EntityColumn& column) const override;
  [[nodiscard]] std::string get_upsert_sql(std::string_view table, std::string_view key,
                                           std::span<const std::string> columns,
                                           std::span<const std::string> values) const override;
  [[nodiscard]] std::string get_history_delete_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_select_by_id_sql(std::string_view entity,
                                                 std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_select_for_update_sql(std::string_view entity,
                                                      std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                         std::string_view condition, std::string_view order, bool has_limit,
                                         bool has_offset) const override;
  [[nodiscard]] std::string get_history_sql(std::string_view entity,
                                            std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_version_sql(std::string_view entity,
                                            std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_closed_history_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_close_history_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_reopen_history_sql(std::string_view entity) const override;

 private:
  [[nodiscard]] std::string read_list(std::span<const std::string> columns) const;
  [[nodiscard]] std::string history_select(std::string_view entity, std::span<const std::string> fields) const;
  [[nodiscard]] std::string history_reference(std::string_view entity) const;

  TransactionSql transactions_;
};

}  // namespace dalia::internal
