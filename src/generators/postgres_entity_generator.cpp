#include "generators/postgres_entity_generator.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/calendar.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

/// Tables, views and the like that a name without a schema means.
constexpr std::string_view visible = "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_catalog.pg_table_is_visible(c.oid)";

/// An item of an array.
void append_quoted(std::string& array, std::string_view item) {
  const std::size_t begin = array.size();
  array.resize(begin + 2 * item.size() + 2);  // as if every character had to be escaped
  char* out = array.data() + begin;
  *out++ = '"';
  for (const char c : item) {
    if (c == '"' || c == '\\') {
      *out++ = '\\';
    }
    *out++ = c;
  }
  *out++ = '"';
  array.resize(static_cast<std::size_t>(out - array.data()));
}

void append_double(std::string& array, double number) {
  std::array<char, 32> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  array.append(digits.data(), written.ptr);
}

/// A hot path, as are doubles.
void append_instant(std::string& array, const ValueRef& value) {
  const Instant instant(std::chrono::microseconds(value.raw_integer()));
  if (!is_in_range(instant)) {
    append_quoted(array, value.to_text());  // throws
    return;
  }
  std::array<char, instant_text_size + 2> text;
  text.front() = text.back() = '"';
  write_instant(instant, text.data() + 1);
  array.append(text.data(), text.size());
}

}  // namespace

PostgresEntityGenerator::PostgresEntityGenerator(const SqlGenerator& generator) : SqlEntityGenerator(generator) {
  transactions_.begin = StatementText("BEGIN");
  transactions_.begin_read_only = StatementText("BEGIN READ ONLY");
  transactions_.commit = StatementText("COMMIT");
  transactions_.rollback = StatementText("ROLLBACK");
  transactions_.savepoint = StatementText("SAVEPOINT dalia_call");
  transactions_.release_savepoint = StatementText("RELEASE SAVEPOINT dalia_call");
  transactions_.rollback_to_savepoint = StatementText("ROLLBACK TO SAVEPOINT dalia_call");
}

std::string PostgresEntityGenerator::column_type(Kind kind) const {
  switch (kind) {
    case Kind::Bool:
      return "boolean";
    case Kind::Int64:
      return "bigint";
    case Kind::Double:
      return "double precision";
    case Kind::Decimal:
      return "numeric";
    case Kind::Bytes:
      return "bytea";
    case Kind::Date:
      return "date";
    case Kind::Time:
      return "time(6)";
    case Kind::Instant:
      return "timestamptz(6)";
    case Kind::Uuid:
      return "uuid";
    case Kind::Json:
      return "jsonb";
    case Kind::Null:
    case Kind::Text:
      break;
  }
  return R"(text COLLATE "C")";
}

/// IF NOT EXISTS does not keep two sessions from making the same table at once: one of them fails on a catalogue's
/// index. A lock of the entity's own does, until the transaction ends.
std::string PostgresEntityGenerator::get_lock_schema_sql(std::string_view entity) const {
  return fmt::format("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('dalia:{}', 0))", entity);
}

/// Writers lock rows, so this mode waits for them and they for it, each before it looks at the tables; readers do not
/// (manual, 13.3.1).
std::string PostgresEntityGenerator::get_lock_entity_sql(std::string_view entity) const {
  return fmt::format("LOCK TABLE {} IN EXCLUSIVE MODE", quote(entity));
}

std::string PostgresEntityGenerator::get_entity_names_sql() const {
  return fmt::format(
      "SELECT c.relname FROM pg_catalog.pg_class c WHERE {0} AND EXISTS (SELECT 1 FROM "
      "pg_catalog.pg_class m WHERE m.relname = c.relname || '_meta' AND m.relnamespace = "
      "c.relnamespace) AND EXISTS (SELECT 1 FROM pg_catalog.pg_class h WHERE h.relname = c.relname || "
      "'_history' AND h.relnamespace = c.relnamespace) ORDER BY c.relname",
      visible);
}

std::string PostgresEntityGenerator::get_existing_tables_sql() const {
  return fmt::format("SELECT c.relname FROM pg_catalog.pg_class c WHERE {} AND c.relname IN (?, ?, ?)", visible);
}

