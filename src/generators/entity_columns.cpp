#include "generators/entity_columns.hpp"

#include <algorithm>

namespace dalia::internal {

std::string metadata_table(std::string_view entity) {
  return std::string(entity) + "_meta";
}

std::string history_table(std::string_view entity) {
  return std::string(entity) + "_history";
}

std::vector<std::string> row_columns(const SqlEntityGenerator& generator, std::span<const std::string> fields) {
  std::vector<std::string> columns;
  columns.emplace_back("id");
  columns.insert(columns.end(), fields.begin(), fields.end());
  columns.insert(columns.end(), system_columns.begin(), system_columns.end());
  if (const std::string_view reference = generator.row_reference(); !reference.empty()) {
    columns.emplace_back(reference);
  }
  return columns;
}

std::vector<std::string> saved_columns(const SqlEntityGenerator& generator, std::span<const EntityColumn> given,
                                       std::span<const std::string> fields) {
  std::vector<std::string> columns;
  for (const std::string& field : fields) {
    const auto is_known = [&](const EntityColumn& column) {
      return column.name == field && generator.keeps_exactly(column.kind);
    };
    if (std::none_of(given.begin(), given.end(), is_known)) {
      columns.push_back(field);
    }
  }
  columns.insert(columns.end(), {"created_at", "created_by", "updated_at", "updated_by", "_version"});
  return columns;
}

std::vector<std::string> history_insert_columns(const SqlEntityGenerator& generator,
                                                std::span<const std::string> fields) {
  std::vector<std::string> columns = row_columns(generator, fields);
  columns.insert(columns.end(), history_columns.begin(), history_columns.end());
  return columns;
}

std::vector<std::string> history_read_columns(const SqlEntityGenerator& generator,
                                              std::span<const std::string> fields) {
  std::vector<std::string> columns = row_columns(generator, fields);
  columns.insert(columns.end(), history_columns.begin(), history_columns.begin() + history_columns_read);
  return columns;
}

std::string column_list(const SqlGenerator& generator, std::span<const std::string> columns, std::string_view between) {
  std::string list;
  for (const std::string& column : columns) {
    if (!list.empty()) {
      list += between;
    }
    list += generator.escape_identifier(column);
  }
  return list;
}

std::string placeholders(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += i == 0 ? "?" : ", ?";
  }
  return list;
}

}  // namespace dalia::internal
