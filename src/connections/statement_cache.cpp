#include "connections/statement_cache.hpp"

#include <algorithm>
#include <bit>

namespace dalia::internal {

StatementCache::StatementCache(std::size_t capacity)
    : buckets_(std::bit_ceil(std::clamp<std::size_t>(2 * capacity, 1, 4096))), capacity_(capacity) {}

StatementCache::~StatementCache() {
  clear();
}

StatementCache::Lease StatementCache::find(const Key& key) noexcept {
  Entry* entry = look_up(key);
  if (entry == nullptr || entry->in_use) {
    return Lease();
  }
  entry->in_use = true;
  if (entry != first_) {
    unlink(entry);
    put_first(entry);
  }
  return Lease(entry);
}

StatementCache::Lease StatementCache::add(const Key& key, std::unique_ptr<PreparedStatement> statement) {
  auto entry = std::make_unique<Entry>();
  entry->statement = std::move(statement);
  entry->in_use = true;
  const bool is_kept = key.text.size() <= longest_kept_bytes && look_up(key) == nullptr && make_room();
  if (!is_kept) {
    return Lease(entry.release());  // which owns what is not kept
  }
  entry->text = key.text;
  entry->hash = key.hash;
  entry->language = key.language;
  entry->is_kept = true;
  Entry* kept = entry.get();
  std::unique_ptr<Entry>& chain = bucket(key.hash);
  entry->next_in_bucket = std::move(chain);
  chain = std::move(entry);
  put_first(kept);
  ++size_;
  return Lease(kept);
}

void StatementCache::clear() noexcept {
  for (Entry* entry = last_; entry != nullptr;) {
    Entry* newer = entry->newer;
    if (!entry->in_use) {
      drop(entry);
    }
    entry = newer;
  }
}

StatementCache::Entry* StatementCache::look_up(const Key& key) noexcept {
  Entry* entry = bucket(key.hash).get();
  while (entry != nullptr && (entry->hash != key.hash || entry->language != key.language || entry->text != key.text)) {
    entry = entry->next_in_bucket.get();
  }
  return entry;
}

void StatementCache::put_first(Entry* entry) noexcept {
  entry->newer = nullptr;
  entry->older = first_;
  (first_ == nullptr ? last_ : first_->newer) = entry;
  first_ = entry;
}

void StatementCache::unlink(Entry* entry) noexcept {
  (entry->newer == nullptr ? first_ : entry->newer->older) = entry->older;
  (entry->older == nullptr ? last_ : entry->older->newer) = entry->newer;
}

bool StatementCache::make_room() noexcept {
  if (size_ < capacity_) {
    return true;
  }
  Entry* entry = last_;
  while (entry != nullptr && entry->in_use) {
    entry = entry->newer;
  }
  if (entry == nullptr) {
    return false;
  }
  drop(entry);
  return true;
}

void StatementCache::drop(Entry* entry) noexcept {
  unlink(entry);
  --size_;
  std::unique_ptr<Entry>* owner = &bucket(entry->hash);
  while (owner->get() != entry) {
    owner = &(*owner)->next_in_bucket;
  }
  const std::unique_ptr<Entry> dropped = std::move(*owner);
  *owner = std::move(dropped->next_in_bucket);
}

}  // namespace dalia::internal
