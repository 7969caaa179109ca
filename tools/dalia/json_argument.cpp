#include "json_argument.hpp"

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "dalia/core/json.hpp"
#include "failures.hpp"

namespace dalia::program {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string::npos &&
         text.find_first_of("0123456789") != std::string::npos &&
         nlohmann::json::accept(text.substr(0, text.find_first_of("eE")));
}

}  // namespace

Value value_from_argument(const std::string& text, std::size_t number) {
  try {
    return value_from_json(parse_json(text));
  } catch (const UsageError& error) {
    if (nlohmann::json::accept(text) || is_number(text)) {
      throw WrongUsage(fmt::format("parameter {}: {}", number, error.what()));
    }
    return Value(text);
  }
}

}  // namespace dalia::program
