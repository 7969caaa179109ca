/// The values bound to the placeholders of a statement, in order.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "dalia/core/value.hpp"

namespace dalia {

/// A plain list of values.
class Params {
 public:
  Params() = default;
  explicit Params(std::vector<Value> values) : values_(std::move(values)) {}

  Params& add(Value value) {
    values_.push_back(std::move(value));
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] const Value& operator[](std::size_t index) const noexcept { return values_[index]; }
  [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }

  friend bool operator==(const Params&, const Params&) = default;

 private:
  std::vector<Value> values_;
};

/// params(30, "active"): one value for each placeholder, left to right.
template <class... T>
[[nodiscard]] Params params(T&&... values) {
  std::vector<Value> list;
  list.reserve(sizeof...(values));
  (list.emplace_back(std::forward<T>(values)), ...);
  return Params(std::move(list));
}

}  // namespace dalia
