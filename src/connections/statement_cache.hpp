/// StatementCache: the prepared statements of one connection by their text. The least recently used goes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dalia/connections/session.hpp"

namespace dalia::internal {

/// How a text is to be read: the same text may mean two things.
enum class Language : std::uint8_t { Portable, Native };

/// Same thread as its connection. All leases end before the cache.
class StatementCache {
 private:
  struct Entry;

 public:
  static constexpr std::size_t longest_kept_bytes = 15360;  ///< longer texts are rarely sent twice

  struct Key {
    Language language = Language::Portable;
    std::string_view text;
    std::size_t hash = 0;  ///< StatementText::hash_of(text)
  };

  /// A statement in use: nobody else gets it, and it is not dropped. Move-only; may be empty.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
      Lease old(std::move(*this));
      entry_ = std::exchange(other.entry_, nullptr);
      return *this;
    }
    ~Lease() {
      if (entry_ != nullptr) {
        give_back(entry_);
      }
    }
    explicit operator bool() const noexcept { return entry_ != nullptr; }
    [[nodiscard]] PreparedStatement& statement() const noexcept;

   private:
    friend class StatementCache;
    explicit Lease(Entry* entry) noexcept : entry_(entry) {}
    static void give_back(Entry* entry) noexcept;

    Entry* entry_ = nullptr;
  };

  /// @param capacity  in statements; 0 keeps none.
  explicit StatementCache(std::size_t capacity);
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;
  ~StatementCache();

  /// Empty where there is none, or it is in use.
  [[nodiscard]] Lease find(const Key& key) noexcept;
  /// As find, for the statement used last, without a hash: most programs run the same one again and again.
  [[nodiscard]] Lease find_last(Language language, std::string_view text) noexcept {
    if (first_ == nullptr || !is_free_last(language, text)) {
      return Lease();
    }
    return take_first();
  }
  /// The statement for use now. It is kept for later, unless its text is long or the like is in use.
  [[nodiscard]] Lease add(const Key& key, std::unique_ptr<PreparedStatement> statement);
  /// Drops what is not in use.
  void clear() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  [[nodiscard]] std::unique_ptr<Entry>& bucket(std::size_t hash) noexcept {
    return buckets_[hash & (buckets_.size() - 1)];
  }
  [[nodiscard]] bool is_free_last(Language language, std::string_view text) const noexcept;
  [[nodiscard]] Lease take_first() noexcept;
  [[nodiscard]] Entry* look_up(const Key& key) noexcept;
  void put_first(Entry* entry) noexcept;
  void unlink(Entry* entry) noexcept;
  [[nodiscard]] bool make_room() noexcept;
  void drop(Entry* entry) noexcept;

  std::vector<std::unique_ptr<Entry>> buckets_;  ///< chains that own the entries; a power of two of them
  Entry* first_ = nullptr;                       ///< most recently used
  Entry* last_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

struct StatementCache::Entry {
  std::unique_ptr<PreparedStatement> statement;
  std::string text;
  std::size_t hash = 0;
  Language language = Language::Portable;
  bool is_kept = false;
  bool in_use = false;
  std::unique_ptr<Entry> next_in_bucket;
  Entry* newer = nullptr;
  Entry* older = nullptr;
};

inline PreparedStatement& StatementCache::Lease::statement() const noexcept {
  return *entry_->statement;
}

inline bool StatementCache::is_free_last(Language language, std::string_view text) const noexcept {
  return !first_->in_use && first_->language == language && first_->text == text;
}

inline StatementCache::Lease StatementCache::take_first() noexcept {
  first_->in_use = true;
  return Lease(first_);
}

inline void StatementCache::Lease::give_back(Entry* entry) noexcept {
  entry->in_use = false;
  if (!entry->is_kept) {
    const std::unique_ptr<Entry> owned(entry);
  }
}

}  // namespace dalia::internal
