#include "dalia/generators/sql_entity_generator.hpp"

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "generators/entity_columns.hpp"
#include "generators/mysql_entity_generator.hpp"
#include "generators/mysql_generator.hpp"
#include "generators/postgres_entity_generator.hpp"
#include "generators/sqlite_entity_generator.hpp"

namespace dalia {

using internal::column_list;
using internal::history_table;
using internal::metadata_table;
using internal::placeholders;

SqlEntityGenerator::~SqlEntityGenerator() = default;

std::string SqlEntityGenerator::get_lock_schema_sql(std::string_view) const {
  return std::string();
}

std::string SqlEntityGenerator::get_lock_entity_sql(std::string_view) const {
  return std::string();
}

std::string SqlEntityGenerator::get_lock_tables_sql(std::string_view) const {
  return std::string();
}

std::vector<std::string> SqlEntityGenerator::get_unlock_schema_sql(std::string_view) const {
  return {};
}

std::string SqlEntityGenerator::name_in_making(std::string_view entity) const {
  return std::string(entity);
}

std::string SqlEntityGenerator::get_publish_schema_sql(std::string_view) const {
  return std::string();
}

std::string SqlEntityGenerator::get_metadata_sql(std::string_view entity) const {
  return fmt::format("SELECT {}, {}, {}, {}, {} FROM {} ORDER BY {}", quote("field"), quote("kind"),
                     quote("serializer"), quote("since_epoch"), quote("changed_epoch"), quote(metadata_table(entity)),
                     quote("position"));
}

std::vector<std::string> SqlEntityGenerator::get_add_columns_sql(std::string_view entity,
                                                                 std::span<const EntityColumn> columns) const {
  std::vector<std::string> statements;
  for (const EntityColumn& column : columns) {
    for (const std::string& table : {std::string(entity), history_table(entity)}) {
      statements.push_back(
          fmt::format("ALTER TABLE {} ADD COLUMN {} {}", quote(table), quote(column.name), column_type(column.kind)));
    }
  }
  return statements;
}

std::string SqlEntityGenerator::get_inexact_integers_sql(std::string_view entity, std::string_view column) const {
  const std::string name = quote(column);
  const auto inexact = [&](const std::string& table) {
    return fmt::format("SELECT 1 FROM {} WHERE {} NOT BETWEEN -9007199254740992 AND 9007199254740992", quote(table),
                       name);
  };
  return fmt::format("{} UNION ALL {} LIMIT 1", inexact(std::string(entity)), inexact(history_table(entity)));
}

std::string SqlEntityGenerator::get_schema_epoch_sql(std::string_view entity) const {
  return fmt::format("SELECT max({}) FROM {}", quote("changed_epoch"), quote(metadata_table(entity)));
}

std::string SqlEntityGenerator::get_lock_metadata_sql(std::string_view entity) const {
  return get_schema_epoch_sql(entity);
}

std::string SqlEntityGenerator::get_extra_value_sql(const EntityColumn& /*field*/) const {
  throw UsageError("the generator's tables have no column _extra; see Capabilities::extra_column");
}

std::vector<std::string> SqlEntityGenerator::get_settle_extra_sql(std::string_view /*entity*/,
                                                                  std::span<const EntityColumn> /*columns*/,
                                                                  std::int64_t /*epoch*/) const {
  return {};
}

std::string SqlEntityGenerator::get_insert_sql(std::string_view entity, std::span<const std::string> columns) const {
  return native(fmt::format("INSERT INTO {} ({}) VALUES ({})", quote(entity), column_list(generator_, columns),
                            placeholders(columns.size())));
}

bool SqlEntityGenerator::keeps_exactly(Kind kind) const noexcept {
  return kind != Kind::Decimal;  // 1.50 comes back as 1.5
}

SaveSql SqlEntityGenerator::get_save_sql(std::string_view /*entity*/, SavedId /*id*/,
                                         std::span<const EntityColumn> /*columns*/,
                                         std::span<const std::string> /*fields*/) const {
  throw UsageError("the generator has no statement that saves a whole entity; see Capabilities::save_statement");
}

std::string SqlEntityGenerator::get_save_many_sql(std::string_view /*entity*/,
                                                  std::span<const EntityColumn> /*columns*/,
                                                  std::span<const std::string> /*fields*/) const {
  throw UsageError("the generator has no statement that saves many entities; see Capabilities::array_saves");
}

std::string SqlEntityGenerator::get_array_text(std::span<const ValueRef> /*values*/) const {
  throw UsageError("the generator knows no arrays; see Capabilities::array_saves");
}

std::string SqlEntityGenerator::get_update_sql(std::string_view entity, std::span<const std::string> columns) const {
  return native(fmt::format("UPDATE {} SET {} = ? WHERE {} = ?", quote(entity),
                            column_list(generator_, columns, " = ?, "), quote(key())));
}

std::string SqlEntityGenerator::get_delete_sql(std::string_view entity) const {
  return native(fmt::format("DELETE FROM {} WHERE {} = ?", quote(entity), quote(key())));
}

std::string SqlEntityGenerator::get_history_insert_sql(std::string_view entity,
                                                       std::span<const std::string> fields) const {
  return get_insert_sql(history_table(entity), internal::history_insert_columns(*this, fields));
}

std::string SqlEntityGenerator::get_history_delete_sql(std::string_view entity) const {
  return native(fmt::format("DELETE FROM {} WHERE {} = ? AND {} <= ?", quote(history_table(entity)), quote("id"),
                            quote("_version")));
}

/// Portable.
std::string SqlEntityGenerator::history_select(std::string_view entity, std::span<const std::string> fields) const {
  return fmt::format("SELECT {} FROM {} WHERE {} = ?",
                     column_list(generator_, internal::history_read_columns(*this, fields)),
                     quote(history_table(entity)), quote("id"));
}

std::string SqlEntityGenerator::get_history_sql(std::string_view entity, std::span<const std::string> fields) const {
  return native(fmt::format("{} ORDER BY {}", history_select(entity, fields), quote("_version")));
}

std::string SqlEntityGenerator::get_version_sql(std::string_view entity, std::span<const std::string> fields) const {
  return native(fmt::format("{} AND {} = ?", history_select(entity, fields), quote("_version")));
}

std::string SqlEntityGenerator::get_closed_history_sql(std::string_view entity) const {
  return native(fmt::format(
      "SELECT {0}, {1}, {2} FROM {3} WHERE {4} = ? AND {1} IN ('hard_delete', 'erase') "
      "ORDER BY {0} DESC LIMIT 1",
      quote("_version"), quote("history_op"), quote("history_timestamp"), quote(history_table(entity)), quote("id")));
}

std::string SqlEntityGenerator::get_close_history_sql(std::string_view) const {
  return std::string();
}

std::string SqlEntityGenerator::get_reopen_history_sql(std::string_view) const {
  return std::string();
}

bool SqlEntityGenerator::is_row_key(std::string_view, std::string_view) const {
  return false;
}

std::string SqlEntityGenerator::get_select_by_id_sql(std::string_view entity,
                                                     std::span<const std::string> fields) const {
  return native(fmt::format("SELECT {} FROM {} WHERE {} = ?",
                            column_list(generator_, internal::row_columns(*this, fields)), quote(entity), quote("id")));
}

std::string SqlEntityGenerator::get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                                  std::size_t count) const {
  return native(fmt::format("SELECT {} FROM {} WHERE {} IN ({})",
                            column_list(generator_, internal::row_columns(*this, fields)), quote(entity), quote("id"),
                            placeholders(count)));
}

