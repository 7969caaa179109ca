/// What the generators of the built-in dialects have in common: all but the facts.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "dalia/generators/sql_generator.hpp"
#include "generators/translate.hpp"

namespace dalia::internal {

/// Translates by rules and capabilities given once. Thread-safe: immutable.
class TranslatingGenerator : public SqlGenerator {
 public:
  TranslatingGenerator(const TranslationRules& rules, const Capabilities& capabilities)
      : rules_(rules), capabilities_(capabilities) {}

  [[nodiscard]] std::string_view dialect() const noexcept override { return rules_.dialect; }
  [[nodiscard]] const Capabilities& capabilities() const noexcept override { return capabilities_; }
  [[nodiscard]] NativeQuery convert_query_to_native(std::string_view portable) const override;
  [[nodiscard]] std::string escape_identifier(std::string_view name) const override;

  /// How the engine reads text, for those who look into a statement themselves.
  [[nodiscard]] const LexicalRules& lexical_rules() const noexcept { return rules_.lexical; }

 private:
  TranslationRules rules_;
  Capabilities capabilities_;
};

/// The limit as the engines' SET statements take it. @throws UsageError below zero, for zero means no limit there.
[[nodiscard]] std::chrono::milliseconds checked_timeout(std::chrono::milliseconds timeout,
                                                        std::chrono::milliseconds longest);

}  // namespace dalia::internal
