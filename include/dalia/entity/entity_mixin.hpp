/// EntityMixin: the entity calls of a connection. Each is one line; the work is in EntityFlow.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dalia/core/entity.hpp"
#include "dalia/core/tail.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_flow.hpp"
#include "dalia/entity/entity_query.hpp"
#include "dalia/entity/save_options.hpp"
#include "dalia/entity/serializer.hpp"
#include "dalia/entity/typed_entity.hpp"

namespace dalia {

/// The blocking mode: a call returns its result.
struct Sync {
  template <class T, class... Rest>
  static T finish(task<T> work, const Rest&...) {
    static_assert(sizeof...(Rest) == 0, "a blocking call takes its own kind of options last, and nothing behind them");
    return std::move(work).run_sync();
  }
};

/// An id as callers give it: text, or an integer that is stored as its digits.
class EntityId {
 public:
  EntityId(std::string text) : text_(std::move(text)) {}
  EntityId(std::string_view text) : text_(text) {}
  EntityId(const char* text) : text_(text) {}
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) EntityId(T number) : text_(std::to_string(number)) {}

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

DALIA_EXPORT SerializerRegistry& serializers_of(const EntityFlow& flow) noexcept;

/// Every call runs in a transaction of its own, or inside the one that is open, where it is all or nothing too.
/// Common errors: EntityError for a bad entity or field name, TimeoutError, TransientError, and those of execute.
/// A table that does not exist reads as empty; only saves create tables.
/// @tparam Mode  its finish(task, rest...) makes of a task what the call returns.
/// @param tail  the options that the call names, where they are wanted; on an AsyncConnection then a completion token,
/// where another one than use_awaitable is wanted.
template <class Mode>
class EntityMixin {
 public:
  /// Creates or updates: fields that are absent stay as they are, null becomes NULL, unknown fields become columns.
  /// System fields in the input are ignored, so any row that was read can be saved again. Without an id a UUID is made.
  /// An unchanged save writes nothing. Options: SaveOptions. @return the whole stored row, in the form get_entity
  /// gives.
  /// @throws VersionConflict, EntityDeleted, TypeConflict, UnknownField (mode Frozen), SchemaChangeNeeded (mode Plan).
  template <class... Tail>
  auto save_entity(std::string_view name, Entity entity, Tail&&... tail) {
    return finish<SaveOptions>(
        flow_.save(std::string(name), std::move(entity), internal::option_in<SaveOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// As save_entity for each, in order, in one transaction, all or nothing. Fields may differ; an id may come twice.
  /// Options: SaveOptions.
  template <class... Tail>
  auto save_entities(std::string_view name, std::vector<Entity> entities, Tail&&... tail) {
    return finish<SaveOptions>(
        flow_.save_all(std::string(name), std::move(entities), internal::option_in<SaveOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// Options: GetOptions. @return std::optional<Entity>, empty where there is none or it is soft-deleted.
  template <class... Tail>
  auto get_entity(std::string_view name, EntityId id, Tail&&... tail) {
    return finish<GetOptions>(flow_.get(std::string(name), id.text(), internal::option_in<GetOptions>(tail...)),
                              std::forward<Tail>(tail)...);
  }
  /// Options: EntityQuery. @return std::vector<Entity>.
  /// @throws UnknownField, TranslationError for what is no single expression.
  template <class... Tail>
  auto find_entities(std::string_view name, Tail&&... tail) {
    return finish<EntityQuery>(flow_.find(std::string(name), internal::option_in<EntityQuery>(tail...)),
                               std::forward<Tail>(tail)...);
  }
  /// Options: EntityQuery. @return how many find_entities would return without limit and offset.
  template <class... Tail>
  auto count_entities(std::string_view name, Tail&&... tail) {
    return finish<EntityQuery>(flow_.count(std::string(name), internal::option_in<EntityQuery>(tail...)),
                               std::forward<Tail>(tail)...);
  }
  /// Soft by default. Options: DeleteOptions. @return false where there was nothing to delete.
  template <class... Tail>
  auto delete_entity(std::string_view name, EntityId id, Tail&&... tail) {
    return finish<DeleteOptions>(
        flow_.remove(std::string(name), id.text(), internal::option_in<DeleteOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// Undoes a soft delete. Options: RestoreOptions. @return false where there was nothing to restore.
  template <class... Tail>
  auto restore_entity(std::string_view name, EntityId id, Tail&&... tail) {
    return finish<RestoreOptions>(
        flow_.restore(std::string(name), id.text(), internal::option_in<RestoreOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// Removes the row and every snapshot of it; what stays is a bare tombstone (id, last version, when, by whom).
  /// Options: RestoreOptions. @return false where there was neither.
  template <class... Tail>
  auto erase_entity(std::string_view name, EntityId id, Tail&&... tail) {
    return finish<RestoreOptions>(
        flow_.erase(std::string(name), id.text(), internal::option_in<RestoreOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// Every version, oldest first: the fields as they were, with version, history_op (insert, update, delete, restore,
  /// hard_delete, erase), history_timestamp, history_user_id and history_comment. Options: GetOptions.
  /// @return std::vector<Entity>.
  template <class... Tail>
  auto get_entity_history(std::string_view name, EntityId id, Tail&&... tail) {
    return finish<GetOptions>(flow_.history(std::string(name), id.text(), internal::option_in<GetOptions>(tail...)),
                              std::forward<Tail>(tail)...);
  }
  /// Options: GetOptions. @return one row of the history, or an empty std::optional. Saving it again restores those
  /// values.
  /// @throws UsageError for a version below 1.
  template <class... Tail>
  auto get_entity_by_version(std::string_view name, EntityId id, std::int64_t version, Tail&&... tail) {
    return finish<GetOptions>(
        flow_.version(std::string(name), id.text(), version, internal::option_in<GetOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }

  /// save_entity for a struct (EntityTraits says under which name). Options: SaveOptions. @return the stored one.
  template <class T, class... Tail>
  auto save(const T& object, Tail&&... tail) {
    return finish<SaveOptions>(
        internal::save_typed<T>(flow_, to_entity(object), internal::option_in<SaveOptions>(tail...)),
        std::forward<Tail>(tail)...);
  }
  /// Options: GetOptions. @return std::optional<T>.
  template <class T, class... Tail>
  auto get(EntityId id, Tail&&... tail) {
    return finish<GetOptions>(internal::get_typed<T>(flow_, id.text(), internal::option_in<GetOptions>(tail...)),
                              std::forward<Tail>(tail)...);
  }
  /// Options: EntityQuery. @return std::vector<T>.
  template <class T, class... Tail>
  auto find(Tail&&... tail) {
    return finish<EntityQuery>(internal::find_typed<T>(flow_, internal::option_in<EntityQuery>(tail...)),
                               std::forward<Tail>(tail)...);
  }

  /// The statements a save of `sample` would have to run first to change the tables; nothing is changed.
  template <class... Tail>
  auto plan_entity_schema(std::string_view name, Entity sample, Tail&&... tail) {
    return finish<>(flow_.plan(std::string(name), std::move(sample)), std::forward<Tail>(tail)...);
  }
  /// Makes the tables ready for entities like `sample` without saving one, and gives fields that wait for a column
  /// theirs where nobody uses the tables. @return the fields the entity has then.
  template <class... Tail>
  auto ensure_entity_schema(std::string_view name, Entity sample, Tail&&... tail) {
    return finish<>(flow_.ensure(std::string(name), std::move(sample)), std::forward<Tail>(tail)...);
  }
  /// @return std::vector<EntityField> in the order of the columns, system columns left out; empty where no table is.
  template <class... Tail>
  auto get_entity_fields(std::string_view name, Tail&&... tail) {
    return finish<>(flow_.fields(std::string(name)), std::forward<Tail>(tail)...);
  }
  /// @return the names of all entities in the database.
  template <class... Tail>
  auto get_entity_names(Tail&&... tail) {
    return finish<>(flow_.names(), std::forward<Tail>(tail)...);
  }

  /// As SerializerRegistry::add, for the whole database.
  template <class T>
  void register_serializer(std::string type_name, std::function<Value(const T&)> serialize,
                           std::function<T(const Value&)> deserialize) {
    serializers_of(flow_).template add<T>(std::move(type_name), std::move(serialize), std::move(deserialize));
  }
  /// A value of a registered type as a field takes it.
  template <class T>
  [[nodiscard]] Value serialize(const T& value) const {
    return serializers_of(flow_).template serialize<T>(value);
  }
  template <class T>
  [[nodiscard]] T deserialize(const Value& value) const {
    return serializers_of(flow_).template deserialize<T>(value);
  }

 protected:
  /// @param flow  outlives it.
  explicit EntityMixin(EntityFlow& flow, Mode mode = Mode()) noexcept : flow_(flow), mode_(std::move(mode)) {}
  EntityMixin(const EntityMixin&) = default;
  ~EntityMixin() = default;

  [[nodiscard]] const Mode& mode() const noexcept { return mode_; }
  template <class... Options, class T, class... Tail>
  auto finish(task<T> work, Tail&&... tail) const {
    const auto finish_it = [&](auto&&... rest) {
      return mode_.finish(std::move(work), std::forward<decltype(rest)>(rest)...);
    };
    return internal::call_behind<Options...>(finish_it, std::forward<Tail>(tail)...);
  }

 private:
  EntityFlow& flow_;
  [[no_unique_address]] Mode mode_;
};

}  // namespace dalia
