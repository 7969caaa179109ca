/// JSON text to JSON values and back, with the limits dalia sets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace dalia::internal {

inline constexpr std::size_t most_json_levels = 512;

/// As parse_json; for nlohmann::json (sorted keys) and nlohmann::ordered_json.
template <class Json>
[[nodiscard]] Json parse_json_as(std::string_view text);

extern template nlohmann::json parse_json_as<nlohmann::json>(std::string_view text);
extern template nlohmann::ordered_json parse_json_as<nlohmann::ordered_json>(std::string_view text);

/// The canonical text of an object or array: sorted keys, no blanks.
/// @throws UsageError for what parse_json_as would not read back.
[[nodiscard]] std::string canonical_json(const nlohmann::json& json);

}  // namespace dalia::internal
