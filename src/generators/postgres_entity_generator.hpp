/// Entities on PostgreSQL. Texts compare by their bytes (COLLATE "C"), as on the other engines.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia::internal {

class PostgresEntityGenerator : public SqlEntityGenerator {
 public:
  explicit PostgresEntityGenerator(const SqlGenerator& generator);

  [[nodiscard]] const TransactionSql& transactions() const noexcept override { return transactions_; }
  [[nodiscard]] std::string column_type(Kind kind) const override;
  [[nodiscard]] std::string_view row_reference() const noexcept override { return ""; }

  [[nodiscard]] std::string get_lock_schema_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_lock_entity_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_entity_names_sql() const override;
  [[nodiscard]] std::string get_existing_tables_sql() const override;
  [[nodiscard]] std::vector<std::string> get_create_schema_sql(std::string_view entity,
                                                               std::span<const EntityColumn> columns) const override;
  [[nodiscard]] std::vector<std::string> get_widen_column_sql(std::string_view entity,
                                                              const EntityColumn& column) const override;
  [[nodiscard]] bool keeps_exactly(Kind kind) const noexcept override;
  [[nodiscard]] SaveSql get_save_sql(std::string_view entity, SavedId id, std::span<const EntityColumn> columns,
                                     std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_save_many_sql(std::string_view entity, std::span<const EntityColumn> columns,
                                              std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_array_text(std::span<const ValueRef> values) const override;
  [[nodiscard]] std::string get_upsert_sql(std::string_view table, std::string_view key,
                                           std::span<const std::string> columns,
                                           std::span<const std::string> values) const override;
  [[nodiscard]] bool is_row_key(std::string_view entity, std::string_view constraint) const override;
  [[nodiscard]] std::string get_select_for_update_sql(std::string_view entity,
                                                      std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                              std::size_t count) const override;
  [[nodiscard]] std::string get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                         std::string_view condition, std::string_view order, bool has_limit,
                                         bool has_offset) const override;

 private:
  [[nodiscard]] std::string difference(const EntityColumn& column, const std::string& value) const;
  [[nodiscard]] std::string snapshot_of_saved(std::string_view entity, std::span<const std::string> fields,
                                              std::string_view operation, std::string_view comment,
                                              std::string_view transaction) const;

  TransactionSql transactions_;
};

}  // namespace dalia::internal
