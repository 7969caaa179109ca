#include "property/entity_model.hpp"

#include <cmath>

namespace dalia::test {
namespace {

constexpr std::int64_t two_to_53 = std::int64_t{1} << 53;

bool is_exact(const Value& value) {
  const auto number = value.get<std::int64_t>();
  return number >= -two_to_53 && number <= two_to_53;
}

}  // namespace

std::optional<Value> model_fit(const Value& value, Kind kind) {
  if (value.is_null() || value.kind() == kind) {
    return value;
  }
  const Kind from = value.kind();
  if (from == Kind::Int64 && kind == Kind::Double && is_exact(value)) {
    return Value(static_cast<double>(value.get<std::int64_t>()));
  }
  if (from == Kind::Int64 && kind == Kind::Decimal) {
    return Value::decimal(value.to_text());
  }
  if (from == Kind::Double && kind == Kind::Int64) {
    const auto number = value.get<double>();
    if (std::trunc(number) == number && std::abs(number) < 0x1p62) {
      return Value(static_cast<std::int64_t>(number));
    }
  }
  if (from == Kind::Decimal && kind == Kind::Int64 && value.as_text().find('.') == std::string_view::npos &&
      value.as_text().size() < 18) {
    return Value(value.get<std::int64_t>());
  }
  return std::nullopt;
}

const EntityModel::Item& EntityModel::item(const std::string& id) const {
  static const Item none;
  const auto found = items_.find(id);
  return found == items_.end() ? none : found->second;
}

bool EntityModel::holds_inexact_integers(const std::string& field) const {
  const auto is_inexact = [&](const Fields& fields) {
    const auto found = fields.find(field);
    return found != fields.end() && found->second.kind() == Kind::Int64 && !is_exact(found->second);
  };
  for (const auto& [id, item] : items_) {
    if (item.exists && is_inexact(item.fields)) {
      return true;
    }
    for (const Version& version : item.versions) {
      if (is_inexact(version.fields)) {
        return true;
      }
    }
  }
  return false;
}

void EntityModel::convert(const std::string& field, Kind kind) {
  const auto change = [&](Fields& fields) {
    if (const auto found = fields.find(field); found != fields.end()) {
      found->second = *model_fit(found->second, kind);
    }
  };
  for (auto& [id, item] : items_) {
    change(item.fields);
    for (Version& version : item.versions) {
      change(version.fields);
    }
  }
}

void EntityModel::keep_fields_of(const EntityModel& later, const std::vector<EntityField>& stored) {
  for (const EntityField& field : stored) {
    const auto grown = later.kinds_.find(field.name);
    if (grown == later.kinds_.end() || (field.kind && grown->second != field.kind)) {
      continue;
    }
    const auto before = kinds_.find(field.name);
    if (before != kinds_.end() && before->second && before->second != field.kind) {
      convert(field.name, *field.kind);
    }
    kinds_[field.name] = field.kind;
  }
}

/// All kinds of the inputs at once, or nothing.
bool EntityModel::grow(const std::vector<Entity>& inputs) {
  std::map<std::string, std::optional<Kind>> kinds = kinds_;
  for (const Entity& input : inputs) {
    for (const auto [name, value] : input) {
      if (name == "id") {
        continue;
      }
      std::optional<Kind>& kind = kinds[std::string(name)];
      if (value.is_null()) {
        continue;
      }
      if (!kind) {
        kind = value.kind();
      } else if (!model_fit(value, *kind)) {
        const bool widens = *kind == Kind::Int64 && (value.kind() == Kind::Double || value.kind() == Kind::Decimal);
        if (!widens) {
          return false;
        }
        kind = value.kind();
      }
    }
  }
  for (const Entity& input : inputs) {
    for (const auto [name, value] : input) {
      if (name != "id" && !value.is_null() && !model_fit(value, *kinds[std::string(name)])) {
        return false;
      }
    }
  }
  for (const auto& [name, kind] : kinds) {
    const auto before = kinds_.find(name);
    const bool widens = before != kinds_.end() && before->second && before->second != kind;
    if (widens && kind == Kind::Double && holds_inexact_integers(name)) {
      return false;
    }
  }
  for (const auto& [name, kind] : kinds) {
    const auto before = kinds_.find(name);
    if (before != kinds_.end() && before->second && before->second != kind) {
      convert(name, *kind);
    }
  }
  kinds_ = std::move(kinds);
  return true;
}

void EntityModel::record(Item& item, const std::string& operation, const std::string& user,
                         const std::string& comment) {
  Version version;
  version.number = item.version() + 1;
  version.operation = operation;
  version.fields = item.fields;
  version.is_deleted = item.is_deleted;
  version.user = user;
  version.comment = comment;
  item.updated_by = user;
  item.versions.push_back(std::move(version));
}

Refusal EntityModel::save(const ModelSave& save, std::vector<std::int64_t>& versions) {
  if (!grow(save.inputs)) {
    return Refusal::TypeConflict;
  }
  const std::map<std::string, Item> before = items_;
  const auto refuse = [&](Refusal reason) {
    items_ = before;
    return reason;
  };
  for (const Entity& input : save.inputs) {
    Item& item = items_[input.id()];
    const std::int64_t current = item.exists ? item.version() : 0;
    if (save.expected_version && *save.expected_version != current) {
      return refuse(Refusal::VersionConflict);
    }
    if (item.exists && item.is_deleted && !save.revives) {
      return refuse(Refusal::EntityDeleted);
    }
    const bool revives = item.exists && item.is_deleted;
    bool changes = !item.exists || revives;
    Fields fields = item.exists ? item.fields : Fields();
    for (const auto [name, value] : input) {
      if (name == "id") {
        continue;
      }
      const std::optional<Kind> kind = kinds_[std::string(name)];
      Value stored = kind ? *model_fit(value, *kind) : Value();
      Value& held = fields[std::string(name)];
      changes = changes || !(held == stored);
      held = std::move(stored);
    }
    if (changes) {
      const std::string operation = !item.exists ? "insert" : revives ? "restore" : "update";
      if (!item.exists) {
        item.created_by = save.user;
      }
      item.exists = true;
      item.is_deleted = false;
      item.fields = std::move(fields);
      record(item, operation, save.user, save.comment);
    }
    versions.push_back(item.version());
  }
  return Refusal::None;
}

bool EntityModel::soft_delete(const std::string& id, const std::string& user, const std::string& comment) {
  const auto found = items_.find(id);
  if (found == items_.end() || !found->second.exists || found->second.is_deleted) {
    return false;
  }
  found->second.is_deleted = true;
  record(found->second, "delete", user, comment);
  return true;
}

bool EntityModel::restore(const std::string& id, const std::string& user, const std::string& comment) {
  const auto found = items_.find(id);
  if (found == items_.end() || !found->second.exists || !found->second.is_deleted) {
    return false;
  }
  found->second.is_deleted = false;
  record(found->second, "restore", user, comment);
  return true;
}

bool EntityModel::hard_delete(const std::string& id, const std::string& user, const std::string& comment) {
  const auto found = items_.find(id);
  if (found == items_.end() || !found->second.exists) {
    return false;
  }
  record(found->second, "hard_delete", user, comment);
  found->second.exists = false;
  return true;
}

bool EntityModel::erase(const std::string& id, const std::string& user, const std::string& comment) {
  const auto found = items_.find(id);
  if (found == items_.end() || found->second.versions.empty()) {
    return false;
  }
  Item& item = found->second;
  if (!item.exists && item.versions.back().operation == "erase") {
    return false;
  }
  const std::int64_t last = item.version();
  item = Item();
  Version tombstone;
  tombstone.number = last + 1;
  tombstone.operation = "erase";
  tombstone.user = user;
  tombstone.comment = comment;
  item.versions.push_back(std::move(tombstone));
  return true;
}

}  // namespace dalia::test
