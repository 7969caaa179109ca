#include "entity/schema.hpp"

#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "entity/names.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

const std::array<std::string, 5> deleted_at_columns = {"deleted_at", "updated_at", "updated_by", "_version", "_epoch"};
const std::array<std::string, 3> continued_columns = {"created_at", "updated_at", "_version"};

Schema::Statements statements_for(const SqlEntityGenerator& generator, const std::string& entity,
                                  const std::vector<std::string>& columns) {
  Schema::Statements statements;
  statements.select_by_id = StatementText(generator.get_select_by_id_sql(entity, columns));
  statements.select_for_update = StatementText(generator.get_select_for_update_sql(entity, columns));
  statements.history_insert = StatementText(generator.get_history_insert_sql(entity, columns));
  statements.history = StatementText(generator.get_history_sql(entity, columns));
  statements.version = StatementText(generator.get_version_sql(entity, columns));
  statements.change_deleted_at = StatementText(generator.get_update_sql(entity, deleted_at_columns));
  statements.continue_row = StatementText(generator.get_update_sql(entity, continued_columns));
  statements.remove = StatementText(generator.get_delete_sql(entity));
  statements.history_delete = StatementText(generator.get_history_delete_sql(entity));
  statements.closed_history = StatementText(generator.get_closed_history_sql(entity));
  statements.close_history = StatementText(generator.get_close_history_sql(entity));
  statements.reopen_history = StatementText(generator.get_reopen_history_sql(entity));
  statements.lock_entity = StatementText(generator.get_lock_entity_sql(entity));
  statements.epoch = StatementText(generator.get_schema_epoch_sql(entity));
  return statements;
}

}  // namespace

Schema::Schema(const SqlEntityGenerator& generator, std::string entity, std::int64_t epoch,
               std::vector<EntityField> fields)
    : entity_(std::move(entity)),
      epoch_(epoch),
      fields_(std::move(fields)),
      has_reference_(!generator.row_reference().empty()) {
  std::vector<std::string> names;
  names.emplace_back("id");
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const EntityField& field = fields_[i];
    places_.emplace(folded(field.name), i);
    names.push_back(field.name);
    const bool has_column = field.kind && !field.is_extra;
    columns_.push_back(has_column ? column_names_.size() : no_column);
    if (has_column) {
      column_names_.push_back(field.name);
      column_kinds_.push_back(*field.kind);
    }
  }
  add_extra_column(generator);
  names.insert(names.end(), system_columns.begin(), system_columns.end() - 1);  // all but _epoch
  row_names_ = std::make_shared<const FieldNames>(names);
  if (!has("version")) {
    names.emplace_back("version");
  }
  names.insert(names.end(), history_columns.begin(), history_columns.begin() + history_columns_read);
  history_names_ = std::make_shared<const FieldNames>(std::move(names));
  statements_ = statements_for(generator, entity_, column_names_);
}

void Schema::add_extra_column(const SqlEntityGenerator& generator) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].is_extra) {
      columns_[i] = extra_column_ = column_names_.size();
      extra_expressions_.emplace(i, generator.get_extra_value_sql(EntityColumn{fields_[i].name, *fields_[i].kind}));
    }
  }
  if (has_extra()) {
    column_names_.emplace_back(internal::extra_column);
    column_kinds_.push_back(Kind::Json);
  }
}

std::string Schema::expression_of(const EntityField& field) const {
  return field.is_extra ? extra_expressions_.at(static_cast<std::size_t>(&field - fields_.data()))
                        : fmt::format("[{}]", field.name);
}

const EntityField* Schema::find(std::string_view name) const {
  const auto place = places_.find(folded(name));
  return place == places_.end() ? nullptr : &fields_[place->second];
}

}  // namespace dalia::internal
