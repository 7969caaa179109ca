#include "generators/translating_generator.hpp"

#include <algorithm>

#include "dalia/core/error.hpp"

namespace dalia::internal {

NativeQuery TranslatingGenerator::convert_query_to_native(std::string_view portable) const {
  return translate(portable, rules_, capabilities_);
}

std::string TranslatingGenerator::escape_identifier(std::string_view name) const {
  return escaped_identifier(name, rules_.names);
}

std::chrono::milliseconds checked_timeout(std::chrono::milliseconds timeout, std::chrono::milliseconds longest) {
  if (timeout < std::chrono::milliseconds::zero()) {
    throw UsageError("a timeout below zero");
  }
  return std::min(timeout, longest);
}

}  // namespace dalia::internal
