#include "entity/extra_values.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "dalia/core/error.hpp"

namespace dalia::internal {

ExtraValues::ExtraValues(const ValueRef& column) {
  if (column.is_null()) {
    return;
  }
  try {
    nlohmann::json::parse(column.raw_bytes()).get_to(values_);
  } catch (const nlohmann::json::exception&) {
    throw EntityError(
        "the column _extra of a row is not as dalia writes it, an object of texts; correct it with execute",
        std::string());
  }
}

ValueRef ExtraValues::find(std::string_view field) const {
  const auto found = values_.find(field);
  return found == values_.end() ? ValueRef() : ValueRef(std::string_view(found->second));
}

bool ExtraValues::set(const std::string& field, const ValueRef& value) {
  if (value.is_null()) {
    return values_.erase(field) != 0;
  }
  std::string text = value.to_text();
  const auto [held, is_new] = values_.try_emplace(field, text);
  if (is_new || held->second == text) {
    return is_new;
  }
  held->second = std::move(text);
  return true;
}

std::string ExtraValues::text() const {
  return values_.empty() ? std::string() : nlohmann::json(values_).dump();
}

}  // namespace dalia::internal
