#include "generators/mysql_entity_generator.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generators/entity_columns.hpp"
#include "generators/mysql_save_block.hpp"

namespace dalia::internal {
namespace {

/// What an OFFSET needs in front of it (MySQL 8.0 manual, 13.2.13).
constexpr std::string_view no_limit = "18446744073709551615";

/// For locks of the server, whose names hold for all of its databases and have at most 64 characters.
std::string lock_name(std::string_view entity) {
  return fmt::format("CONCAT('dalia:', MD5(CONCAT(DATABASE(), '.{}')))", entity);
}

constexpr int lock_wait_seconds = 10;

}  // namespace

MySqlEntityGenerator::MySqlEntityGenerator(const MySqlGenerator& generator)
    : SqlEntityGenerator(generator), mysql_(generator) {
  transactions_.begin = StatementText("START TRANSACTION");
  transactions_.begin_read_only = StatementText("START TRANSACTION READ ONLY");
  transactions_.commit = StatementText("COMMIT");
  transactions_.rollback = StatementText("ROLLBACK");
  transactions_.savepoint = StatementText("SAVEPOINT dalia_call");
  transactions_.release_savepoint = StatementText("RELEASE SAVEPOINT dalia_call");
  transactions_.rollback_to_savepoint = StatementText("ROLLBACK TO SAVEPOINT dalia_call");
  // START TRANSACTION would give up the locks of LOCK TABLES (MySQL 8.0 manual, 13.3.6).
  under_locks_.begin = StatementText("SET autocommit = 0");
  under_locks_.commit = StatementText("SET autocommit = 1");
  under_locks_.rollback = StatementText("ROLLBACK");
}

std::string MySqlEntityGenerator::texts_of(std::string_view type) const {
  return fmt::format("{} CHARACTER SET utf8mb4 COLLATE {}", type, binary_collation(mysql_.flavour()));
}

/// Not MariaDB's uuid, which sorts by its parts in another order, nor MySQL's json, which rounds large numbers.
std::string MySqlEntityGenerator::column_type(Kind kind) const {
  switch (kind) {
    case Kind::Bool:
      return "tinyint(1)";
    case Kind::Int64:
      return "bigint";
    case Kind::Double:
      return "double";
    case Kind::Decimal:
      return "decimal(65, 30)";
    case Kind::Bytes:
      return "longblob";
    case Kind::Date:
      return "date";
    case Kind::Time:
      return "time(6)";
    case Kind::Instant:
      return "datetime(6)";
    case Kind::Uuid:
      return "char(36) CHARACTER SET ascii COLLATE ascii_bin";
    case Kind::Json:
    case Kind::Null:
    case Kind::Text:
      break;
  }
  return texts_of("longtext");
}

std::string MySqlEntityGenerator::definition(const EntityColumn& column) const {
  const std::string name = quote(column.name);
  const std::string type = column_type(column.kind);
  // By this check MariaDB knows the column for JSON (MariaDB manual, "JSON Data Type").
  return column.kind == Kind::Json ? fmt::format("{0} {1} CHECK (json_valid({0}))", name, type)
                                   : fmt::format("{} {}", name, type);
}

std::string MySqlEntityGenerator::get_lock_schema_sql(std::string_view entity) const {
  return fmt::format("SELECT GET_LOCK({}, {})", lock_name(entity), lock_wait_seconds);
}

std::string MySqlEntityGenerator::get_lock_tables_sql(std::string_view entity) const {
  return fmt::format("LOCK TABLES {} WRITE, {} WRITE, {} WRITE", quote(entity), quote(metadata_table(entity)),
                     quote(history_table(entity)));
}

std::vector<std::string> MySqlEntityGenerator::get_unlock_schema_sql(std::string_view entity) const {
  return {"UNLOCK TABLES", fmt::format("SELECT RELEASE_LOCK({})", lock_name(entity))};
}

std::string MySqlEntityGenerator::name_in_making(std::string_view entity) const {
  return "_new_" + std::string(entity);
}

/// One statement renames all or nothing, also across a crash (MariaDB manual, "Atomic DDL"; MySQL 8.0 manual, 13.1.1).
std::string MySqlEntityGenerator::get_publish_schema_sql(std::string_view entity) const {
  const std::string made = name_in_making(entity);
  return fmt::format("RENAME TABLE {} TO {}, {} TO {}, {} TO {}", quote(made), quote(entity),
                     quote(metadata_table(made)), quote(metadata_table(entity)), quote(history_table(made)),
                     quote(history_table(entity)));
}

// Names of tables are found without case; those of entities have no capitals.
std::string MySqlEntityGenerator::get_entity_names_sql() const {
  return "SELECT t.table_name AS name FROM information_schema.tables t "
         "JOIN information_schema.tables m ON m.table_schema = t.table_schema "
         "AND m.table_name = CONCAT(t.table_name, '_meta') "
         "JOIN information_schema.tables h ON h.table_schema = t.table_schema "
         "AND h.table_name = CONCAT(t.table_name, '_history') "
         "WHERE t.table_schema = DATABASE() AND LEFT(t.table_name, 1) <> '_' ORDER BY name";
}

std::string MySqlEntityGenerator::get_existing_tables_sql() const {
  return "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
         "AND table_name IN (?, ?, ?) AND BINARY table_name = BINARY LOWER(table_name)";
}

std::vector<std::string> MySqlEntityGenerator::get_create_schema_sql(std::string_view entity,
                                                                     std::span<const EntityColumn> columns) const {
  std::string fields;
  for (const EntityColumn& column : columns) {
    fields += definition(column) + ", ";
  }
  fields += definition(EntityColumn{std::string(extra_column), Kind::Json}) + ", ";
  const std::string id = id_type();
  const std::string text = column_type(Kind::Text);
  const std::string instant = column_type(Kind::Instant);
  const std::array<std::string, 3> tables = {quote(entity), quote(metadata_table(entity)),
                                             quote(history_table(entity))};
  return {
      // Left over where a process died while it made them.
      fmt::format("DROP TABLE IF EXISTS {}", fmt::join(tables, ", ")),
      fmt::format("CREATE TABLE {0} (`id` {2} NOT NULL PRIMARY KEY, {1}`created_at` {4} NOT NULL, `created_by` {3}, "
                  "`updated_at` {4} NOT NULL, `updated_by` {3}, `deleted_at` {4}, `_version` bigint NOT NULL, "
                  "`_epoch` bigint NOT NULL) ENGINE = InnoDB ROW_FORMAT = DYNAMIC",
                  tables[0], fields, id, text, instant),
      // The collation of "field" is one without case.
      fmt::format("CREATE TABLE {0} (`position` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, "
                  "`field` varchar(64) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL UNIQUE, "
                  "`kind` {1} NOT NULL, `serializer` {1}, `since_epoch` bigint NOT NULL, "
                  "`changed_epoch` bigint NOT NULL) ENGINE = InnoDB",
                  tables[1], text),
      fmt::format("CREATE TABLE {0} (`id` {2} NOT NULL, {1}`created_at` {4}, `created_by` {3}, `updated_at` {4}, "
                  "`updated_by` {3}, `deleted_at` {4}, `_version` bigint NOT NULL, `_epoch` bigint NOT NULL, "
                  "`history_op` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
                  "`history_timestamp` {4} NOT NULL, `history_user_id` {3}, `history_comment` {3}, "
                  "`history_tx` bigint NOT NULL, PRIMARY KEY (`id`, `_version`)) ENGINE = InnoDB ROW_FORMAT = DYNAMIC",
                  tables[2], fields, id, text, instant),
  };
}

/// Both servers add columns without rebuilding the table where they can. A column may be there, where a process died
/// before it could say so in the metadata; it then holds nothing, and may have another type.
std::vector<std::string> MySqlEntityGenerator::get_add_columns_sql(std::string_view entity,
                                                                   std::span<const EntityColumn> columns) const {
  if (columns.empty()) {
    return {};
  }
  const bool may_exist = generator().capabilities().adds_missing_columns_alone;
  std::string added;
  std::string modified;
  for (const EntityColumn& column : columns) {
    const std::string_view comma = added.empty() ? "" : ", ";
    added += fmt::format("{}ADD COLUMN {}{}", comma, may_exist ? "IF NOT EXISTS " : "", definition(column));
    modified += fmt::format("{}MODIFY COLUMN {}", comma, definition(column));
  }
  std::vector<std::string> statements;
  for (const std::string& table : {quote(entity), quote(history_table(entity))}) {
    statements.push_back(fmt::format("ALTER TABLE {} {}", table, added));
    if (may_exist) {
      statements.push_back(fmt::format("ALTER TABLE {} {}", table, modified));
    }
  }
  return statements;
}

std::vector<std::string> MySqlEntityGenerator::get_widen_column_sql(std::string_view entity,
                                                                    const EntityColumn& column) const {
  std::vector<std::string> statements;
  for (const std::string& table : {quote(entity), quote(history_table(entity))}) {
    statements.push_back(fmt::format("ALTER TABLE {} MODIFY COLUMN {}", table, definition(column)));
  }
  return statements;
}

std::string MySqlEntityGenerator::get_lock_metadata_sql(std::string_view entity) const {
  return get_schema_epoch_sql(entity) + " FOR UPDATE";
}

std::string MySqlEntityGenerator::get_extra_value_sql(const EntityColumn& field) const {
  std::string text = fmt::format("(JSON_UNQUOTE(JSON_EXTRACT([{}], '$.{}')) COLLATE {})", extra_column, field.name,
                                 binary_collation(mysql_.flavour()));
  switch (field.kind) {
    case Kind::Bool:
      return fmt::format("({} = 'true')", text);
    case Kind::Int64:
      return fmt::format("CAST({} AS SIGNED)", text);
    case Kind::Double:
      return fmt::format("CAST({} AS DOUBLE)", text);
    case Kind::Decimal:
      return fmt::format("CAST({} AS {})", text, column_type(Kind::Decimal));
    case Kind::Bytes:
      return fmt::format("UNHEX({})", text);
    case Kind::Date:
      return fmt::format("CAST({} AS DATE)", text);
    case Kind::Time:
      return fmt::format("CAST({} AS TIME(6))", text);
    case Kind::Instant:
      return fmt::format("CAST(REPLACE(REPLACE({}, 'T', ' '), 'Z', '') AS DATETIME(6))", text);
    case Kind::Uuid:
    case Kind::Json:
    case Kind::Null:
    case Kind::Text:
      break;
  }
  return text;
}

std::vector<std::string> MySqlEntityGenerator::get_settle_extra_sql(std::string_view entity,
                                                                    std::span<const EntityColumn> columns,
                                                                    std::int64_t epoch) const {
  std::string changes;
  for (const EntityColumn& column : columns) {
    changes += fmt::format("{} = {}, ", quote(column.name), native(get_extra_value_sql(column)));
  }
  std::vector<std::string> statements;
  for (const std::string& table : {quote(entity), quote(history_table(entity))}) {
    statements.push_back(fmt::format("UPDATE {0} SET {1}{2} = NULL, `_epoch` = {3} WHERE {2} IS NOT NULL", table,
                                     changes, quote(extra_column), epoch));
  }
  return statements;
}

/// VALUES() is what both servers read; MySQL 8.0.20 would rather have an alias for the row, which MariaDB lacks (MySQL
/// 8.0 manual, 13.2.7.2, from its manual alone).
std::string MySqlEntityGenerator::get_upsert_sql(std::string_view table, std::string_view key,
                                                 std::span<const std::string> columns,
                                                 std::span<const std::string> values) const {
  std::string changes;
  for (const std::string& column : columns) {
    if (column != key) {
      changes += fmt::format("{0}{1} = VALUES({1})", changes.empty() ? "" : ", ", quote(column));
    }
  }
  if (changes.empty()) {
    changes = fmt::format("{0} = {0}", quote(key));
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON DUPLICATE KEY UPDATE {}", quote(table),
                     column_list(generator(), columns), fmt::join(values, ", "), changes);
}

SaveSql MySqlEntityGenerator::get_save_sql(std::string_view entity, SavedId id, std::span<const EntityColumn> columns,
                                           std::span<const std::string> fields) const {
  const MySqlSaveBlock block(*this, entity, columns, fields);
  return id == SavedId::New ? block.insert() : block.insert_or_update();
}

std::string MySqlEntityGenerator::get_select_for_update_sql(std::string_view entity,
                                                            std::span<const std::string> fields) const {
  return get_select_by_id_sql(entity, fields) + " FOR UPDATE";
}

std::string MySqlEntityGenerator::get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                                    std::size_t count) const {
  return SqlEntityGenerator::get_lock_rows_sql(entity, fields, count) + " FOR UPDATE";
}

std::string MySqlEntityGenerator::get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                               std::string_view condition, std::string_view order, bool has_limit,
                                               bool has_offset) const {
  std::string sql =
      fmt::format("SELECT {} FROM {}", column_list(generator(), row_columns(*this, fields)), quote(entity));
  if (!condition.empty()) {
    sql += fmt::format(" WHERE {}", condition);
  }
  if (!order.empty()) {
    sql += fmt::format(" ORDER BY {}", order);
  }
  if (has_limit || has_offset) {
    sql += fmt::format(" LIMIT {}", has_limit ? "?" : no_limit);
  }
  sql += has_offset ? " OFFSET ?" : "";
  return sql;
}

/// Every primary key has this name.
bool MySqlEntityGenerator::is_row_key(std::string_view, std::string_view constraint) const {
  return constraint == "PRIMARY";
}

}  // namespace dalia::internal
