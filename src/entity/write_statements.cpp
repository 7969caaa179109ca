#include "entity/write_statements.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dalia::internal {
namespace {

constexpr std::array<std::string_view, 6> inserted_system_columns = {"created_at", "created_by", "updated_at",
                                                                     "updated_by", "_version",   "_epoch"};
constexpr std::array<std::string_view, 4> updated_system_columns = {"updated_at", "updated_by", "_version", "_epoch"};

/// A wide entity saved in ever new parts would fill the memory with statements.
constexpr std::size_t most_shapes = 256;

/// In bytes; for SaveSql.
constexpr std::size_t shortest_long_value = 256;

bool is_long(const ValueRef& value) noexcept {
  switch (value.kind()) {
    case Kind::Text:
    case Kind::Json:
    case Kind::Bytes:
      return value.raw_bytes().size() >= shortest_long_value;
    default:
      return false;
  }
}

WriteStatement& statement_at(KnownSchema& known, std::string key) {
  if (known.writes.size() > most_shapes) {
    known.writes.clear();
  }
  return known.writes[std::move(key)];
}

std::optional<SqlEntityGenerator::SavedId> saved_id_of(Write write) noexcept {
  switch (write) {
    case Write::SaveNew:
      return SqlEntityGenerator::SavedId::New;
    case Write::SavePresent:
      return SqlEntityGenerator::SavedId::Present;
    case Write::SaveAny:
      return SqlEntityGenerator::SavedId::Any;
    default:
      return std::nullopt;
  }
}

StatementText& statement_for_ids(KnownSchema& known, char purpose, std::vector<ValueRef>& ids) {
  const ValueRef last = ids.back();
  ids.resize(std::bit_ceil(ids.size()), last);
  return statement_at(known, purpose + std::to_string(ids.size())).sql;
}

}  // namespace

const WriteStatement& write_statement(const SqlEntityGenerator& generator, KnownSchema& known, const EntityInput& input,
                                      Write write) {
  const Schema& schema = *known.schema;
  const std::optional<SqlEntityGenerator::SavedId> saved_id = saved_id_of(write);
  const bool marks_long_values = saved_id && generator.generator().capabilities().repeated_parameters;
  const std::size_t width = schema.column_names().size();
  std::string shape(1 + ((marks_long_values ? 2 * width : width) + 7) / 8, '\0');
  shape[0] = static_cast<char>(write);
  const auto mark = [&](std::size_t place) {
    shape[1 + place / 8] = static_cast<char>(shape[1 + place / 8] | (1 << (place % 8)));
  };
  for (const auto& [column, value] : input.values) {
    mark(column);
    if (marks_long_values && is_long(value)) {
      mark(width + column);
    }
  }
  WriteStatement& statement = statement_at(known, std::move(shape));
  if (!statement.sql.text().empty()) {
    return statement;
  }
  if (saved_id || write == Write::SaveMany) {
    std::vector<EntityColumn> columns;
    for (const auto& [column, value] : input.values) {
      columns.push_back(EntityColumn{schema.column_names()[column], schema.column_kind(column), is_long(value)});
    }
    if (write == Write::SaveMany) {
      statement.sql = StatementText(generator.get_save_many_sql(schema.entity(), columns, schema.column_names()));
    } else {
      SaveSql save = generator.get_save_sql(schema.entity(), *saved_id, columns, schema.column_names());
      statement.sql = StatementText(std::move(save.text));
      statement.places = std::move(save.places);
    }
  } else {
    std::vector<std::string> columns;
    if (write == Write::Insert) {
      columns.emplace_back("id");
    }
    for (const auto& [column, value] : input.values) {
      columns.push_back(schema.column_names()[column]);
    }
    if (write == Write::Insert) {
      columns.insert(columns.end(), inserted_system_columns.begin(), inserted_system_columns.end());
      statement.sql = StatementText(generator.get_insert_sql(schema.entity(), columns));
    } else {
      columns.insert(columns.end(), updated_system_columns.begin(), updated_system_columns.end());
      if (write == Write::Revive) {
        columns.emplace_back("deleted_at");
      }
      statement.sql = StatementText(generator.get_update_sql(schema.entity(), columns));
    }
  }
  return statement;
}

const StatementText& lock_rows_statement(const SqlEntityGenerator& generator, KnownSchema& known,
                                         std::vector<ValueRef>& ids) {
  StatementText& statement = statement_for_ids(known, 'l', ids);
  if (statement.text().empty()) {
    const Schema& schema = *known.schema;
    statement = StatementText(generator.get_lock_rows_sql(schema.entity(), schema.column_names(), ids.size()));
  }
  return statement;
}

const StatementText& used_ids_statement(const SqlEntityGenerator& generator, KnownSchema& known,
                                        std::vector<ValueRef>& ids) {
  StatementText& statement = statement_for_ids(known, 'h', ids);
  if (statement.text().empty()) {
    statement = StatementText(generator.get_used_ids_sql(known.schema->entity(), ids.size()));
  }
  return statement;
}

}  // namespace dalia::internal
