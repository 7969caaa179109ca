/// Entities as C++ structs: those with to_json and from_json (as nlohmann's macros make them), and plain aggregates of
/// values.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "dalia/core/entity.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/aggregate.hpp"
#include "dalia/entity/entity_flow.hpp"

namespace dalia {

namespace internal {

/// "UserAccount" -> "user_account".
[[nodiscard]] DALIA_EXPORT std::string snake_case(std::string_view name);

template <class T>
concept HasJson = requires(nlohmann::json& json, const nlohmann::json& read, const T& from, T& to) {
  to_json(json, from);
  from_json(read, to);
};

/// nlohmann::json, complete only where T's to_json made it so.
template <class T>
struct JsonOf {
  using Type = nlohmann::json;
};

DALIA_EXPORT Entity entity_from(const nlohmann::json& json);
DALIA_EXPORT void to_json_object(const Entity& entity, nlohmann::json& json);
/// @throws UsageError for what is no integer of 64 bits.
[[nodiscard]] DALIA_EXPORT std::int64_t integer_from_id(std::string_view id);

}  // namespace internal

/// Under which name a type is stored; specialise it, or give the type a static member entity_name. Default: the class
/// name in snake_case.
template <class T>
struct EntityTraits {
  [[nodiscard]] static std::string name() {
    if constexpr (requires { std::string(T::entity_name); }) {
      return std::string(T::entity_name);
    } else {
      return internal::snake_case(internal::class_name<T>());
    }
  }
};

/// A struct as an entity. An empty `id` is left out, so that one is made.
template <class T>
[[nodiscard]] Entity to_entity(const T& object) {
  Entity entity;
  if constexpr (internal::HasJson<T>) {
    typename internal::JsonOf<T>::Type json;
    to_json(json, object);
    entity = internal::entity_from(json);
  } else {
    std::apply(
        [&](const auto&... field) {
          std::size_t i = 0;
          (entity.set(internal::field_names_of<T>[i++], Value(field)), ...);
        },
        internal::fields_of(object));
  }
  const Value* id = entity.find("id");
  if (id != nullptr && id->kind() == Kind::Text && id->as_text().empty()) {
    entity.erase("id");
  }
  return entity;
}

namespace internal {

/// An id is stored as text; a struct may hold it as the integer it was saved from.
template <class Field>
inline constexpr bool is_number = std::integral<Field> && !std::same_as<Field, bool>;

template <class Field>
void read_field(const Entity& entity, std::string_view name, Field& to) {
  const ValueRef value = entity.at(name).ref();
  if constexpr (is_number<Field>) {
    if (name == "id" && value.kind() == Kind::Text) {
      to = ValueRef(integer_from_id(value.raw_bytes())).get<Field>();
      return;
    }
  }
  to = value.get<Field>();
}

}  // namespace internal

/// The other way; fields the struct does not have are left out.
/// @throws UsageError where a field is missing, is null and not std::optional, or of another kind.
template <class T>
[[nodiscard]] T from_entity(const Entity& entity) {
  T object{};
  if constexpr (internal::HasJson<T>) {
    typename internal::JsonOf<T>::Type json;
    internal::to_json_object(entity, json);
    try {
      from_json(std::as_const(json), object);
    } catch (const std::exception& error) {
      throw UsageError("entity '" + EntityTraits<T>::name() + "' does not fit its struct: " + error.what());
    }
  } else {
    std::apply(
        [&](auto&... field) {
          std::size_t i = 0;
          const auto read = [&](auto& to) {
            const std::string_view name = internal::field_names_of<T>[i++];
            try {
              internal::read_field(entity, name, to);
            } catch (const UsageError& error) {
              throw UsageError("field '" + std::string(name) + "' of " + EntityTraits<T>::name() + ": " + error.what());
            }
          };
          (read(field), ...);
        },
        internal::fields_of(object));
  }
  return object;
}

namespace internal {

template <class T>
task<T> save_typed(EntityFlow& flow, Entity entity, SaveOptions options) {
  options.deserialize();
  auto saving = flow.save(EntityTraits<T>::name(), std::move(entity), std::move(options));
  const Entity saved = co_await saving;
  co_return from_entity<T>(saved);
}

template <class T>
task<std::optional<T>> get_typed(EntityFlow& flow, std::string id, GetOptions options) {
  options.deserialize();
  auto getting = flow.get(EntityTraits<T>::name(), std::move(id), std::move(options));
  const std::optional<Entity> found = co_await getting;
  std::optional<T> object;
  if (found) {
    object.emplace(from_entity<T>(*found));
  }
  co_return object;
}

template <class T>
task<std::vector<T>> find_typed(EntityFlow& flow, EntityQuery query) {
  query.deserialize();
  auto finding = flow.find(EntityTraits<T>::name(), std::move(query));
  const std::vector<Entity> found = co_await finding;
  std::vector<T> objects;
  objects.reserve(found.size());
  for (const Entity& entity : found) {
    objects.push_back(from_entity<T>(entity));
  }
  co_return objects;
}

}  // namespace internal

}  // namespace dalia
