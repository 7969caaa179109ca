/// JSON at the edge: strict parsing and conversion of values and entities. The only dalia header that includes the JSON
/// library; dalia.hpp leaves it out, so that it costs only those who use it.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "dalia/core/entity.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/row.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// Strict: UTF-8, no \u0000, at most 512 levels, integers within 64 bits (send larger ones as text).
/// Keeps the order of keys. @throws UsageError with line and column.
[[nodiscard]] DALIA_EXPORT nlohmann::ordered_json parse_json(std::string_view text);

/// Sorted keys and no blanks, the form in which values are compared; for engines that give JSON back in another.
/// What dalia would not have stored, such as numbers beyond its range, comes back as it is.
[[nodiscard]] DALIA_EXPORT std::string canonical_json(std::string_view text);
/// As above, into memory that is there already. @param text  not a part of `canonical`.
DALIA_EXPORT void write_canonical_json(std::string_view text, std::string& canonical);

/// Decimals become numbers where they are whole and within -2^63 .. 2^64-1, else strings; kinds that JSON lacks become
/// their canonical text.
[[nodiscard]] DALIA_EXPORT nlohmann::json to_json(const ValueRef& value);
/// Keeps the order of fields.
[[nodiscard]] DALIA_EXPORT nlohmann::ordered_json to_json(const Entity& entity);
[[nodiscard]] DALIA_EXPORT nlohmann::ordered_json to_json(const Row& row);

/// As Value(json) and Entity(json), from JSON whose order counts.
[[nodiscard]] DALIA_EXPORT Value value_from_json(const nlohmann::ordered_json& json);
[[nodiscard]] DALIA_EXPORT Entity entity_from_json(const nlohmann::ordered_json& json);

}  // namespace dalia
