/// Bound values in the formats libpq sends: binary where the type of the parameter allows, else text.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "dalia/core/value.hpp"

namespace dalia::internal::postgres {

/// Views the values it was given; texts and blobs are not copied where they go out as they are.
class Parameters {
 public:
  /// @throws UsageError for what PostgreSQL cannot hold, naming the parameter's number.
  void bind(std::span<const ValueRef> values, std::span<const Oid> types, const std::string& statement);

  /// Frees the copies of large values. Those that are bound must have been sent.
  void release() noexcept;

  /// About as many as go out.
  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  enum Format { Text = 0, Binary = 1 };

  void resize(std::size_t count);
  void bind_one(std::size_t index, const ValueRef& value, Oid type);
  void bind_text(std::size_t index, const ValueRef& value, Oid type);
  bool bind_number(std::size_t index, const ValueRef& value, Oid type);
  bool bind_moment(std::size_t index, const ValueRef& value, Oid type);
  /// Without a copy.
  void set_view(std::size_t index, std::string_view bytes);
  void set_text(std::size_t index, std::string text);
  void set_jsonb(std::size_t index, std::string_view json);
  template <class T>
  void set_fixed(std::size_t index, T value);

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> fixed_;
  std::vector<std::string> copies_;
};

/// What a number's parameter should be, where the server took it for an integer that cannot hold it; else nothing.
[[nodiscard]] std::optional<Oid> wider_type(const ValueRef& value, Oid type) noexcept;

/// A JSON array as an array literal: [1,null,"a"] becomes {1,NULL,"a"}.
/// @throws UsageError for JSON that is no array.
[[nodiscard]] std::string array_literal(std::string_view json);

}  // namespace dalia::internal::postgres