std::vector<std::string> PostgresEntityGenerator::get_create_schema_sql(std::string_view entity,
                                                                        std::span<const EntityColumn> columns) const {
  std::string fields;
  for (const EntityColumn& column : columns) {
    fields += fmt::format("{} {}, ", quote(column.name), column_type(column.kind));
  }
  const std::string text = column_type(Kind::Text);
  const std::string instant = column_type(Kind::Instant);
  const std::string metadata = quote(metadata_table(entity));
  return {
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {0} ("id" {2} PRIMARY KEY, {1}"created_at" {3} NOT NULL, )"
                  R"("created_by" {2}, "updated_at" {3} NOT NULL, "updated_by" {2}, "deleted_at" {3}, )"
                  R"("_version" bigint NOT NULL, "_epoch" bigint NOT NULL))",
                  quote(entity), fields, text, instant),
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {0} ("position" bigint GENERATED BY DEFAULT AS IDENTITY, )"
                  R"("field" {1} PRIMARY KEY, "kind" {1} NOT NULL, "serializer" {1}, "since_epoch" bigint NOT NULL, )"
                  R"("changed_epoch" bigint NOT NULL))",
                  metadata, text),
      fmt::format(R"(CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} (lower("field")))",
                  quote("_" + std::string(entity) + "_fields"), metadata),
      fmt::format(R"(CREATE TABLE IF NOT EXISTS {0} ("id" {2} NOT NULL, {1}"created_at" {3}, "created_by" {2}, )"
                  R"("updated_at" {3}, "updated_by" {2}, "deleted_at" {3}, "_version" bigint NOT NULL, )"
                  R"("_epoch" bigint NOT NULL, "history_op" {2} NOT NULL, "history_timestamp" {3} NOT NULL, )"
                  R"("history_user_id" {2}, "history_comment" {2}, "history_tx" bigint NOT NULL, )"
                  R"(PRIMARY KEY ("id", "_version")))",
                  quote(history_table(entity)), fields, text, instant),
  };
}

std::vector<std::string> PostgresEntityGenerator::get_widen_column_sql(std::string_view entity,
                                                                       const EntityColumn& column) const {
  std::vector<std::string> statements;
  for (const std::string& table : {std::string(entity), history_table(entity)}) {
    statements.push_back(fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE {}", quote(table), quote(column.name),
                                     column_type(column.kind)));
  }
  return statements;
}

/// Whether a column of the row `t` holds another value. 1 and 1.0 are equal as jsonb, and two values all the same.
std::string PostgresEntityGenerator::difference(const EntityColumn& column, const std::string& value) const {
  const std::string_view form =
      column.kind == Kind::Json ? "t.{}::text IS DISTINCT FROM ({}::jsonb)::text" : "t.{} IS DISTINCT FROM {}";
  return fmt::format(fmt::runtime(form), quote(column.name), value);
}

/// jsonb keeps no text, and -0.0 equals 0.0.
bool PostgresEntityGenerator::keeps_exactly(Kind kind) const noexcept {
  return kind != Kind::Json && kind != Kind::Double && SqlEntityGenerator::keeps_exactly(kind);
}

