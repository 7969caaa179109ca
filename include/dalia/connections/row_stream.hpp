/// RowStream: the rows of one statement, read one at a time in constant memory.
#pragma once

#include <iterator>
#include <memory>

#include "dalia/core/export.hpp"
#include "dalia/core/row.hpp"

namespace dalia {

/// for (const Row& row : conn->stream_query(...)). A row is valid until the next step. The connection must outlive the
/// stream; until the stream ends or is destroyed the engine may hold read locks. Move-only, same thread as its
/// connection.
class DALIA_EXPORT RowStream {
 public:
  class Iterator;
  struct State;

  explicit RowStream(std::unique_ptr<State> state) noexcept;
  RowStream(RowStream&&) noexcept;
  RowStream& operator=(RowStream&&) noexcept;
  ~RowStream();

  /// The next row, or null at the end. @throws what execute throws.
  [[nodiscard]] const Row* next();
  [[nodiscard]] Iterator begin();
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return std::default_sentinel; }

 private:
  std::unique_ptr<State> state_;
};

class RowStream::Iterator {
 public:
  using value_type = Row;
  using difference_type = std::ptrdiff_t;

  explicit Iterator(RowStream& stream) : stream_(&stream), row_(stream.next()) {}
  const Row& operator*() const noexcept { return *row_; }
  Iterator& operator++() {
    row_ = stream_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return it.row_ == nullptr; }

 private:
  RowStream* stream_;
  const Row* row_;
};

inline RowStream::Iterator RowStream::begin() {
  return Iterator(*this);
}

}  // namespace dalia
