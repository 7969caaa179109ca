#include "dalia/connections/row_source.hpp"

#include <fmt/format.h>

#include "dalia/core/error.hpp"

namespace dalia {

RowSource::~RowSource() = default;

bool ParamsSource::next(std::span<ValueRef> cells) {
  if (next_ == rows_.size()) {
    return false;
  }
  const Params& row = rows_[next_];
  if (row.size() != cells.size()) {
    internal::throw_row_width(cells.size(), row.size());
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = row[i].ref();
  }
  ++next_;
  return true;
}

namespace internal {

void throw_row_width(std::size_t expected, std::size_t got) {
  throw UsageError(fmt::format("it has {} value{}, but the statement takes {}", got, got == 1 ? "" : "s", expected));
}

}  // namespace internal
}  // namespace dalia