std::string SqlEntityGenerator::get_used_ids_sql(std::string_view entity, std::size_t count) const {
  return native(fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IN ({2})", quote("id"),
                            quote(history_table(entity)), placeholders(count)));
}

std::string SqlEntityGenerator::get_count_sql(std::string_view entity, std::string_view condition) const {
  return fmt::format("SELECT count(*) FROM {}{}{}", quote(entity), condition.empty() ? "" : " WHERE ", condition);
}

std::unique_ptr<SqlEntityGenerator> make_sql_entity_generator(const SqlGenerator& generator) {
  if (generator.dialect() == "sqlite") {
    return std::make_unique<internal::SqliteEntityGenerator>(generator);
  }
  if (generator.dialect() == "postgres") {
    return std::make_unique<internal::PostgresEntityGenerator>(generator);
  }
  if (const auto* mysql = dynamic_cast<const internal::MySqlGenerator*>(&generator)) {
    return std::make_unique<internal::MySqlEntityGenerator>(*mysql);
  }
  throw UsageError(fmt::format("dalia has no entities for the dialect '{}'; known are sqlite, postgres and mysql",
                               generator.dialect()));
}

std::string SqlEntityGenerator::native(const std::string& portable) const {
  return generator_.convert_query_to_native(portable).text;
}

}  // namespace dalia
