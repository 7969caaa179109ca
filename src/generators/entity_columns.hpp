/// The columns of entity tables, in the order every statement of the entity framework uses.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia::internal {

/// System columns of the main table after id and the fields.
inline constexpr std::array<std::string_view, 7> system_columns = {
    "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "_version", "_epoch"};
/// A JSON object: the values, as text, of fields that have no column yet. See Capabilities::extra_column.
inline constexpr std::string_view extra_column = "_extra";
/// What a snapshot has besides. history_tx is written and not read back.
inline constexpr std::array<std::string_view, 5> history_columns = {"history_op", "history_timestamp",
                                                                    "history_user_id", "history_comment", "history_tx"};
inline constexpr std::size_t history_columns_read = 4;

[[nodiscard]] std::string metadata_table(std::string_view entity);
[[nodiscard]] std::string history_table(std::string_view entity);

/// id, fields, system columns, row reference.
[[nodiscard]] std::vector<std::string> row_columns(const SqlEntityGenerator& generator,
                                                   std::span<const std::string> fields);
/// What a save in one statement answers with (SqlEntityGenerator::get_save_sql).
[[nodiscard]] std::vector<std::string> saved_columns(const SqlEntityGenerator& generator,
                                                     std::span<const EntityColumn> given,
                                                     std::span<const std::string> fields);
[[nodiscard]] std::vector<std::string> history_insert_columns(const SqlEntityGenerator& generator,
                                                              std::span<const std::string> fields);
/// row_columns and the history columns that are read.
[[nodiscard]] std::vector<std::string> history_read_columns(const SqlEntityGenerator& generator,
                                                            std::span<const std::string> fields);

/// Quoted, with this between each two.
[[nodiscard]] std::string column_list(const SqlGenerator& generator, std::span<const std::string> columns,
                                      std::string_view between = ", ");
/// ?, ?, ... in portable SQL.
[[nodiscard]] std::string placeholders(std::size_t count);

}  // namespace dalia::internal
