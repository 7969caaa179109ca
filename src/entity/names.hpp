/// Which names entities and fields may have, and which belong to the framework.
#pragma once

#include <string>
#include <string_view>

namespace dalia::internal {

/// a-z, then a-z 0-9 _ up to 48 bytes; no _meta or _history at the end, no sqlite_ at the beginning. Every name derived
/// from it stays below the 63 bytes at which PostgreSQL cuts.  @throws EntityError.
void check_entity_name(std::string_view name);

enum class FieldRole {
  Field,
  Id,
  Ignored,           ///< a system field: input may hold it, saves skip it
  HistoryTimestamp,  ///< ignored too; marks the input as a row of the history
};

/// @throws EntityError for a name that no field may have.
[[nodiscard]] FieldRole check_field_name(std::string_view entity, std::string_view name);

/// At most 64 bytes of text, not empty, no NUL.  @throws EntityError.
void check_id(std::string_view entity, std::string_view id);

/// ASCII letters in lower case: field names compare without case.
[[nodiscard]] std::string folded(std::string_view name);

}  // namespace dalia::internal
