#include "dalia/entity/typed_entity.hpp"

#include "dalia/core/json.hpp"

namespace dalia::internal {

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_capital = c >= 'A' && c <= 'Z';
    const bool opens_word = is_capital && i > 0 && !(name[i - 1] >= 'A' && name[i - 1] <= 'Z') && name[i - 1] != '_';
    if (opens_word) {
      snake += '_';
    }
    snake += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

Entity entity_from(const nlohmann::json& json) {
  return Entity(json);
}

void to_json_object(const Entity& entity, nlohmann::json& json) {
  json = nlohmann::json(to_json(entity));
}

}  // namespace dalia::internal