// The server prepares every expression of a plan anew for each run: hence the statement for a present id, which has
// little else than the two changes, and takes three quarters of the time.
// All parts of a WITH see the tables as they were when the statement began. Where another writer is in between, the
// UPDATE waits for it and judges the new row (manual, 13.2.1), and the INSERT finds a conflict: then no row is
// returned. A row that had the given values at the beginning is returned as it was then.
SaveSql PostgresEntityGenerator::get_save_sql(std::string_view entity, SavedId id,
                                              std::span<const EntityColumn> columns,
                                              std::span<const std::string> fields) const {
  const std::string table = quote(entity);
  const std::string history = quote(history_table(entity));
  const std::string row = column_list(generator(), row_columns(*this, fields));
  const std::string answer = column_list(generator(), saved_columns(*this, columns, fields));
  const std::size_t given = columns.size();
  const auto parameter = [given](std::size_t place) { return fmt::format("${}", given + 2 + place); };
  const std::string now = parameter(0);
  const std::string user = parameter(1);
  const std::string epoch = parameter(2);
  const std::string comment = parameter(3);
  const std::string transaction = parameter(4);
  const std::string expected = parameter(5);

  std::string names;
  std::string values;
  std::string changes;
  std::string differs = "FALSE";
  for (std::size_t i = 0; i < given; ++i) {
    const std::string name = quote(columns[i].name);
    names += fmt::format("{}, ", name);
    values += fmt::format("${}, ", i + 2);
    changes += fmt::format("{} = ${}, ", name, i + 2);
    differs += " OR " + difference(columns[i], fmt::format("${}", i + 2));
  }
  const std::string insert = fmt::format(
      R"(INSERT INTO {0} ("id", {1}"created_at", "created_by", "updated_at", "updated_by", "_version", "_epoch") )"
      R"(SELECT $1, {2}{3}, {4}, {3}, {4}, 1, {5})",
      table, names, values, now, user, epoch);
  const auto snapshot_as = [&](std::string_view operation) {
    return snapshot_of_saved(entity, fields, operation, comment, transaction);
  };
  if (id == SavedId::New) {
    return fmt::format(R"(WITH saved AS ({} RETURNING {}) {} RETURNING {})", insert, row, snapshot_as("'insert'"),
                       answer);
  }
  const std::string is_savable = fmt::format(
      R"(t."id" = $1 AND t."deleted_at" IS NULL AND t."_epoch" <= {0} AND ({1}::bigint IS NULL OR t."_version" = {1}))",
      epoch, expected);
  const std::string update =
      fmt::format(R"(UPDATE {} AS t SET {}"updated_at" = GREATEST({}, t."updated_at" + interval '1 microsecond'), )"
                  R"("updated_by" = {}, "_version" = t."_version" + 1, "_epoch" = {} WHERE {} AND ({}) RETURNING {})",
                  table, changes, now, user, epoch, is_savable, differs, row);
  if (id == SavedId::Present) {
    return fmt::format(R"(WITH saved AS ({}) {} RETURNING {})", update, snapshot_as("'update'"), answer);
  }
  return fmt::format(
      R"(WITH updated AS ({0}), )"
      R"(inserted AS ({1} WHERE {2} IS NULL AND NOT EXISTS (SELECT FROM {3} WHERE "id" = $1) )"
      R"(AND NOT EXISTS (SELECT FROM {4} WHERE "id" = $1) ON CONFLICT ("id") DO NOTHING RETURNING {5}), )"
      R"(saved AS (SELECT {5}, 'update' AS "history_op" FROM updated UNION ALL SELECT {5}, 'insert' FROM inserted), )"
      R"(snapshot AS ({6}) SELECT {7} FROM saved UNION ALL SELECT {7} FROM {3} AS t WHERE {8} AND NOT ({9}))",
      update, insert, expected, table, history, row, snapshot_as(R"("history_op")"), answer, is_savable, differs);
}

/// The statement that adds the rows of the WITH part `saved` to the history.
std::string PostgresEntityGenerator::snapshot_of_saved(std::string_view entity, std::span<const std::string> fields,
                                                       std::string_view operation, std::string_view comment,
                                                       std::string_view transaction) const {
  const std::string row = column_list(generator(), row_columns(*this, fields));
  return fmt::format(
      R"(INSERT INTO {} ({}, "history_op", "history_timestamp", "history_user_id", "history_comment", "history_tx") )"
      R"(SELECT {}, {}, "updated_at", "updated_by", {}::text, {}::bigint FROM saved)",
      quote(history_table(entity)), row, row, operation, comment, transaction);
}

