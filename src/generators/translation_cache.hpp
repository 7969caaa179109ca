/// Keeps translations by statement text, so that each text is read once per connection manager.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dalia/generators/sql_generator.hpp"

namespace dalia::internal {

/// Least recently used goes first. Thread-safe; a hit copies nothing but a shared pointer.
class TranslationCache {
 public:
  static constexpr std::size_t default_capacity = 1024;       ///< statements
  static constexpr std::size_t longest_cached_bytes = 15360;  ///< longer texts are rarely sent twice

  struct Counters {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;  ///< translations, those of texts too long to keep included
    friend bool operator==(const Counters&, const Counters&) = default;
  };

  /// @param generator  must outlive the cache.
  /// @param capacity  in statements; 0 keeps none.
  explicit TranslationCache(const SqlGenerator& generator, std::size_t capacity = default_capacity)
      : generator_(generator), capacity_(capacity) {}

  /// SqlGenerator::convert_query_to_native, remembered. Errors are not. @throws TranslationError
  [[nodiscard]] std::shared_ptr<const NativeQuery> convert(std::string_view portable);

  [[nodiscard]] Counters counters() const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string portable;
    std::shared_ptr<const NativeQuery> native;
  };
  using Entries = std::list<Entry>;

  [[nodiscard]] std::shared_ptr<const NativeQuery> find(std::string_view portable);
  void keep(std::string_view portable, const std::shared_ptr<const NativeQuery>& native);

  const SqlGenerator& generator_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;  ///< guards all below; never held while the generator works
  Entries entries_;           ///< most recently used first
  std::unordered_map<std::string_view, Entries::iterator> index_;  ///< keys view into entries_
  Counters counters_;
};

}  // namespace dalia::internal
