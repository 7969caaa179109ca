/// RowBuffer: the cells and texts of a ResultSet. What it gave out never moves until clear().
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "dalia/core/export.hpp"
#include "dalia/core/value.hpp"

namespace dalia::internal {

/// A small result lives in one block, which comes from the per-thread cache of frames; larger ones grow by more blocks.
/// Move-only; moving keeps every pointer valid.
class DALIA_EXPORT RowBuffer {
 public:
  RowBuffer() noexcept = default;
  RowBuffer(RowBuffer&& other) noexcept { swap(other); }
  RowBuffer& operator=(RowBuffer&& other) noexcept {
    RowBuffer old(std::move(*this));
    swap(other);
    return *this;
  }
  ~RowBuffer() {
    if (block_ != nullptr) {
      release_block();
    }
  }

  /// Copies the cells and the texts they view. Nothing is added where memory runs out.
  void add(std::span<const ValueRef> cells);
  /// Forgets everything and keeps the memory of a small result.
  void clear() noexcept;
  [[nodiscard]] std::span<const ValueRef> cells() const noexcept {
    return std::span<const ValueRef>(cells_, cell_count_);
  }

  void swap(RowBuffer& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(cells_, other.cells_);
    std::swap(cell_count_, other.cell_count_);
    std::swap(cell_capacity_, other.cell_capacity_);
    std::swap(text_, other.text_);
    std::swap(text_left_, other.text_left_);
    more_cells_.swap(other.more_cells_);
    more_texts_.swap(other.more_texts_);
  }

 private:
  void take_block();
  void release_block() noexcept;
  void grow_cells(std::size_t wanted);
  void add_text_block(std::size_t wanted);

  char* block_ = nullptr;  ///< first cells, then texts
  ValueRef* cells_ = nullptr;
  std::size_t cell_count_ = 0;
  std::size_t cell_capacity_ = 0;
  char* text_ = nullptr;  ///< free space for texts
  std::size_t text_left_ = 0;
  std::vector<ValueRef> more_cells_;
  std::vector<std::unique_ptr<char[]>> more_texts_;
};

}  // namespace dalia::internal
