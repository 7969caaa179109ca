/// Text as a terminal shows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dalia::program {

struct DisplayText {
  std::string text;       ///< UTF-8 without anything that would steer a terminal
  std::size_t width = 0;  ///< in columns
};

/// Control characters and what is no UTF-8 are made visible (\n, \x1b, \u202e); what is wider than `most` columns is
/// cut and ends with "…".
[[nodiscard]] DisplayText display_text(std::string_view text, std::size_t most);

/// For messages: visible as above, and each run of blanks and line breaks is one blank.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace dalia::program
