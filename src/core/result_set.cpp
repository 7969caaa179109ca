#include "dalia/core/result_set.hpp"

namespace dalia {

const FieldNames& ResultSet::columns() const noexcept {
  static const FieldNames none;
  return columns_ ? *columns_ : none;
}

void ResultSet::restart(SharedFieldNames columns) noexcept {
  columns_ = std::move(columns);
  buffer_.clear();
  row_count_ = 0;
  affected_rows_ = 0;
  last_insert_id_ = 0;
}

}  // namespace dalia
