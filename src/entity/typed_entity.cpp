#include "dalia/entity/typed_entity.hpp"

#include <charconv>
#include <system_error>

#include "dalia/core/json.hpp"

namespace dalia::internal {

namespace {

bool is_capital(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

/// A capital opens a word after anything but a capital, and as the last of several: HTTPServer is http_server.
bool opens_word(std::string_view name, std::size_t i) noexcept {
  if (i == 0 || !is_capital(name[i]) || name[i - 1] == '_') {
    return false;
  }
  const bool small_follows = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
  return !is_capital(name[i - 1]) || small_follows;
}

}  // namespace

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (opens_word(name, i)) {
      snake += '_';
    }
    snake += is_capital(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

std::int64_t integer_from_id(std::string_view id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) {
    throw UsageError("the id is no integer of 64 bits; hold it as std::string");
  }
  return number;
}

Entity entity_from(const nlohmann::json& json) {
  return Entity(json);
}

void to_json_object(const Entity& entity, nlohmann::json& json) {
  json = nlohmann::json(to_json(entity));
}

}  // namespace dalia::internal
