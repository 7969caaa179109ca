/// SchemaChange: what the tables of an entity lack for some entities to be saved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <span>

#include "dalia/core/entity.hpp"
#include "dalia/entity/entity_schema.hpp"
#include "entity/schema.hpp"

namespace dalia::internal {

/// In the metadata, the kind of a field that was seen only as null.
inline constexpr std::string_view unknown_kind = "unknown";
/// In the metadata, in front of the kind of a field that has no column yet.
inline constexpr std::string_view extra_prefix = "extra:";

[[nodiscard]] std::vector<EntityColumn> columns_of(const std::vector<EntityField>& fields);

struct SchemaChange {
  bool creates = false;              ///< there are no tables yet
  std::vector<EntityField> added;    ///< new fields, and fields that get their first kind
  std::vector<EntityField> widened;  ///< fields whose kind grows

  [[nodiscard]] bool is_empty() const noexcept { return !creates && added.empty() && widened.empty(); }
};

/// Pure: looks at nothing but its arguments.
/// @param schema  null where the entity has no tables.
/// @throws EntityError for bad names and values no engine holds, TypeConflict for values that no lossless widening
/// makes fit.
[[nodiscard]] SchemaChange required_change(const Schema* schema, const std::string& entity,
                                           std::span<const Entity> entities, const Capabilities& capabilities);

/// Columns for the fields that have none yet.
[[nodiscard]] SchemaChange settling_change(const Schema& schema);

/// The epoch of the schema that follows. @param schema  null where the entity has no tables.
[[nodiscard]] std::int64_t next_epoch(const Schema* schema) noexcept;

/// The fields after the change, the changed ones with this epoch.
[[nodiscard]] std::vector<EntityField> fields_after(const Schema* schema, const SchemaChange& change,
                                                    std::int64_t epoch);

/// What records the change. Field, kind and serializer are letters, digits and the like, so they may stand in the text.
/// @param epoch  of the schema after the change.
[[nodiscard]] std::vector<std::string> metadata_statements(const SqlEntityGenerator& generator,
                                                           const std::string& entity, const SchemaChange& change,
                                                           std::int64_t epoch);

/// What the change takes, in this order.
struct ChangeSteps {
  std::vector<std::string> tables;    ///< and columns
  std::vector<std::string> metadata;  ///< that records them
  std::string publish;                ///< shows new tables to everybody; may be empty
};

[[nodiscard]] ChangeSteps change_steps(const SqlEntityGenerator& generator, const std::string& entity,
                                       const SchemaChange& change, std::int64_t epoch);
/// All of them.
[[nodiscard]] std::vector<std::string> change_statements(const SqlEntityGenerator& generator, const std::string& entity,
                                                         const SchemaChange& change, std::int64_t epoch);

}  // namespace dalia::internal
