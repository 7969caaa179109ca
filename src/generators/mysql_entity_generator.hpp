/// Entities on MariaDB and MySQL. Texts compare by their code points, and blanks at the end count, as on the other
/// engines.
///
/// DDL ends the open transaction here. So new tables are made under other names and renamed together, once their
/// metadata is written: nobody ever sees a part of them. And a table that an open transaction has used cannot change
/// before it ends: what it then saves in new fields goes into the column _extra, until they have columns of their own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"
#include "generators/mysql_generator.hpp"

namespace dalia::internal {

class MySqlEntityGenerator : public SqlEntityGenerator {
 public:
  explicit MySqlEntityGenerator(const MySqlGenerator& generator);

  [[nodiscard]] const TransactionSql& transactions() const noexcept override { return transactions_; }
  [[nodiscard]] std::string column_type(Kind kind) const override;
  [[nodiscard]] std::string_view row_reference() const noexcept override { return ""; }

  [[nodiscard]] std::string get_lock_schema_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_lock_tables_sql(std::string_view entity) const override;
  [[nodiscard]] std::vector<std::string> get_unlock_schema_sql(std::string_view entity) const override;
  [[nodiscard]] std::string name_in_making(std::string_view entity) const override;
  [[nodiscard]] std::string get_publish_schema_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_entity_names_sql() const override;
  [[nodiscard]] std::string get_existing_tables_sql() const override;
  [[nodiscard]] std::vector<std::string> get_create_schema_sql(std::string_view entity,
                                                               std::span<const EntityColumn> columns) const override;
  [[nodiscard]] std::vector<std::string> get_add_columns_sql(std::string_view entity,
                                                             std::span<const EntityColumn> columns) const override;
  [[nodiscard]] std::vector<std::string> get_widen_column_sql(std::string_view entity,
                                                              const EntityColumn& column) const override;
  [[nodiscard]] std::string get_lock_metadata_sql(std::string_view entity) const override;
  [[nodiscard]] std::string get_extra_value_sql(const EntityColumn& field) const override;
  [[nodiscard]] std::vector<std::string> get_settle_extra_sql(std::string_view entity,
                                                              std::span<const EntityColumn> columns,
                                                              std::int64_t epoch) const override;
  [[nodiscard]] const TransactionSql& transactions_under_locks() const noexcept override { return under_locks_; }
  [[nodiscard]] std::string get_upsert_sql(std::string_view table, std::string_view key,
                                           std::span<const std::string> columns,
                                           std::span<const std::string> values) const override;
  [[nodiscard]] SaveSql get_save_sql(std::string_view entity, SavedId id, std::span<const EntityColumn> columns,
                                     std::span<const std::string> fields) const override;
  [[nodiscard]] bool is_row_key(std::string_view entity, std::string_view constraint) const override;
  [[nodiscard]] std::string get_select_for_update_sql(std::string_view entity,
                                                      std::span<const std::string> fields) const override;
  [[nodiscard]] std::string get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                              std::size_t count) const override;
  [[nodiscard]] std::string get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                         std::string_view condition, std::string_view order, bool has_limit,
                                         bool has_offset) const override;

 private:
  [[nodiscard]] std::string texts_of(std::string_view type) const;
  [[nodiscard]] std::string id_type() const { return texts_of("varchar(64)"); }
  [[nodiscard]] std::string definition(const EntityColumn& column) const;

  const MySqlGenerator& mysql_;
  TransactionSql transactions_;
  TransactionSql under_locks_;
};

}  // namespace dalia::internal