std::string PostgresEntityGenerator::get_save_many_sql(std::string_view entity, std::span<const EntityColumn> columns,
                                                       std::span<const std::string> fields) const {
  const std::string table = quote(entity);
  const std::size_t given = columns.size();
  const auto parameter = [given](std::size_t place) { return fmt::format("${}", given + 2 + place); };
  const std::string now = parameter(0);
  const std::string user = parameter(1);
  const std::string epoch = parameter(2);
  const std::string snapshot = snapshot_of_saved(entity, fields, R"("history_op")", parameter(3), parameter(4));

  std::string names;
  std::string values;
  std::string changes;
  std::string differs = "FALSE";
  // Texts of the input take the columns' collation: two different ones cannot be compared.
  std::string input_columns = R"(i."id" COLLATE "C" AS "id")";
  std::string input_names = R"("id")";
  std::string arrays = "$1::text[]";
  for (std::size_t i = 0; i < given; ++i) {
    const std::string name = quote(columns[i].name);
    const Kind kind = columns[i].kind;
    names += fmt::format("{}, ", name);
    values += fmt::format("i.{}, ", name);
    changes += fmt::format("{0} = i.{0}, ", name);
    differs += " OR " + difference(columns[i], "i." + name);
    input_columns += fmt::format(R"(, i.{0}{1} AS {0})", name, kind == Kind::Text ? R"( COLLATE "C")" : "");
    input_names += fmt::format(", {}", name);
    arrays += fmt::format(", ${}::{}[]", i + 2, kind == Kind::Text ? "text" : column_type(kind));
  }
  const std::vector<std::string> row_names = row_columns(*this, fields);
  const std::string row = column_list(generator(), row_names);
  const auto of_table = [this](const std::vector<std::string>& names_of_columns) {
    return "t." + column_list(generator(), names_of_columns, ", t.");
  };
  std::vector<std::string> answer = saved_columns(*this, columns, fields);
  answer.insert(answer.begin(), "id");
  const std::string is_savable =
      fmt::format(R"(t."id" = i."id" AND t."deleted_at" IS NULL AND t."_epoch" <= {})", epoch);
  return fmt::format(
      R"(WITH input AS (SELECT {0} FROM unnest({1}) AS i({2})), )"
      R"(updated AS (UPDATE {3} AS t SET {4}"updated_at" = GREATEST({5}, t."updated_at" + interval '1 microsecond'), )"
      R"("updated_by" = {6}, "_version" = t."_version" + 1, "_epoch" = {7} FROM input AS i WHERE {8} AND ({9}) )"
      R"(RETURNING {10}), )"
      R"(inserted AS (INSERT INTO {3} ("id", {11}"created_at", "created_by", "updated_at", "updated_by", "_version", )"
      R"("_epoch") SELECT i."id", {12}{5}, {6}, {5}, {6}, 1, {7} FROM input AS i )"
      R"(WHERE NOT EXISTS (SELECT FROM {3} AS t WHERE t."id" = i."id") )"
      R"(AND NOT EXISTS (SELECT FROM {13} AS h WHERE h."id" = i."id") ON CONFLICT ("id") DO NOTHING RETURNING {14}), )"
      R"(saved AS (SELECT {14}, 'update' AS "history_op" FROM updated UNION ALL SELECT {14}, 'insert' FROM inserted), )"
      R"(snapshot AS ({15}) SELECT {16} FROM saved )"
      R"(UNION ALL SELECT {17} FROM {3} AS t, input AS i WHERE {8} AND NOT ({9}))",
      input_columns, arrays, input_names, table, changes, now, user, epoch, is_savable, differs, of_table(row_names),
      names, values, quote(history_table(entity)), row, snapshot, column_list(generator(), answer), of_table(answer));
}

// https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
std::string PostgresEntityGenerator::get_array_text(std::span<const ValueRef> values) const {
  std::string text = "{";
  for (const ValueRef& value : values) {
    if (text.size() > 1) {
      text += ',';
    }
    switch (value.kind()) {
      case Kind::Null:
        text += "NULL";
        break;
      case Kind::Bool:
        text += value.raw_integer() != 0 ? 't' : 'f';
        break;
      case Kind::Double:
        append_double(text, value.raw_double());
        break;
      case Kind::Int64:
      case Kind::Decimal:
      case Kind::Date:
      case Kind::Uuid:
        text += value.to_text();
        break;
      case Kind::Instant:
        append_instant(text, value);
        break;
      case Kind::Time:
        fmt::format_to(std::back_inserter(text), "\"{}\"", value.to_text());
        break;
      case Kind::Bytes:
        fmt::format_to(std::back_inserter(text), "\"\\\\x{}\"", value.to_text());
        break;
      case Kind::Text:
      case Kind::Json:
        append_quoted(text, value.raw_bytes());
    }
  }
  text += '}';
  return text;
}

std::string PostgresEntityGenerator::get_upsert_sql(std::string_view table, std::string_view key,
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

std::string PostgresEntityGenerator::get_select_for_update_sql(std::string_view entity,
                                                               std::span<const std::string> fields) const {
  return get_select_by_id_sql(entity, fields) + " FOR UPDATE";
}

std::string PostgresEntityGenerator::get_lock_rows_sql(std::string_view entity, std::span<const std::string> fields,
                                                       std::size_t count) const {
  return SqlEntityGenerator::get_lock_rows_sql(entity, fields, count) + " FOR UPDATE";
}

std::string PostgresEntityGenerator::get_find_sql(std::string_view entity, std::span<const std::string> fields,
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
  sql += has_limit ? " LIMIT ?" : "";
  sql += has_offset ? " OFFSET ?" : "";
  return sql;
}

/// The names that PostgreSQL gives to primary keys; entities' names are too short to be cut.
bool PostgresEntityGenerator::is_row_key(std::string_view entity, std::string_view constraint) const {
  return constraint == std::string(entity) + "_pkey" || constraint == history_table(entity) + "_pkey";
}

}  // namespace dalia::internal
