/// Memory for what lives as long as one call: coroutine frames, parameters, small results. Each thread keeps some freed
/// blocks, so that a warm call allocates nothing.
#pragma once

#include <cstddef>

#include "dalia/core/export.hpp"

namespace dalia::internal {

/// @throws std::bad_alloc. Thread-safe; the block may be freed by another thread.
[[nodiscard]] DALIA_EXPORT void* allocate_frame(std::size_t size);
/// @param size  as it was allocated with.
DALIA_EXPORT void free_frame(void* frame, std::size_t size) noexcept;

template <class T>
struct FrameAllocator {
  using value_type = T;

  FrameAllocator() noexcept = default;
  template <class U>
  FrameAllocator(const FrameAllocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(allocate_frame(count * sizeof(T)));
  }
  void deallocate(T* first, std::size_t count) noexcept { free_frame(first, count * sizeof(T)); }

  friend bool operator==(const FrameAllocator&, const FrameAllocator&) noexcept { return true; }
};

}  // namespace dalia::internal
