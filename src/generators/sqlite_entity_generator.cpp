#include "generators/sqlite_entity_generator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

constexpr std::string_view closed = R"("history_op" IN ('hard_delete', 'erase'))";

}  // namespace

SqliteEntityGenerator::SqliteEntityGenerator(const SqlGenerator& generator) : SqlEntityGenerator(generator) {
  // A transaction that may write takes its lock at once: a reader that becomes a writer fails with SQLITE_BUSY_SNAPSHOT
  // as soon as another writer came between, and waiting does not help it (https://sqlite.org/isolation.html).
  transactions_.begin = StatementText("BEGIN IMMEDIATE");
  transactions_.begin_read_only = StatementText("BEGIN DEFERRED");
  transactions_.commit = StatementText("COMMIT");
  transactions_.rollback = StatementText("ROLLBACK");
  transactions_.savepoint = StatementText("SAVEPOINT dalia_call");
  transactions_.release_savepoint = StatementText("RELEASE dalia_call");
  transactions_.rollback_to_savepoint = StatementText("ROLLBACK TO dalia_call");
}

/// Affinity follows from parts of the type's name (https://sqlite.org/datatype3.html, 3.1): TEXT_... are text, and the
/// session reads the rest of the name to give back values of the right kind. Decimals compare by a collation.
std::string SqliteEntityGenerator::column_type(Kind kind) const {
  switch (kind) {
    case Kind::Bool:
      return "BOOLEAN";
    case Kind::Int64:
      return "INTEGER";
    case Kind::Double:
      return "REAL";
    case Kind::Decimal:
      return "TEXT_DECIMAL COLLATE dalia_decimal";
    case Kind::Bytes:
      return "BLOB";
    case Kind::Date:
      return "TEXT_DATE";
    case Kind::Time:
      return "TEXT_TIME";
    case Kind::Instant:
      return "TEXT_INSTANT";
    case Kind::Uuid:
      return "TEXT_UUID";
    case Kind::Json:
      return "TEXT_JSON";
    case Kind::Null:
    case Kind::Text:
      break;
  }
  return "TEXT";
}

std::string SqliteEntityGenerator::get_entity_names_sql() const {
  return "SELECT m.name FROM sqlite_schema m JOIN sqlite_schema meta ON meta.name = m.name || '_meta' "
         "JOIN sqlite_schema h ON h.name = m.name || '_history' WHERE m.type = 'table' ORDER BY m.name";
}

std::string SqliteEntityGenerator::get_existing_tables_sql() const {
  return "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name COLLATE NOCASE IN (?, ?, ?)";
}

std::vector<std::string> SqliteEntityGenerator::get_create_schema_sql(std::string_view entity,
                                                                      std::span<const EntityColumn> columns) const {
  std::string fields;
  for (const EntityColumn& column : columns) {
    fields += fmt::format("{} {}, ", quote(column.name), column_type(column.kind));
  }
  const std::string history = quote(history_table(entity));
  return {
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {} ("_rid" INTEGER PRIMARY KEY, "id" TEXT NOT NULL UNIQUE, {})"
                  R"("created_at" TEXT_INSTANT NOT NULL, "created_by" TEXT, "updated_at" TEXT_INSTANT NOT NULL, )"
                  R"("updated_by" TEXT, "deleted_at" TEXT_INSTANT, "_version" INTEGER NOT NULL, )"
                  R"("_epoch" INTEGER NOT NULL))",
                  quote(entity), fields),
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {} ("position" INTEGER PRIMARY KEY, )"
                  R"("field" TEXT NOT NULL UNIQUE COLLATE NOCASE, "kind" TEXT NOT NULL, "serializer" TEXT, )"
                  R"("since_epoch" INTEGER NOT NULL, "changed_epoch" INTEGER NOT NULL))",
                  quote(metadata_table(entity))),
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {} ("_rid" INTEGER NOT NULL, "id" TEXT NOT NULL, {})"
                  R"("created_at" TEXT_INSTANT, "created_by" TEXT, "updated_at" TEXT_INSTANT, "updated_by" TEXT, )"
                  R"("deleted_at" TEXT_INSTANT, "_version" INTEGER NOT NULL, "_epoch" INTEGER NOT NULL, )"
                  R"("history_op" TEXT NOT NULL, "history_timestamp" TEXT_INSTANT NOT NULL, "history_user_id" TEXT, )"
                  R"("history_comment" TEXT, "history_tx" INTEGER NOT NULL, UNIQUE ("_rid", "_version")))",
                  history, fields),
      fmt::format(R"(CREATE INDEX IF NOT EXISTS {} ON {} ("id") WHERE {})",
                  quote("_" + std::string(entity) + "_closed"), history, closed),
  };
}

