/// Serializers: how values of an application's own C++ types are stored in fields.
#pragma once

#include <any>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>

#include "dalia/core/export.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// One per database, shared by its connections. Thread-safe.
class DALIA_EXPORT SerializerRegistry {
 public:
  SerializerRegistry();
  ~SerializerRegistry();

  /// @param type_name  kept beside the field in the database, so it must mean the same in every program.
  /// @param serialize    gives text or JSON; the returned Value carries the name (Value::type_name).
  /// @param deserialize  takes what serialize gave.
  /// @throws UsageError where the name or the type is taken.
  template <class T>
  void add(std::string type_name, std::function<Value(const T&)> serialize,
           std::function<T(const Value&)> deserialize) {
    add(
        std::move(type_name), std::type_index(typeid(T)),
        [serialize = std::move(serialize)](const void* value) { return serialize(*static_cast<const T*>(value)); },
        [deserialize = std::move(deserialize)](const Value& value) { return std::any(deserialize(value)); });
  }

  /// @throws UsageError for a type without a serializer.
  template <class T>
  [[nodiscard]] Value serialize(const T& value) const {
    return serialize(std::type_index(typeid(T)), &value);
  }
  template <class T>
  [[nodiscard]] T deserialize(const Value& value) const {
    return std::any_cast<T>(deserialize(std::type_index(typeid(T)), value));
  }
  [[nodiscard]] bool knows(std::string_view type_name) const;

 private:
  using Serialize = std::function<Value(const void*)>;
  using Deserialize = std::function<std::any(const Value&)>;
  struct Entries;

  void add(std::string type_name, std::type_index type, Serialize serialize, Deserialize deserialize);
  [[nodiscard]] Value serialize(std::type_index type, const void* value) const;
  [[nodiscard]] std::any deserialize(std::type_index type, const Value& value) const;

  std::unique_ptr<Entries> entries_;
};

}  // namespace dalia
