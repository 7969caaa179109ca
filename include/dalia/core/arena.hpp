/// Arena: grows by blocks, so that what it gave out never moves; freed as a whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace dalia::internal {

/// Bytes for the texts of a ResultSet. Move-only; moving keeps every pointer valid.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept
      : blocks_(std::move(other.blocks_)),
        free_(std::exchange(other.free_, nullptr)),
        left_(std::exchange(other.left_, 0)),
        first_size_(std::exchange(other.first_size_, 0)) {
    other.blocks_.clear();
  }
  Arena& operator=(Arena&& other) noexcept {
    blocks_ = std::move(other.blocks_);
    other.blocks_.clear();
    free_ = std::exchange(other.free_, nullptr);
    left_ = std::exchange(other.left_, 0);
    first_size_ = std::exchange(other.first_size_, 0);
    return *this;
  }

  /// A copy of the bytes, valid until clear().
  [[nodiscard]] std::string_view copy(std::string_view bytes) {
    if (bytes.empty()) {
      return std::string_view("", 0);
    }
    if (bytes.size() > left_) {
      add_block(bytes.size());
    }
    std::memcpy(free_, bytes.data(), bytes.size());
    const std::string_view kept(free_, bytes.size());
    free_ += bytes.size();
    left_ -= bytes.size();
    return kept;
  }

  /// Forgets everything and keeps the first block.
  void clear() noexcept {
    if (!blocks_.empty()) {
      blocks_.resize(1);
      free_ = blocks_.front().get();
      left_ = first_size_;
    }
  }

 private:
  static constexpr std::size_t smallest_block = 512;
  static constexpr std::size_t largest_block = std::size_t{1} << 20;

  void add_block(std::size_t at_least) {
    std::size_t size = smallest_block << std::min<std::size_t>(blocks_.size() * 2, 11);
    size = std::max(std::min(size, largest_block), at_least);
    blocks_.push_back(std::unique_ptr<char[]>(new char[size]));
    if (blocks_.size() == 1) {
      first_size_ = size;
    }
    free_ = blocks_.back().get();
    left_ = size;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
  std::size_t first_size_ = 0;
};

}  // namespace dalia::internal
