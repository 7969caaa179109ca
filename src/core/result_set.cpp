#include "dalia/core/result_set.hpp"

#include <cassert>

namespace dalia {
namespace {

bool lies_elsewhere(Kind kind) noexcept {
  switch (kind) {
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Bytes:
    case Kind::Uuid:
    case Kind::Json:
      return true;
    default:
      return false;
  }
}

}  // namespace

const FieldNames& ResultSet::columns() const noexcept {
  static const FieldNames none;
  return columns_ ? *columns_ : none;
}

void ResultSet::restart(SharedFieldNames columns) noexcept {
  columns_ = std::move(columns);
  cells_.clear();
  arena_.clear();
  row_count_ = 0;
  affected_rows_ = 0;
  last_insert_id_ = 0;
}

void ResultSet::add_row(std::span<const ValueRef> cells) {
  assert(cells.size() == columns().size());
  const std::size_t before = cells_.size();
  cells_.insert(cells_.end(), cells.begin(), cells.end());
  try {
    for (std::size_t i = before; i < cells_.size(); ++i) {
      ValueRef& cell = cells_[i];
      if (lies_elsewhere(cell.kind())) {
        cell = ValueRef(cell.kind(), arena_.copy(cell.raw_bytes()));
      }
    }
  } catch (...) {
    cells_.resize(before);
    throw;
  }
  ++row_count_;
}

}  // namespace dalia
