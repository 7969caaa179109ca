#include "entity/schema_change.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/fit.hpp"
#include "entity/input.hpp"
#include "entity/names.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

constexpr std::string_view widening_advice =
    "integers widen to doubles and decimals, everything else keeps its kind; convert the value or use another field";

std::string value_kind_name(const Value& value) {
  return value.type_name().empty() ? std::string(kind_name(value.kind())) : std::string(value.type_name());
}

std::string column_kind_name(const EntityField& field) {
  return field.serializer.empty() ? std::string(kind_name(*field.kind)) : field.serializer;
}

/// The fields of an entity as they grow while values are looked at.
class Growth {
 public:
  Growth(const Schema* schema, const std::string& entity, const Capabilities& capabilities)
      : schema_(schema), entity_(entity), capabilities_(capabilities) {
    change_.creates = schema == nullptr;
  }

  void add(std::string_view name, const Value& value) {
    EntityField& field = field_named(name);
    if (value.is_null()) {
      return;
    }
    check_storable(entity_, name, value);
    check_digits(entity_, name, value, capabilities_);
    if (!field.kind) {
      field.kind = value.kind();
      field.serializer = value.type_name();
      return;
    }
    if (!value.type_name().empty() && value.type_name() != field.serializer) {
      conflict(field, value);
    }
    if (fit(value, *field.kind)) {
      return;
    }
    const std::optional<Kind> wider = field.serializer.empty() ? widened(*field.kind, value.kind()) : std::nullopt;
    if (!wider) {
      conflict(field, value);
    }
    field.kind = wider;
  }

  /// A kind may have grown after a value was looked at.
  void check(std::string_view name, const Value& value) {
    const EntityField& field = field_named(name);
    if (!value.is_null() && !fit(value, *field.kind)) {
      conflict(field, value);
    }
  }

  SchemaChange finish() {
    for (auto& field : fields_) {
      const EntityField* before = schema_ == nullptr ? nullptr : schema_->find(field.name);
      if (before == nullptr || (!before->kind && field.kind)) {
        change_.added.push_back(std::move(field));
      } else if (before->kind != field.kind) {
        change_.widened.push_back(std::move(field));
      }
    }
    return std::move(change_);
  }

 private:
  EntityField& field_named(std::string_view name) {
    const auto [place, is_new] = places_.emplace(folded(name), fields_.size());
    if (is_new) {
      const EntityField* before = schema_ == nullptr ? nullptr : schema_->find(name);
      EntityField& field = fields_.emplace_back();
      if (before != nullptr) {
        field = *before;
      } else {
        field.name = name;
        field.since_epoch = 0;  // not known before
      }
    }
    return fields_[place->second];
  }

  [[noreturn]] void conflict(const EntityField& field, const Value& value) const {
    throw TypeConflict(entity_, field.name, column_kind_name(field), value_kind_name(value), widening_advice);
  }

  const Schema* schema_;
  const std::string& entity_;
  const Capabilities& capabilities_;
  SchemaChange change_;
  std::map<std::string, std::size_t> places_;
  std::vector<EntityField> fields_;  ///< in order of appearance
};

template <class Visit>
void for_each_field(const Schema* schema, const std::string& entity, std::span<const Entity> entities, Visit visit) {
  for (const Entity& one : entities) {
    const bool is_history = is_history_row(one);
    std::set<std::string> given;
    for (const auto [name, value] : one) {
      if (role_in(schema, entity, is_history, name) != FieldRole::Field) {
        continue;
      }
      if (!given.insert(folded(name)).second) {
        refuse_two_spellings(entity, name);
      }
      visit(name, value);
    }
  }
}

std::string literal(std::string_view text) {
  return fmt::format("'{}'", text);
}

std::string metadata_statement(const SqlEntityGenerator& generator, const std::string& entity, const EntityField& field,
                               std::int64_t epoch) {
  const bool is_known = field.since_epoch != 0;
  const std::string kind =
      fmt::format("{}{}", field.is_extra ? extra_prefix : "", field.kind ? kind_name(*field.kind) : unknown_kind);
  const std::array<std::string, 5> columns = {"field", "kind", "serializer", "since_epoch", "changed_epoch"};
  const std::array<std::string, 5> values = {
      literal(field.name), literal(kind), field.serializer.empty() ? "NULL" : literal(field.serializer),
      std::to_string(is_known ? field.since_epoch : epoch), std::to_string(epoch)};
  return generator.generator()
      .convert_query_to_native(generator.get_upsert_sql(metadata_table(entity), columns.front(), columns, values))
      .text;
}

}  // namespace

