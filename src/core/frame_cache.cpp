#include "dalia/core/frame_cache.hpp"

#include <array>
#include <bit>
#include <new>
#include <utility>

namespace dalia::internal {
namespace {

/// Freed frames of one thread, by size class; powers of two from 128 bytes to 8 KiB.
class FrameCache {
 public:
  void* take(std::size_t index) noexcept {
    FreeList& list = lists_[index];
    if (list.first == nullptr) {
      return nullptr;
    }
    --list.count;
    return std::exchange(list.first, list.first->next);
  }

  bool keep(void* frame, std::size_t index) noexcept {
    FreeList& list = lists_[index];
    // Frames freed by another thread than the one that made them would pile up without this limit.
    if (state_ != State::Open || list.count == most_frames) {
      return state_ == State::New && open() && keep(frame, index);
    }
    ++list.count;
    list.first = ::new (frame) FreeFrame{list.first};
    return true;
  }

  /// Flows may still run while the thread's own objects are destroyed; they find it empty.
  void close() noexcept {
    state_ = State::Closed;
    for (FreeList& list : lists_) {
      while (list.first != nullptr) {
        ::operator delete(std::exchange(list.first, list.first->next));
      }
      list.count = 0;
    }
  }

 private:
  static constexpr std::size_t most_frames = 16;
  enum class State : unsigned char { New, Open, Closed };
  struct FreeFrame {
    FreeFrame* next;
  };
  struct FreeList {
    FreeFrame* first = nullptr;
    std::size_t count = 0;
  };

  bool open() noexcept;

  State state_ = State::New;
  std::array<FreeList, 7> lists_;
};

// A few words without constructor or destructor, reached without a call also from a shared library.
[[gnu::tls_model("initial-exec")]] constinit thread_local FrameCache cache;

/// Empties the cache when its thread ends.
struct Closer {
  ~Closer() { cache.close(); }
};

bool FrameCache::open() noexcept {
  static thread_local Closer closer;
  static_cast<void>(closer);
  state_ = State::Open;
  return true;
}

constexpr std::size_t smallest_class = 128;
constexpr std::size_t largest_class = 8192;

constexpr std::size_t class_index(std::size_t size) noexcept {
  return size <= smallest_class
             ? 0
             : static_cast<std::size_t>(std::bit_width(size - 1) - std::bit_width(smallest_class - 1));
}

}  // namespace

void* allocate_frame(std::size_t size) {
  if (size > largest_class) {
    return ::operator new(size);
  }
  const std::size_t index = class_index(size);
  if (void* frame = cache.take(index)) {
    return frame;
  }
  return ::operator new(smallest_class << index);
}

void free_frame(void* frame, std::size_t size) noexcept {
  if (size > largest_class || !cache.keep(frame, class_index(size))) {
    ::operator delete(frame);
  }
}

}  // namespace dalia::internal
