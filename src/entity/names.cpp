#include "entity/names.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

constexpr std::size_t longest_entity_name = 48;
constexpr std::size_t longest_field_name = 60;
constexpr std::size_t longest_id = 64;

/// Column names PostgreSQL keeps for itself; refused everywhere, so that an entity can move.
constexpr std::array<std::string_view, 6> postgres_columns = {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"};

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool contains(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// A name as it may stand in a message: hostile bytes replaced, cut to a readable length.
std::string printable(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, 80)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  if (first_invalid_utf8(text)) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  return name.size() > 80 ? text + "..." : text;
}

}  // namespace

void check_entity_name(std::string_view name) {
  const auto refuse = [&](std::string_view rule) {
    throw EntityError(fmt::format("'{}' cannot be the name of an entity: {}", printable(name), rule),
                      std::string(name));
  };
  if (name.empty() || !is_lower(name.front()) ||
      !std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; })) {
    refuse("use a lower-case letter, then lower-case letters, digits and _");
  }
  if (name.size() > longest_entity_name) {
    refuse("at most 48 characters are possible");
  }
  if (name.ends_with("_meta") || name.ends_with("_history") || name.starts_with("sqlite_")) {
    refuse("_meta and _history at the end and sqlite_ at the beginning are taken");
  }
}

FieldRole check_field_name(std::string_view entity, std::string_view name) {
  const std::string lower = folded(name);
  if (lower == "id") {
    return FieldRole::Id;
  }
  if (lower == "history_timestamp") {
    return FieldRole::HistoryTimestamp;
  }
  if (contains(system_columns, lower) || contains(history_columns, lower)) {
    return FieldRole::Ignored;
  }
  const auto refuse = [&](std::string_view rule) {
    throw EntityError(fmt::format("'{}' cannot be the name of a field of {}: {}", printable(name), entity, rule),
                      std::string(entity));
  };
  if (lower.starts_with('_') || lower.starts_with("history_")) {
    refuse("_ and history_ at the beginning are taken");
  }
  if (name.empty() || !is_letter(name.front()) ||
      !std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; })) {
    refuse("use a letter, then letters, digits and _");
  }
  if (name.size() > longest_field_name) {
    refuse("at most 60 characters are possible");
  }
  if (contains(postgres_columns, lower)) {
    refuse("PostgreSQL has a column of that name in every table");
  }
  return FieldRole::Field;
}

void check_id(std::string_view entity, std::string_view id) {
  const auto refuse = [&](std::string_view rule) {
    throw EntityError(fmt::format("an id of {} is not usable: {}", entity, rule), std::string(entity));
  };
  if (id.empty()) {
    refuse("it is empty; leave id out to have one made");
  }
  if (id.size() > longest_id) {
    refuse("it has more than 64 bytes");
  }
  if (id.find('\0') != std::string_view::npos || first_invalid_utf8(id)) {
    refuse("it is not UTF-8 text without NUL");
  }
}

std::string folded(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

}  // namespace dalia::internal
