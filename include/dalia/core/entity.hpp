/// Entity: a flat, ordered map from field name to Value, as saved, found and returned by the entity calls.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "dalia/core/export.hpp"
#include "dalia/core/field_names.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// One name with its value, as written in braces: {"name", "John"}.
class DALIA_EXPORT Field {
 public:
  Field(std::string_view name, Value value) : name_(name), value_(std::move(value)) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] const Value& value() const noexcept { return value_; }

 private:
  std::string_view name_;
  Value value_;
};

/// Names are shared between the entities of one result. A plain value type; not thread-safe to modify.
class DALIA_EXPORT Entity {
 public:
  /// What iteration yields; binds as `for (auto [name, value] : entity)`.
  using Item = std::pair<std::string_view, const Value&>;
  class Iterator;

  Entity();
  /// A name given twice keeps its first place and its last value.
  Entity(std::initializer_list<Field> fields);
  /// @throws UsageError unless json is an object.
  explicit Entity(const nlohmann::json& json);
  Entity(SharedFieldNames names, std::vector<Value> values);
  /// A name given twice keeps its first place and its last value. @param values  one for each name.
  [[nodiscard]] static Entity of(std::span<const std::string_view> names, std::vector<Value> values);

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
  /// Null where the field is absent. Valid until the entity changes.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  /// @throws UsageError for an absent field, naming those there are.
  [[nodiscard]] const Value& at(std::string_view name) const;
  [[nodiscard]] const Value& operator[](std::string_view name) const { return at(name); }
  /// @throws UsageError for an absent field or a value of another kind.
  template <class T>
  [[nodiscard]] T get(std::string_view name) const {
    return at(name).get<T>();
  }
  [[nodiscard]] std::string_view name(std::size_t index) const noexcept { return (*names_)[index]; }
  [[nodiscard]] const Value& value(std::size_t index) const noexcept { return values_[index]; }
  [[nodiscard]] const SharedFieldNames& names() const noexcept { return names_; }
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;

  /// Adds the field or replaces its value.
  Entity& set(std::string_view name, Value value);
  /// False where there was no such field.
  bool erase(std::string_view name);

  /// The id as text. @throws UsageError where there is none.
  [[nodiscard]] std::string id() const;
  /// The number of this version. @throws UsageError where there is none (an entity that was never stored).
  [[nodiscard]] std::int64_t version() const;

  /// The same fields with the same values, in any order.
  friend DALIA_EXPORT bool operator==(const Entity& left, const Entity& right);

 private:
  SharedFieldNames names_;
  std::vector<Value> values_;  ///< one for each of *names_
};

class Entity::Iterator {
 public:
  using value_type = Item;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  Iterator(const Entity* entity, std::size_t index) noexcept : entity_(entity), index_(index) {}
  Item operator*() const noexcept { return Item(entity_->name(index_), entity_->value(index_)); }
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  Iterator operator++(int) noexcept {
    Iterator before = *this;
    ++index_;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  const Entity* entity_ = nullptr;
  std::size_t index_ = 0;
};

inline Entity::Iterator Entity::begin() const noexcept {
  return Iterator(this, 0);
}
inline Entity::Iterator Entity::end() const noexcept {
  return Iterator(this, size());
}

namespace internal {
inline void add_fields(std::string_view* /*names*/, std::vector<Value>& /*values*/) {}
template <class V, class... Rest>
void add_fields(std::string_view* names, std::vector<Value>& values, std::string_view name, V&& value, Rest&&... rest) {
  *names = name;
  values.emplace_back(std::forward<V>(value));
  add_fields(names + 1, values, std::forward<Rest>(rest)...);
}
}  // namespace internal

/// entity("name", "Phil", "age", 30): the form to use inside co_await, where braces are not safe on g++ 12.
template <class... NamesAndValues>
[[nodiscard]] Entity entity(NamesAndValues&&... names_and_values) {
  static_assert(sizeof...(names_and_values) % 2 == 0, "entity() takes names and values in turn");
  std::array<std::string_view, sizeof...(names_and_values) / 2> names;
  std::vector<Value> values;
  values.reserve(names.size());
  internal::add_fields(names.data(), values, std::forward<NamesAndValues>(names_and_values)...);
  return Entity::of(names, std::move(values));
}

}  // namespace dalia
