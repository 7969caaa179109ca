#include "generators/native_name.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

/// In well-formed UTF-8 only characters beyond U+FFFF start with F0 or more.
bool leaves_basic_plane(std::string_view name) noexcept {
  return std::ranges::any_of(name, [](char byte) { return static_cast<unsigned char>(byte) >= 0xF0U; });
}

bool ends_with_blank(std::string_view name) noexcept {
  return std::string_view(" \t\n\v\f\r").find(name.back()) != std::string_view::npos;
}

}  // namespace

std::string_view objection_to_name(std::string_view name, const NameRules& rules) noexcept {
  if (name.empty()) {
    return "empty name";
  }
  if (name.find('\0') != std::string_view::npos) {
    return "NUL in a name";
  }
  if (rules.basic_plane_only && leaves_basic_plane(name)) {
    return "a name with a character beyond U+FFFF, which this engine refuses";
  }
  if (!rules.may_end_with_blank && ends_with_blank(name)) {
    return "a name that ends with a blank, which this engine refuses";
  }
  return {};
}

void append_quoted_name(std::string& out, std::string_view name, char quote) {
  out.push_back(quote);
  for (std::size_t at = name.find(quote); at != std::string_view::npos; at = name.find(quote)) {
    out.append(name.substr(0, at + 1)).push_back(quote);
    name.remove_prefix(at + 1);
  }
  out.append(name).push_back(quote);
}

std::string escaped_identifier(std::string_view name, const NameRules& rules) {
  if (first_invalid_utf8(name)) {
    throw UsageError("a name that is not valid UTF-8");
  }
  if (const std::string_view objection = objection_to_name(name, rules); !objection.empty()) {
    throw UsageError(fmt::format("{}: '{}'", objection, name));
  }
  std::string quoted;
  quoted.reserve(name.size() + 2);
  append_quoted_name(quoted, name, rules.quote);
  return quoted;
}

}  // namespace dalia::internal
