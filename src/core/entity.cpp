#include "dalia/core/entity.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

const SharedFieldNames& no_names() {
  static const SharedFieldNames none = std::make_shared<const FieldNames>();
  return none;
}

}  // namespace

Entity::Entity() : names_(no_names()) {}

Entity::Entity(std::initializer_list<Field> fields) {
  std::vector<std::string_view> names;
  std::vector<Value> values;
  names.reserve(fields.size());
  values.reserve(fields.size());
  for (const Field& field : fields) {
    names.push_back(field.name());
    values.push_back(field.value());
  }
  *this = of(names, std::move(values));
}

Entity::Entity(SharedFieldNames names, std::vector<Value> values)
    : names_(names ? std::move(names) : SharedFieldNames(no_names())), values_(std::move(values)) {
  if (names_->size() != values_.size()) {
    throw UsageError(fmt::format("an entity of {} names was given {} values", names_->size(), values_.size()));
  }
}

Entity Entity::of(std::span<const std::string_view> names, std::vector<Value> values) {
  for (std::size_t i = 1; i < names.size(); ++i) {
    const std::span<const std::string_view> before = names.first(i);
    if (std::find(before.begin(), before.end(), names[i]) == before.end()) {
      continue;
    }
    Entity entity;
    for (std::size_t field = 0; field < names.size(); ++field) {
      entity.set(names[field], std::move(values[field]));
    }
    return entity;
  }
  return Entity(FieldNames::shared(names), std::move(values));
}

const Value* Entity::find(std::string_view name) const noexcept {
  // An entity that was moved from has no table of names.
  const std::size_t index = names_ ? names_->find(name) : FieldNames::npos;
  return index < values_.size() ? &values_[index] : nullptr;
}

const Value& Entity::at(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) {
    const FieldNames& known = names_ ? *names_ : *no_names();
    throw UsageError(fmt::format("there is no field '{}'; the fields are: {}", name, fmt::join(known, ", ")));
  }
  return *value;
}

Entity& Entity::set(std::string_view name, Value value) {
  if (const Value* known = find(name)) {
    values_[static_cast<std::size_t>(known - values_.data())] = std::move(value);
    return *this;
  }
  values_.push_back(std::move(value));
  try {
    FieldNames::append(names_, name);
  } catch (...) {
    values_.pop_back();
    throw;
  }
  return *this;
}

bool Entity::erase(std::string_view name) {
  const Value* known = find(name);
  if (known == nullptr) {
    return false;
  }
  const auto index = static_cast<std::ptrdiff_t>(known - values_.data());
  std::vector<std::string> names(names_->begin(), names_->end());
  names.erase(names.begin() + index);
  names_ = std::make_shared<FieldNames>(std::move(names));
  values_.erase(values_.begin() + index);
  return true;
}

std::string Entity::id() const {
  const Value* id = find("id");
  if (id == nullptr || id->is_null()) {
    throw UsageError("the entity has no id");
  }
  if (id->kind() != Kind::Text && id->kind() != Kind::Int64 && id->kind() != Kind::Uuid) {
    throw UsageError(fmt::format("an id is a text or an integer, not a value of kind {}", kind_name(id->kind())));
  }
  return id->to_text();
}

std::int64_t Entity::version() const {
  const Value* version = find("_version");
  if (version == nullptr) {
    version = find("version");
  }
  if (version == nullptr || version->is_null()) {
    throw UsageError("the entity has no version: it was never stored");
  }
  return version->get<std::int64_t>();
}

bool operator==(const Entity& left, const Entity& right) {
  if (left.size() != right.size()) {
    return false;
  }
  return std::all_of(left.begin(), left.end(), [&right](const Entity::Item& item) {
    const Value* other = right.find(item.first);
    return other != nullptr && *other == item.second;
  });
}

}  // namespace dalia