std::vector<EntityColumn> columns_of(const std::vector<EntityField>& fields) {
  std::vector<EntityColumn> columns;
  for (const EntityField& field : fields) {
    if (field.kind) {
      columns.push_back(EntityColumn{field.name, *field.kind});
    }
  }
  return columns;
}

SchemaChange settling_change(const Schema& schema) {
  SchemaChange change;
  for (const EntityField& field : schema.fields()) {
    if (field.is_extra) {
      change.added.push_back(field);
      change.added.back().is_extra = false;
    }
  }
  return change;
}

SchemaChange required_change(const Schema* schema, const std::string& entity, std::span<const Entity> entities,
                             const Capabilities& capabilities) {
  for (const Entity& one : entities) {
    static_cast<void>(id_of(entity, one));  // a bad id is refused before any table is made
  }
  Growth growth(schema, entity, capabilities);
  for_each_field(schema, entity, entities, [&](std::string_view name, const Value& value) { growth.add(name, value); });
  for_each_field(schema, entity, entities,
                 [&](std::string_view name, const Value& value) { growth.check(name, value); });
  return growth.finish();
}

std::vector<std::string> metadata_statements(const SqlEntityGenerator& generator, const std::string& entity,
                                             const SchemaChange& change, std::int64_t epoch) {
  std::vector<std::string> statements;
  for (const std::vector<EntityField>* fields : {&change.added, &change.widened}) {
    for (const EntityField& field : *fields) {
      statements.push_back(metadata_statement(generator, entity, field, epoch));
    }
  }
  return statements;
}

ChangeSteps change_steps(const SqlEntityGenerator& generator, const std::string& entity, const SchemaChange& change,
                         std::int64_t epoch) {
  ChangeSteps steps;
  const std::string made = change.creates ? generator.name_in_making(entity) : entity;
  steps.tables = change.creates ? generator.get_create_schema_sql(made, columns_of(change.added))
                                : generator.get_add_columns_sql(made, columns_of(change.added));
  for (const EntityColumn& column : columns_of(change.widened)) {
    for (std::string& statement : generator.get_widen_column_sql(entity, column)) {
      steps.tables.push_back(std::move(statement));
    }
  }
  steps.metadata = metadata_statements(generator, made, change, epoch);
  steps.publish = change.creates ? generator.get_publish_schema_sql(entity) : std::string();
  return steps;
}

std::vector<std::string> change_statements(const SqlEntityGenerator& generator, const std::string& entity,
                                           const SchemaChange& change, std::int64_t epoch) {
  ChangeSteps steps = change_steps(generator, entity, change, epoch);
  std::vector<std::string> statements = std::move(steps.tables);
  statements.insert(statements.end(), steps.metadata.begin(), steps.metadata.end());
  if (!steps.publish.empty()) {
    statements.push_back(std::move(steps.publish));
  }
  return statements;
}

std::int64_t next_epoch(const Schema* schema) noexcept {
  return schema == nullptr ? first_epoch : schema->epoch() + 1;
}

std::vector<EntityField> fields_after(const Schema* schema, const SchemaChange& change, std::int64_t epoch) {
  std::vector<EntityField> fields = schema == nullptr ? std::vector<EntityField>() : schema->fields();
  const auto put = [&](const EntityField& changed) {
    const auto same = std::find_if(fields.begin(), fields.end(),
                                   [&](const EntityField& field) { return field.name == changed.name; });
    if (same == fields.end()) {
      fields.push_back(changed);
      fields.back().since_epoch = epoch;
    } else {
      *same = changed;
    }
  };
  std::for_each(change.added.begin(), change.added.end(), put);
  std::for_each(change.widened.begin(), change.widened.end(), put);
  return fields;
}

}  // namespace dalia::internal
