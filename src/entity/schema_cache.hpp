/// SchemaCache: the committed schemas of one database, shared by its connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "entity/schema.hpp"

namespace dalia::internal {

/// Holds only what is committed: a transaction that may still roll back keeps its schemas to itself. It may be behind
/// the database; a row with a newer epoch tells. Thread-safe.
class SchemaCache {
 public:
  [[nodiscard]] std::shared_ptr<const Schema> find(const std::string& entity) const {
    const std::lock_guard lock(mutex_);
    const auto found = schemas_.find(entity);
    return found == schemas_.end() ? nullptr : found->second;
  }

  /// What was read last counts: tables may have been dropped and made anew.
  /// @return the schema to use; the held one where both are the same.
  std::shared_ptr<const Schema> put(std::shared_ptr<const Schema> schema) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Schema>& held = schemas_[schema->entity()];
    if (!held || held->epoch() != schema->epoch() || held->fields() != schema->fields()) {
      held = std::move(schema);
      generation_.fetch_add(1, std::memory_order_release);
    }
    return held;
  }

  void drop(const std::string& entity) {
    const std::lock_guard lock(mutex_);
    if (schemas_.erase(entity) != 0) {
      generation_.fetch_add(1, std::memory_order_release);
    }
  }

  /// Whether it is time to give the entity's extra fields columns; if so, not again for a while, unless it succeeds.
  bool begin_settling(const std::string& entity) {
    constexpr std::chrono::minutes pause{5};
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    const auto [next, is_first] = next_settling_.try_emplace(entity, now);
    if (now < next->second) {
      return false;
    }
    next->second = now + pause;
    return true;
  }
  void end_settling(const std::string& entity) {
    const std::lock_guard lock(mutex_);
    next_settling_.erase(entity);
  }

  /// Changes with every change of the cache, so that a connection knows whether its own view still holds.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;  ///< guards schemas_ and next_settling_
  std::unordered_map<std::string, std::shared_ptr<const Schema>> schemas_;
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> next_settling_;
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace dalia::internal
