/// Target: what a request asks for, /entities/users?limit=10, in parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http_service {

class Target {
 public:
  /// @throws Refusal for what is badly encoded.
  [[nodiscard]] static Target parse(std::string_view text);

  /// The segments between the slashes.
  [[nodiscard]] const std::vector<std::string>& path() const noexcept { return path_; }
  /// The first of that name.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  /// @throws Refusal unless it is a whole number from 0.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
  /// Whether ?name=true, or ?name alone. @throws Refusal for what is neither true nor false.
  [[nodiscard]] bool flag(std::string_view name) const;
  /// @param names  with blanks between. @throws Refusal where the query has another one: a filter that is misspelt must
  /// not find everything.
  void expect_only(std::string_view names) const;

 private:
  std::vector<std::string> path_;
  std::vector<std::pair<std::string, std::string>> query_;
};

/// @throws Refusal unless the text is a whole number from 0.
[[nodiscard]] std::int64_t whole_number(std::string_view name, std::string_view text);

/// The text as one segment of a path.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace http_service
