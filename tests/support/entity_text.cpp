#include "support/entity_text.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

namespace dalia {

void PrintTo(const Value& value, std::ostream* out) {
  *out << test::to_string(value.ref());
}
void PrintTo(const ValueRef& value, std::ostream* out) {
  *out << test::to_string(value);
}
void PrintTo(const Entity& entity, std::ostream* out) {
  *out << test::to_string(entity);
}
void PrintTo(Kind kind, std::ostream* out) {
  *out << kind_name(kind);
}

}  // namespace dalia

namespace dalia::test {
namespace {

constexpr std::array<std::string_view, 12> not_fields = {
    "id",       "created_at", "created_by", "updated_at",        "updated_by",      "deleted_at",
    "_version", "version",    "history_op", "history_timestamp", "history_user_id", "history_comment"};

}  // namespace

std::string to_string(const ValueRef& value) {
  constexpr std::size_t longest = 100;
  std::string text = value.to_text();
  if (text.size() > longest) {
    text = text.substr(0, longest) + "... (" + std::to_string(text.size()) + " bytes)";
  }
  return value.is_null() ? "null" : std::string(kind_name(value.kind())) + ":" + text;
}

std::string to_string(const Entity& entity) {
  std::string text = "{";
  for (const auto [name, value] : entity) {
    text += (text.size() > 1 ? ", " : "") + std::string(name) + "=" + to_string(value.ref());
  }
  return text + "}";
}

Entity fields_of(const Entity& entity) {
  Entity fields;
  for (const auto [name, value] : entity) {
    if (std::find(not_fields.begin(), not_fields.end(), name) == not_fields.end()) {
      fields.set(name, value);
    }
  }
  return fields;
}

}  // namespace dalia::test
