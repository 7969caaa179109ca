/// EntityInput: an entity given to a save, sorted into the columns of its schema.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dalia/core/entity.hpp"
#include "entity/names.hpp"
#include "entity/schema.hpp"

namespace dalia::internal {

/// Views the entity it was made from. Movable, not copyable.
struct EntityInput {
  EntityInput() = default;
  EntityInput(EntityInput&&) = default;
  EntityInput& operator=(EntityInput&&) = default;

  std::string id;
  bool id_is_generated = false;
  /// Nobody may have changed the schema: among the values is an integer that a double does not hold, and the column may
  /// have become one of doubles; or a field without a column, which may have got one.
  bool needs_current_schema = false;
  std::vector<std::pair<std::size_t, ValueRef>> values;  ///< column and value, by column, each once
  std::vector<std::pair<const EntityField*, ValueRef>>
      extra;                   ///< what goes into _extra, which then is among the columns
  std::list<Value> converted;  ///< what had to change to fit its column; values and extra view it
};

/// Whether the entity was read from a history: then its `version` is that of the row, not a field.
[[nodiscard]] bool is_history_row(const Entity& entity) noexcept;

/// What a name in the input stands for.  @throws EntityError for a name no field may have.
[[nodiscard]] FieldRole role_in(const Schema* schema, const std::string& entity, bool is_history_row,
                                std::string_view name);

[[noreturn]] void refuse_two_spellings(const std::string& entity, std::string_view field);

/// @throws EntityError for what no engine, or not every engine, holds: NaN, infinities, a text with a NUL or not in
/// UTF-8.
void check_storable(const std::string& entity, std::string_view field, const Value& value);

/// @throws EntityError for a decimal with more digits than the engine's columns have.
void check_digits(const std::string& entity, std::string_view field, const ValueRef& value,
                  const Capabilities& capabilities);

/// The id of an entity as text, checked; empty where one has to be made.  @throws EntityError.
[[nodiscard]] std::string id_of(const std::string& entity, const Entity& input);

/// Nothing where the schema does not take the entity as it is: an unknown field, or a value that does not fit.
/// @param entity  must outlive the result.
/// @throws EntityError for a bad id or name, and for two spellings of one field.
[[nodiscard]] std::optional<EntityInput> input_for(const Schema& schema, const Entity& entity,
                                                   const Capabilities& capabilities);

}  // namespace dalia::internal
