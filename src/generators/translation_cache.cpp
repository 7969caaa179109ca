#include "generators/translation_cache.hpp"

namespace dalia::internal {

std::shared_ptr<const NativeQuery> TranslationCache::convert(std::string_view portable) {
  const bool is_kept = portable.size() <= longest_cached_bytes && capacity_ > 0;
  if (auto native = is_kept ? find(portable) : nullptr) {
    return native;
  }
  auto native = std::make_shared<const NativeQuery>(generator_.convert_query_to_native(portable));
  if (is_kept) {
    keep(portable, native);
  } else {
    const std::lock_guard lock(mutex_);
    ++counters_.misses;
  }
  return native;
}

std::shared_ptr<const NativeQuery> TranslationCache::find(std::string_view portable) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(portable);
  if (found == index_.end()) {
    return nullptr;
  }
  ++counters_.hits;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->native;
}

/// Another thread may have translated the same text meanwhile; then its entry stays.
void TranslationCache::keep(std::string_view portable, const std::shared_ptr<const NativeQuery>& native) {
  Entries fresh;
  fresh.push_back(Entry{std::string(portable), native});
  Entries evicted;  // freed after the lock
  const std::lock_guard lock(mutex_);
  ++counters_.misses;
  if (!index_.try_emplace(fresh.front().portable, fresh.begin()).second) {
    return;
  }
  entries_.splice(entries_.begin(), fresh);
  if (entries_.size() > capacity_) {
    index_.erase(entries_.back().portable);
    evicted.splice(evicted.begin(), entries_, std::prev(entries_.end()));
  }
}

TranslationCache::Counters TranslationCache::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::size_t TranslationCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace dalia::internal
