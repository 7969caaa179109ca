/// The values bound to the placeholders of a statement, in order.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "dalia/core/frame_cache.hpp"
#include "dalia/core/value.hpp"

namespace dalia {

/// A plain list of values.
class Params {
 public:
  /// A few values need no call of the allocator.
  using Values = std::vector<Value, internal::FrameAllocator<Value>>;

  Params() = default;
  explicit Params(Values values) noexcept : values_(std::move(values)) {}
  explicit Params(const std::vector<Value>& values) : values_(values.begin(), values.end()) {}

  Params& add(Value value) {
    values_.push_back(std::move(value));
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] const Value& operator[](std::size_t index) const noexcept { return values_[index]; }
  [[nodiscard]] std::span<const Value> values() const noexcept { return values_; }

  friend bool operator==(const Params&, const Params&) = default;

 private:
  Values values_;
};

/// params(30, "active"): one value for each placeholder, left to right.
template <class... T>
[[nodiscard]] Params params(T&&... values) {
  Params::Values list;
  list.reserve(sizeof...(values));
  (list.emplace_back(std::forward<T>(values)), ...);
  return Params(std::move(list));
}

}  // namespace dalia
