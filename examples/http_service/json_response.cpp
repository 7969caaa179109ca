#include "json_response.hpp"

#include <string>

namespace http_service {

Response json_response(http::status status, const nlohmann::ordered_json& body) {
  Response response(status, 11);
  response.set(http::field::content_type, "application/json");
  // Bytes that are no UTF-8, which a column of SQLite may hold, become U+FFFD.
  response.body() = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  return response;
}

Response entity_response(http::status status, const dalia::Entity& entity) {
  Response response = json_response(status, dalia::to_json(entity));
  response.set(http::field::etag, '"' + std::to_string(entity.version()) + '"');
  return response;
}

Response entities_response(http::status status, const std::vector<dalia::Entity>& entities) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const dalia::Entity& entity : entities) {
    list.push_back(dalia::to_json(entity));
  }
  return json_response(status, list);
}

}  // namespace http_service
