/// Portable SQL to one engine's text: one pass over the engine's own tokens, copying all but bracket names and portable
/// parameters. The output is never read again.
#pragma once

#include <string_view>

#include "dalia/generators/capabilities.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "generators/lexer.hpp"
#include "generators/native_name.hpp"

namespace dalia::internal {

/// All that translation knows about an engine besides its capabilities.
struct TranslationRules {
  std::string_view dialect;
  LexicalRules lexical;
  NameRules names;
  bool has_unicode_names = false;                  ///< U&"x" is a name with escapes
  bool numbers_parameters = false;                 ///< ? is written $1, $2, ...
  bool parameter_needs_blank_before_word = false;  ///< the engine refuses ?AND
};

/// @throws TranslationError, see SqlGenerator::convert_query_to_native.
[[nodiscard]] NativeQuery translate(std::string_view portable, const TranslationRules& rules,
                                    const Capabilities& capabilities);

}  // namespace dalia::internal
