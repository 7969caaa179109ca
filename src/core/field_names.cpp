#include "dalia/core/field_names.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

/// Tables by a hash of their names; a newer one takes the place of an older one.
using RecentTables = std::array<SharedFieldNames, 64>;

/// Null before the first use and after the end of the thread's own objects.
constinit thread_local RecentTables* recent_tables = nullptr;

struct RecentTablesOwner {
  RecentTables tables;
  RecentTablesOwner() { recent_tables = &tables; }
  ~RecentTablesOwner() { recent_tables = nullptr; }
};

/// Cheap rather than good: names of one program differ in their sizes and first letters.
std::size_t hash_of(std::span<const std::string_view> names) noexcept {
  std::size_t hash = names.size();
  for (const std::string_view name : names) {
    const std::size_t first = name.empty() ? 0 : static_cast<unsigned char>(name.front());
    hash = hash * 31 + name.size() * 7 + first;
  }
  return hash;
}

SharedFieldNames table_of(std::span<const std::string_view> names) {
  return std::make_shared<const FieldNames>(std::vector<std::string>(names.begin(), names.end()));
}

}  // namespace

SharedFieldNames FieldNames::shared(std::span<const std::string_view> names) {
  static thread_local RecentTablesOwner owner;
  static_cast<void>(owner);
  if (recent_tables == nullptr) {
    return table_of(names);
  }
  SharedFieldNames& slot = (*recent_tables)[hash_of(names) % std::tuple_size_v<RecentTables>];
  if (slot == nullptr || !std::equal(names.begin(), names.end(), slot->begin(), slot->end())) {
    slot = table_of(names);
  }
  return slot;
}

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
