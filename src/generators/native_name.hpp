/// Quoting of names for one engine: the point where text from outside could otherwise leave its quotes.
#pragma once

#include <string>
#include <string_view>

namespace dalia::internal {

struct NameRules {
  char quote = '"';
  bool basic_plane_only = false;  ///< the engine refuses characters beyond U+FFFF in names
  bool may_end_with_blank = true;
};

/// Why the engine cannot have this name; empty if it can. The name must be well-formed UTF-8.
[[nodiscard]] std::string_view objection_to_name(std::string_view name, const NameRules& rules) noexcept;

/// Appends the name between the engine's quotes, each of these doubled inside.
void append_quoted_name(std::string& out, std::string_view name, char quote);

/// SqlGenerator::escape_identifier for any engine. @throws UsageError
[[nodiscard]] std::string escaped_identifier(std::string_view name, const NameRules& rules);

}  // namespace dalia::internal
