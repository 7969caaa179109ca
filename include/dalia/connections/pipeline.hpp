/// Pipeline: statements that a connection runs together.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dalia/core/export.hpp"
#include "dalia/core/params.hpp"

namespace dalia {

/// pipeline().execute("INSERT INTO [t] VALUES (?)", params(1)).execute("SELECT count(*) FROM [t]")
/// A plain value, which connections run as often as one likes.
class DALIA_EXPORT Pipeline {
 public:
  Pipeline() = default;

  /// Adds one statement of portable SQL; nothing is sent yet.
  Pipeline& execute(std::string_view sql, Params params = Params()) & {
    add(sql, std::move(params));
    return *this;
  }
  Pipeline&& execute(std::string_view sql, Params params = Params()) && {
    add(sql, std::move(params));
    return std::move(*this);
  }

  [[nodiscard]] std::size_t size() const noexcept { return statements_.size(); }
  [[nodiscard]] bool empty() const noexcept { return statements_.empty(); }
  [[nodiscard]] const std::string& sql(std::size_t index) const noexcept { return texts_[text_of(index)]; }
  [[nodiscard]] const Params& params(std::size_t index) const noexcept { return statements_[index].params; }

  // For connections: equal texts have one number, counted from 0 up to text_count().
  [[nodiscard]] std::size_t text_of(std::size_t index) const noexcept { return statements_[index].text; }
  [[nodiscard]] std::size_t text_count() const noexcept { return texts_.size(); }
  [[nodiscard]] const std::string& text(std::size_t number) const noexcept { return texts_[number]; }

 private:
  struct Statement {
    Statement(std::size_t number, Params values) noexcept : text(number), params(std::move(values)) {}

    std::size_t text;
    Params params;
  };

  void add(std::string_view sql, Params params);

  std::vector<Statement> statements_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::size_t> numbers_;  ///< of the texts
};

[[nodiscard]] inline Pipeline pipeline() {
  return Pipeline();
}

}  // namespace dalia
