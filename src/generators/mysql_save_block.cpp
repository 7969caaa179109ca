#include "generators/mysql_save_block.hpp"

#include <charconv>

#include <fmt/format.h>

#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

/// Each ?n becomes a place that takes the parameter n. Nothing else in a block has a question mark: it has no strings
/// but its own, and names have none.
SaveSql with_places(std::string_view numbered) {
  SaveSql sql{std::string()};
  for (std::size_t mark = numbered.find('?'); mark != std::string_view::npos; mark = numbered.find('?')) {
    sql.text += numbered.substr(0, mark + 1);
    numbered.remove_prefix(mark + 1);
    std::size_t number = 0;
    const auto read = std::from_chars(numbered.data(), numbered.data() + numbered.size(), number);
    numbered.remove_prefix(static_cast<std::size_t>(read.ptr - numbered.data()));
    sql.places.push_back(number);
  }
  sql.text += numbered;
  return sql;
}

}  // namespace

MySqlSaveBlock::MySqlSaveBlock(const SqlEntityGenerator& generator, std::string_view entity,
                               std::span<const EntityColumn> columns, std::span<const std::string> fields)
    : is_whole_(columns.size() == fields.size()) {
  const SqlGenerator& names = generator.generator();
  table_ = names.escape_identifier(entity);
  history_ = names.escape_identifier(history_table(entity));
  row_ = column_list(names, row_columns(generator, fields));
  answer_ = column_list(names, saved_columns(generator, columns, fields));
  is_same_ = "TRUE";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = names.escape_identifier(columns[i].name);
    std::string value = fmt::format("?{}", 1 + i);
    if (columns[i].has_long_value) {
      variables_ += fmt::format("DECLARE _{} {} DEFAULT {}; ", i, generator.column_type(columns[i].kind), value);
      value = fmt::format("_{}", i);
    }
    given_ += fmt::format("{}, ", name);
    values_ += fmt::format("{}, ", value);
    changes_ += fmt::format(", {} = {}", name, value);
    is_same_ += fmt::format(" AND t.{} <=> {}", name, value);
  }
  const auto after_values = [&](std::size_t place) { return fmt::format("?{}", 1 + columns.size() + place); };
  now_ = after_values(0);
  user_ = after_values(1);
  epoch_ = after_values(2);
  comment_ = after_values(3);
  transaction_ = after_values(4);
  expected_ = after_values(5);
}

SaveSql MySqlSaveBlock::insert() const {
  return block(fmt::format("{}; {}; COMMIT;", insert_row(), add_snapshot_of_insert()));
}

/// The row is written first and judged at the same time: one that turns out to have these values already, or not to be
/// savable, is put back by the rollback. A row of that version still has these values when it is read after that.
///
/// As in the flow of several statements, a new row is inserted before its history is looked for.
SaveSql MySqlSaveBlock::insert_or_update() const {
  return block(
      fmt::format("{}; "
                  "IF ROW_COUNT() = 0 THEN "
                  "IF {} IS NULL THEN {}; "
                  "IF EXISTS (SELECT 1 FROM {} WHERE `id` = {}) THEN ROLLBACK; ELSE {}; COMMIT; END IF; "
                  "ELSE COMMIT; END IF; "
                  "ELSEIF @dalia_differs THEN {}; COMMIT; "
                  "ELSE ROLLBACK; "
                  "SELECT {} FROM {} WHERE `id` = {} AND `_version` = @dalia_version AND @dalia_is_savable; END IF;",
                  update_row(), expected_, insert_row(), history_, id_, add_snapshot_of_insert(),
                  add_snapshot_of_update(), answer_, table_, id_));
}

SaveSql MySqlSaveBlock::block(std::string_view steps) const {
  return with_places(
      fmt::format("BEGIN NOT ATOMIC {}DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; "
                  "START TRANSACTION; {} END",
                  variables_, steps));
}

/// A column that stands among the values has the value that was given to it before.
std::string MySqlSaveBlock::insert_row() const {
  return fmt::format(
      "INSERT INTO {} (`id`, {}`created_at`, `created_by`, `updated_at`, `updated_by`, `_version`, `_epoch`) "
      "VALUES ({}, {}{}, {}, `created_at`, `created_by`, 1, {})",
      table_, given_, id_, values_, now_, user_, epoch_);
}

/// Columns change from left to right, so the old values are compared before any is new.
std::string MySqlSaveBlock::update_row() const {
  return fmt::format(
      "UPDATE {0} AS t SET `_version` = (@dalia_version := t.`_version` + (@dalia_differs := "
      "(@dalia_is_savable := t.`deleted_at` IS NULL AND t.`_epoch` <= {1} "
      "AND t.`_version` = IFNULL({2}, t.`_version`)) AND NOT ({3}))), "
      "`updated_at` = (@dalia_updated_at := GREATEST({4}, t.`updated_at` + INTERVAL 1 MICROSECOND)), "
      "`created_at` = (@dalia_created_at := t.`created_at`), `created_by` = (@dalia_created_by := t.`created_by`), "
      "`updated_by` = {5}, `_epoch` = {1}{6} WHERE t.`id` = {7}",
      table_, epoch_, expected_, is_same_, now_, user_, changes_, id_);
}

std::string MySqlSaveBlock::add_snapshot_of_insert() const {
  return add_snapshot("insert", fmt::format("{}, {}, `created_at`, `created_by`, 1", now_, user_));
}

std::string MySqlSaveBlock::add_snapshot_of_update() const {
  return add_snapshot(
      "update", fmt::format("@dalia_created_at, @dalia_created_by, @dalia_updated_at, {}, @dalia_version", user_));
}

/// Of the row that was written just now, which it answers with. What is not given is read from there.
/// @param change  values from created_at to _version.
std::string MySqlSaveBlock::add_snapshot(std::string_view operation, std::string_view change) const {
  constexpr std::string_view columns =
      "`history_op`, `history_timestamp`, `history_user_id`, `history_comment`, `history_tx`";
  const std::string values = fmt::format("'{}', `updated_at`, `updated_by`, {}, {}", operation, comment_, transaction_);
  if (!is_whole_) {
    return fmt::format("INSERT INTO {0} ({1}, {2}) SELECT {1}, {3} FROM {4} WHERE `id` = {5} RETURNING {6}", history_,
                       row_, columns, values, table_, id_, answer_);
  }
  return fmt::format(
      "INSERT INTO {} (`id`, {}`created_at`, `created_by`, `updated_at`, `updated_by`, `_version`, `_epoch`, {}) "
      "VALUES ({}, {}{}, {}, {}) RETURNING {}",
      history_, given_, columns, id_, values_, change, epoch_, values, answer_);
}

}  // namespace dalia::internal
