/// Prepared statements are kept, but not the megabytes that once went through them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dalia::internal::postgres {

/// Small ones stay for the next execution, which then allocates nothing.
inline void release_large(std::vector<std::string>& texts) noexcept {
  constexpr std::size_t largest_kept = 4096;
  for (std::string& text : texts) {
    if (text.capacity() > largest_kept) {
      std::string().swap(text);
    }
  }
}

}  // namespace dalia::internal::postgres
