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
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_flow.hpp"
#include "dalia/entity/entity_query.hpp"
#include "dalia/entity/save_options.hpp"
#include "dalia/entity/serializer.hpp"
#include "dalia/entity/typed_entity.hpp"

namespace dalia {

/// The blocking mode: a call returns its result.
struct Sync {
  template <class T>
  static T finish(task<T> work) {
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
template <class Mode>
class EntityMixin {
 public:
  /// Creates or updates: fields that are absent stay as they are, null becomes NULL, unknown fields become columns.
  /// System fields in the input are ignored, so any row that was read can be saved again. Without an id a UUID is made.
  /// An unchanged save writes nothing. @return the whole stored row, in the form get_entity gives.
  /// @throws VersionConflict, EntityDeleted, TypeConflict, UnknownField (mode Frozen), SchemaChangeNeeded (mode Plan).
  auto save_entity(std::string_view name, Entity entity, const SaveOptions& options = SaveOptions()) {
    return Mode::finish(flow_.save(std::string(name), std::move(entity), options));
  }
  /// As save_entity for each, in order, in one transaction, all or nothing. Fields may differ; an id may come twice.
  auto save_entities(std::string_view name, std::vector<Entity> entities, const SaveOptions& options = SaveOptions()) {
    return Mode::finish(flow_.save_all(std::string(name), std::move(entities), options));
  }
  /// @return std::optional<Entity>, empty where there is none or it is soft-deleted.
  auto get_entity(std::string_view name, EntityId id, const GetOptions& options = GetOptions()) {
    return Mode::finish(flow_.get(std::string(name), id.text(), options));
  }
  /// @return std::vector<Entity>. @throws UnknownField, TranslationError for what is no single expression.
  auto find_entities(std::string_view name, const EntityQuery& query = EntityQuery()) {
    return Mode::finish(flow_.find(std::string(name), query));
  }
  /// @return how many find_entities would return without limit and offset.
  auto count_entities(std::string_view name, const EntityQuery& query = EntityQuery()) {
    return Mode::finish(flow_.count(std::string(name), query));
  }
  /// Soft by default. @return false where there was nothing to delete.
  auto delete_entity(std::string_view name, EntityId id, const DeleteOptions& options = DeleteOptions()) {
    return Mode::finish(flow_.remove(std::string(name), id.text(), options));
  }
  /// Undoes a soft delete. @return false where there was nothing to restore.
  auto restore_entity(std::string_view name, EntityId id, const RestoreOptions& options = RestoreOptions()) {
    return Mode::finish(flow_.restore(std::string(name), id.text(), options));
  }
  /// Removes the row and every snapshot of it; what stays is a bare tombstone (id, last version, when, by whom).
  /// @return false where there was neither.
  auto erase_entity(std::string_view name, EntityId id, const RestoreOptions& options = RestoreOptions()) {
    return Mode::finish(flow_.erase(std::string(name), id.text(), options));
  }
  /// Every version, oldest first: the fields as they were, with version, history_op (insert, update, delete, restore,
  /// hard_delete, erase), history_timestamp, history_user_id and history_comment. @return std::vector<Entity>.
  auto get_entity_history(std::string_view name, EntityId id, const GetOptions& options = GetOptions()) {
    return Mode::finish(flow_.history(std::string(name), id.text(), options));
  }
  /// @return one row of the history, or an empty std::optional. Saving it again restores those values.
  /// @throws UsageError for a version below 1.
  auto get_entity_by_version(std::string_view name, EntityId id, std::int64_t version,
                             const GetOptions& options = GetOptions()) {
    return Mode::finish(flow_.version(std::string(name), id.text(), version, options));
  }

  /// save_entity for a struct (EntityTraits says under which name). @return the stored one.
  template <class T>
  auto save(const T& object, const SaveOptions& options = SaveOptions()) {
    return Mode::finish(internal::save_typed<T>(flow_, to_entity(object), options));
  }
  /// @return std::optional<T>.
  template <class T>
  auto get(EntityId id, const GetOptions& options = GetOptions()) {
    return Mode::finish(internal::get_typed<T>(flow_, id.text(), options));
  }
  /// @return std::vector<T>.
  template <class T>
  auto find(const EntityQuery& query = EntityQuery()) {
    return Mode::finish(internal::find_typed<T>(flow_, query));
  }

  /// The statements a save of `sample` would have to run first to change the tables; nothing is changed.
  auto plan_entity_schema(std::string_view name, Entity sample) {
    return Mode::finish(flow_.plan(std::string(name), std::move(sample)));
  }
  /// Makes the tables ready for entities like `sample` without saving one, and gives fields that wait for a column
  /// theirs where nobody uses the tables. @return the fields the entity has then.
  auto ensure_entity_schema(std::string_view name, Entity sample) {
    return Mode::finish(flow_.ensure(std::string(name), std::move(sample)));
  }
  /// @return std::vector<EntityField> in the order of the columns, system columns left out; empty where no table is.
  auto get_entity_fields(std::string_view name) { return Mode::finish(flow_.fields(std::string(name))); }
  /// @return the names of all entities in the database.
  auto get_entity_names() { return Mode::finish(flow_.names()); }

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
  explicit EntityMixin(EntityFlow& flow) noexcept : flow_(flow) {}
  ~EntityMixin() = default;

 private:
  EntityFlow& flow_;
};

}  // namespace dalia
