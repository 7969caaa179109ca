#include "dalia/entity/serializer.hpp"

#include <map>

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia {

struct SerializerRegistry::Entries {
  struct Entry {
    std::string type_name;
    Serialize serialize;
    Deserialize deserialize;
  };

  mutable std::mutex mutex;  // guards the maps; an entry never changes once it is in
  std::map<std::type_index, std::shared_ptr<const Entry>> by_type;
  std::map<std::string, std::type_index, std::less<>> by_name;

  std::shared_ptr<const Entry> of(std::type_index type) const {
    const std::lock_guard lock(mutex);
    const auto found = by_type.find(type);
    if (found == by_type.end()) {
      throw UsageError("no serializer is registered for this type; call register_serializer first");
    }
    return found->second;
  }
};

SerializerRegistry::SerializerRegistry() : entries_(std::make_unique<Entries>()) {}
SerializerRegistry::~SerializerRegistry() = default;

void SerializerRegistry::add(std::string type_name, std::type_index type, Serialize serialize,
                             Deserialize deserialize) {
  static_cast<void>(Value::serialized(type_name, Value("")));  // refuses names that no value may carry
  const std::lock_guard lock(entries_->mutex);
  if (entries_->by_name.contains(type_name) || entries_->by_type.contains(type)) {
    throw UsageError(fmt::format("a serializer '{}', or one for this type, is registered already", type_name));
  }
  entries_->by_name.emplace(type_name, type);
  entries_->by_type.emplace(type, std::make_shared<const Entries::Entry>(Entries::Entry{
                                      std::move(type_name), std::move(serialize), std::move(deserialize)}));
}

Value SerializerRegistry::serialize(std::type_index type, const void* value) const {
  const auto entry = entries_->of(type);
  return Value::serialized(entry->type_name, entry->serialize(value));
}

std::any SerializerRegistry::deserialize(std::type_index type, const Value& value) const {
  const auto entry = entries_->of(type);
  if (!value.type_name().empty() && value.type_name() != entry->type_name) {
    throw UsageError(fmt::format("the value is a '{}', not a '{}'", value.type_name(), entry->type_name));
  }
  return entry->deserialize(value);
}

bool SerializerRegistry::knows(std::string_view type_name) const {
  const std::lock_guard lock(entries_->mutex);
  return entries_->by_name.contains(type_name);
}

}  // namespace dalia
