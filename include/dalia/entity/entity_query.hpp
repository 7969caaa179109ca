/// What to read: options of get_entity and the query of find_entities.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dalia/core/params.hpp"

namespace dalia {

/// Of all reads. Derived is the option class itself, so that setters chain.
template <class Derived>
class ReadOptions {
 public:
  /// Return typed values (instants, decimals, JSON ...) instead of numbers, bools and canonical text.
  Derived& deserialize() noexcept {
    deserialize_ = true;
    return static_cast<Derived&>(*this);
  }
  /// Soft-deleted entities too.
  Derived& include_deleted() noexcept {
    include_deleted_ = true;
    return static_cast<Derived&>(*this);
  }
  /// Total time of the call; default: query_timeout of the configuration.
  Derived& timeout(std::chrono::nanoseconds timeout) {
    timeout_ = timeout;
    return static_cast<Derived&>(*this);
  }

  [[nodiscard]] bool deserializes() const noexcept { return deserialize_; }
  [[nodiscard]] bool includes_deleted() const noexcept { return include_deleted_; }
  [[nodiscard]] const std::optional<std::chrono::nanoseconds>& timeout() const noexcept { return timeout_; }

 private:
  bool deserialize_ = false;
  bool include_deleted_ = false;
  std::optional<std::chrono::nanoseconds> timeout_;
};

/// get_options().deserialize()
class GetOptions : public ReadOptions<GetOptions> {
 public:
  GetOptions() noexcept {}
};

/// where("[age] > ?", 18).order_by("[name] DESC").limit(10); an empty query finds everything.
class EntityQuery : public ReadOptions<EntityQuery> {
 public:
  EntityQuery() noexcept {}
  EntityQuery(std::string condition, Params params) : condition_(std::move(condition)), params_(std::move(params)) {}

  /// One expression over fields of the entity and system columns; names with or without brackets.
  EntityQuery& where(std::string condition, Params params) {
    condition_ = std::move(condition);
    params_ = std::move(params);
    return *this;
  }
  /// Expressions over fields with ASC or DESC; default: created_at, then id. id is always the last key.
  EntityQuery& order_by(std::string order) {
    order_ = std::move(order);
    return *this;
  }
  EntityQuery& limit(std::int64_t rows) noexcept {
    limit_ = rows;
    return *this;
  }
  EntityQuery& offset(std::int64_t rows) noexcept {
    offset_ = rows;
    return *this;
  }

  [[nodiscard]] const std::string& condition() const noexcept { return condition_; }
  [[nodiscard]] const Params& params() const noexcept { return params_; }
  [[nodiscard]] const std::string& order() const noexcept { return order_; }
  [[nodiscard]] std::optional<std::int64_t> limit() const noexcept { return limit_; }
  [[nodiscard]] std::optional<std::int64_t> offset() const noexcept { return offset_; }

 private:
  std::string condition_;
  Params params_;
  std::string order_;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> offset_;
};

[[nodiscard]] inline GetOptions get_options() {
  return GetOptions();
}
[[nodiscard]] inline EntityQuery entity_query() {
  return EntityQuery();
}

/// where("[status] = ? AND [created_date] > ?", "active", since)
template <class... T>
[[nodiscard]] EntityQuery where(std::string condition, T&&... values) {
  return EntityQuery(std::move(condition), params(std::forward<T>(values)...));
}

}  // namespace dalia
