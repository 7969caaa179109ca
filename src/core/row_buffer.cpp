#include "dalia/core/row_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "dalia/core/frame_cache.hpp"

namespace dalia::internal {
namespace {

constexpr std::size_t block_size = 1024;
constexpr std::size_t first_cells = 24;
constexpr std::size_t first_text = block_size - first_cells * sizeof(ValueRef);
constexpr std::size_t smallest_text_block = 4096;
constexpr std::size_t largest_text_block = std::size_t{1} << 20;

bool lies_elsewhere(Kind kind) noexcept {
  return kind == Kind::Text || kind == Kind::Json || kind == Kind::Decimal || kind == Kind::Bytes || kind == Kind::Uuid;
}

}  // namespace

void RowBuffer::add(std::span<const ValueRef> cells) {
  if (cell_count_ + cells.size() > cell_capacity_) {
    grow_cells(cell_count_ + cells.size());
  }
  ValueRef* out = cells_ + cell_count_;
  for (const ValueRef& cell : cells) {
    if (!lies_elsewhere(cell.kind())) {
      *out++ = cell;
      continue;
    }
    const std::string_view bytes = cell.raw_bytes();
    if (bytes.size() > text_left_) {
      add_text_block(bytes.size());
    }
    if (!bytes.empty()) {
      std::memcpy(text_, bytes.data(), bytes.size());
    }
    *out++ = ValueRef(cell.kind(), std::string_view(text_, bytes.size()));
    text_ += bytes.size();
    text_left_ -= bytes.size();
  }
  cell_count_ += cells.size();
}

void RowBuffer::clear() noexcept {
  cell_count_ = 0;
  if (block_ != nullptr) {
    more_texts_.clear();
    text_ = block_ + first_cells * sizeof(ValueRef);
    text_left_ = first_text;
  }
}

void RowBuffer::take_block() {
  block_ = static_cast<char*>(allocate_frame(block_size));
  cells_ = reinterpret_cast<ValueRef*>(block_);  // an implicit-lifetime type: every cell is written before it is read
  cell_capacity_ = first_cells;
  text_ = block_ + first_cells * sizeof(ValueRef);
  text_left_ = first_text;
}

void RowBuffer::release_block() noexcept {
  free_frame(block_, block_size);
}

void RowBuffer::grow_cells(std::size_t wanted) {
  if (block_ == nullptr) {
    take_block();
    if (wanted <= cell_capacity_) {
      return;
    }
  }
  std::vector<ValueRef> larger(std::max(wanted, 2 * cell_capacity_));
  std::copy_n(cells_, cell_count_, larger.begin());
  more_cells_ = std::move(larger);
  cells_ = more_cells_.data();
  cell_capacity_ = more_cells_.size();
}

void RowBuffer::add_text_block(std::size_t wanted) {
  const std::size_t doubled = smallest_text_block << std::min<std::size_t>(more_texts_.size(), 8);
  const std::size_t size = std::max(std::min(doubled, largest_text_block), wanted);
  more_texts_.push_back(std::make_unique_for_overwrite<char[]>(size));
  text_ = more_texts_.back().get();
  text_left_ = size;
}

}  // namespace dalia::internal
