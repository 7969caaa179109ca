/// Responses with JSON.
#pragma once

#include <dalia/core/json.hpp>

#include <vector>

#include "net.hpp"

namespace http_service {

[[nodiscard]] Response json_response(http::status status, const nlohmann::ordered_json& body);
/// With its version as ETag, as If-Match takes it.
[[nodiscard]] Response entity_response(http::status status, const dalia::Entity& entity);
[[nodiscard]] Response entities_response(http::status status, const std::vector<dalia::Entity>& entities);

}  // namespace http_service
