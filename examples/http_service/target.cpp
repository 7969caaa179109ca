#include "target.hpp"

#include <algorithm>
#include <charconv>

#include "failures.hpp"

namespace http_service {
namespace {

enum class Plus { IsPlus, IsBlank };

std::string decoded(std::string_view text, Plus plus) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      unsigned char byte = 0;
      const char* const digits = text.data() + i + 1;
      if (text.size() - i < 3 || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
        throw Refusal(http::status::bad_request, "a % in the target is not followed by two hexadecimal digits");
      }
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i] == '+' && plus == Plus::IsBlank ? ' ' : text[i];
    }
  }
  return result;
}

/// Calls part(text) for each of the parts.
template <class Part>
void split(std::string_view text, char separator, const Part& part) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) {
      part(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Target Target::parse(std::string_view text) {
  Target target;
  const std::size_t question = std::min(text.find('?'), text.size());
  split(text.substr(0, question), '/',
        [&](std::string_view segment) { target.path_.push_back(decoded(segment, Plus::IsPlus)); });
  split(text.substr(std::min(question + 1, text.size())), '&', [&](std::string_view pair) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    target.query_.emplace_back(decoded(pair.substr(0, equals), Plus::IsBlank),
                               decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::IsBlank));
  });
  return target;
}

std::optional<std::string> Target::query(std::string_view name) const {
  const auto found = std::find_if(query_.begin(), query_.end(), [&](const auto& pair) { return pair.first == name; });
  return found == query_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Target::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query_) {
    if (key == name) {
      values.push_back(value);
    }
  }
  return values;
}

std::optional<std::int64_t> Target::number(std::string_view name) const {
  const std::optional<std::string> text = query(name);
  return text ? std::optional(whole_number(name, *text)) : std::nullopt;
}

bool Target::flag(std::string_view name) const {
  const std::string text = query(name).value_or("false");
  if (!text.empty() && text != "true" && text != "false") {
    throw Refusal(http::status::bad_request, std::string(name) + " is true or false");
  }
  return text != "false";
}

void Target::expect_only(std::string_view names) const {
  std::vector<std::string_view> known;
  split(names, ' ', [&](std::string_view name) { known.push_back(name); });
  for (const auto& [name, value] : query_) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Refusal(http::status::bad_request, "there is no parameter \"" + name + "\" here");
    }
  }
}

std::int64_t whole_number(std::string_view name, std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < 0) {
    throw Refusal(http::status::bad_request, std::string(name) + " is a whole number from 0");
  }
  return number;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";  // RFC 3986
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', digits[byte / 16U], digits[byte % 16U]};
    }
  }
  return result;
}

}  // namespace http_service
