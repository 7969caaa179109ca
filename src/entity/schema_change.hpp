/// SchemaChange: what the tables of an entity lack for some entities to be saved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <span>

#include "dalia/core/entity.hpp"
#include "dalia/entity/entity_schema.hpp"
#include "entity/schema.hpp"

namespace dalia::internal {

struct SchemaChange {
  bool creates = false;              ///< there are no tables yet
  std::vector<EntityField> added;    ///< new fields, and fields that get their first kind
  std::vector<EntityField> widened;  ///< fields whose kind grows

  [[nodiscard]] bool is_empty() const noexcept { return !creates && added.empty() && widened.empty(); }
};

/// Pure: looks at nothing but its arguments.
/// @param schema  null where the entity has no tables.
/// @throws EntityError for bad names, TypeConflict for values that no lossless widening makes fit.
[[nodiscard]] SchemaChange required_change(const Schema* schema, const std::string& entity,
                                           std::span<const Entity> entities);

/// The statements of the change, without those that record it in the metadata table.
[[nodiscard]] std::vector<std::string> change_statements(const SqlEntityGenerator& generator, const std::string& entity,
                                                         const SchemaChange& change);

/// The fields after the change, the changed ones with this epoch.
[[nodiscard]] std::vector<EntityField> fields_after(const Schema* schema, const SchemaChange& change,
                                                    std::int64_t epoch);

}  // namespace dalia::internal
