#include "dalia/core/field_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dalia/core/error.hpp"

namespace dalia {

std::size_t FieldNames::index_of(std::string_view name) const {
  const std::size_t index = find(name);
  if (index == npos) {
    throw UsageError(fmt::format("there is no column '{}'; the columns are: {}", name, fmt::join(names_, ", ")));
  }
  return index;
}

void FieldNames::append(SharedFieldNames& names, std::string_view name) {
  if (names) {
    // Counting one reference up orders this thread after those that gave theirs back; a bare use_count() would not.
    const SharedFieldNames second = names;  // NOLINT(performance-unnecessary-copy-initialization)
    if (second.use_count() == 2) {
      const_cast<FieldNames&>(*names).names_.emplace_back(name);
      return;
    }
  }
  std::vector<std::string> all;
  all.reserve((names ? names->size() : 0) + 1);
  if (names) {
    all = names->names_;
  }
  all.emplace_back(name);
  names = std::make_shared<FieldNames>(std::move(all));
}

}  // namespace dalia