std::vector<std::string> SqliteEntityGenerator::get_widen_column_sql(std::string_view entity,
                                                                     const EntityColumn& column) const {
  std::vector<std::string> statements;
  if (column.kind != Kind::Decimal) {
    return statements;  // an INTEGER column keeps a double as it is; only the metadata changes
  }
  // It would turn a decimal into a double, though: the column is made again as text.
  const std::string name = quote(column.name);
  const std::string wider = quote("_wider");
  for (const std::string& table : {quote(entity), quote(history_table(entity))}) {
    statements.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table, wider, column_type(column.kind)));
    statements.push_back(
        fmt::format("UPDATE {0} SET {1} = CAST({2} AS TEXT) WHERE {2} IS NOT NULL", table, wider, name));
    statements.push_back(fmt::format("ALTER TABLE {} DROP COLUMN {}", table, name));
    statements.push_back(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", table, wider, name));
  }
  return statements;
}

std::string SqliteEntityGenerator::get_upsert_sql(std::string_view table, std::string_view key,
                                                  std::span<const std::string> columns,
                                                  std::span<const std::string> values) const {
  std::string changes;
  for (const std::string& column : columns) {
    if (column != key) {
      changes += fmt::format("{0}{1} = excluded.{1}", changes.empty() ? "" : ", ", quote(column));
    }
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO {}{}", quote(table),
                     column_list(generator(), columns), fmt::join(values, ", "), quote(key),
                     changes.empty() ? "NOTHING" : "UPDATE SET ", changes);
}

/// The unary + hides the declared types: the session then gives texts as they are stored, and what is wanted as text,
/// or goes on into the history, is neither read as an instant nor written again.
std::string SqliteEntityGenerator::read_list(std::span<const std::string> columns) const {
  return "+" + column_list(generator(), columns, ", +");
}

std::string SqliteEntityGenerator::get_select_by_id_sql(std::string_view entity,
                                                        std::span<const std::string> fields) const {
  return fmt::format(R"(SELECT {} FROM {} WHERE "id" = ?)", read_list(row_columns(*this, fields)), quote(entity));
}

/// BEGIN IMMEDIATE has locked the whole database already.
std::string SqliteEntityGenerator::get_select_for_update_sql(std::string_view entity,
                                                             std::span<const std::string> fields) const {
  return get_select_by_id_sql(entity, fields);
}

std::string SqliteEntityGenerator::get_find_sql(std::string_view entity, std::span<const std::string> fields,
                                                std::string_view condition, std::string_view order, bool has_limit,
                                                bool has_offset) const {
  std::string sql = fmt::format("SELECT {} FROM {}", read_list(row_columns(*this, fields)), quote(entity));
  if (!condition.empty()) {
    sql += fmt::format(" WHERE {}", condition);
  }
  if (!order.empty()) {
    sql += fmt::format(" ORDER BY {}", order);
  }
  if (has_limit || has_offset) {
    sql += has_limit ? " LIMIT ?" : " LIMIT -1";
  }
  if (has_offset) {
    sql += " OFFSET ?";
  }
  return sql;
}

/// Of the live row if there is one, else of the closed history.
std::string SqliteEntityGenerator::history_reference(std::string_view entity) const {
  return fmt::format(R"("_rid" = coalesce((SELECT "_rid" FROM {} WHERE "id" = ?1), )"
                     R"((SELECT "_rid" FROM {} WHERE "id" = ?1 AND {} LIMIT 1)))",
                     quote(entity), quote(history_table(entity)), closed);
}

std::string SqliteEntityGenerator::get_history_delete_sql(std::string_view entity) const {
  return fmt::format(R"(DELETE FROM {} WHERE {} AND "_version" <= ?2)", quote(history_table(entity)),
                     history_reference(entity));
}

std::string SqliteEntityGenerator::history_select(std::string_view entity, std::span<const std::string> fields) const {
  return fmt::format("SELECT {} FROM {} WHERE {}", read_list(history_read_columns(*this, fields)),
                     quote(history_table(entity)), history_reference(entity));
}

std::string SqliteEntityGenerator::get_history_sql(std::string_view entity, std::span<const std::string> fields) const {
  return history_select(entity, fields) + R"( ORDER BY "_version")";
}

std::string SqliteEntityGenerator::get_version_sql(std::string_view entity, std::span<const std::string> fields) const {
  return history_select(entity, fields) + R"( AND "_version" = ?2)";
}

std::string SqliteEntityGenerator::get_closed_history_sql(std::string_view entity) const {
  return fmt::format(R"(SELECT "_version", "history_op", "history_timestamp", "_rid" FROM {} WHERE "id" = ? AND {} )"
                     R"(ORDER BY "_version" DESC LIMIT 1)",
                     quote(history_table(entity)), closed);
}

std::string SqliteEntityGenerator::get_close_history_sql(std::string_view entity) const {
  return fmt::format(
      R"(UPDATE {0} SET "_rid" = (SELECT min(0, coalesce(min("_rid"), 0)) - 1 FROM {0}) WHERE "_rid" = ?)",
      quote(history_table(entity)));
}

std::string SqliteEntityGenerator::get_reopen_history_sql(std::string_view entity) const {
  return native(fmt::format(R"(UPDATE {0} SET "_rid" = ? WHERE "_rid" = ?)", quote(history_table(entity))));
}

}  // namespace dalia::internal
