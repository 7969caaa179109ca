/// ResultSet: the rows of one statement, all in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "dalia/core/export.hpp"
#include "dalia/core/field_names.hpp"
#include "dalia/core/row.hpp"
#include "dalia/core/row_buffer.hpp"

namespace dalia {

/// Move-only; independent of its connection. Safe to read from several threads.
class DALIA_EXPORT ResultSet {
 public:
  class Iterator;
  template <class... T>
  class TupleRange;
  template <class... T>
  class OwningTupleRange;

  ResultSet() = default;
  /// What is moved from has no rows and no columns.
  ResultSet(ResultSet&& other) noexcept { swap(other); }
  ResultSet& operator=(ResultSet&& other) noexcept {
    ResultSet(std::move(other)).swap(*this);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return row_count_; }
  [[nodiscard]] bool empty() const noexcept { return row_count_ == 0; }
  [[nodiscard]] Row operator[](std::size_t index) const noexcept {
    const std::size_t width = columns().size();
    return Row(columns(), buffer_.cells().subspan(index * width, width));
  }
  [[nodiscard]] Row front() const noexcept { return (*this)[0]; }
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;
  /// for (auto [id, name] : rows.as<std::string, std::string>())
  template <class... T>
  [[nodiscard]] TupleRange<T...> as() const& noexcept;
  /// The same of a result nobody else holds: `for (auto [id] : conn->execute(...).as<int>())` keeps it alive.
  template <class... T>
  [[nodiscard]] OwningTupleRange<T...> as() &&;

  [[nodiscard]] const FieldNames& columns() const noexcept;
  [[nodiscard]] const SharedFieldNames& shared_columns() const noexcept { return columns_; }
  /// Rows a change matched; 0 for DDL; the number of rows for a query.
  [[nodiscard]] std::int64_t affected_rows() const noexcept { return affected_rows_; }
  /// The integer key of the last inserted row, where the engine gives one; else 0.
  [[nodiscard]] std::int64_t last_insert_id() const noexcept { return last_insert_id_; }

  // For sessions and executors, which fill it.
  /// Empties it and keeps its memory.
  void restart(SharedFieldNames columns) noexcept;
  /// Copies one row; `cells` has one view for each column.
  void add_row(std::span<const ValueRef> cells) {
    buffer_.add(cells);
    ++row_count_;
  }
  void set_counts(std::int64_t affected_rows, std::int64_t last_insert_id) noexcept {
    affected_rows_ = affected_rows;
    last_insert_id_ = last_insert_id;
  }

 private:
  void swap(ResultSet& other) noexcept {
    std::swap(columns_, other.columns_);
    buffer_.swap(other.buffer_);
    std::swap(row_count_, other.row_count_);
    std::swap(affected_rows_, other.affected_rows_);
    std::swap(last_insert_id_, other.last_insert_id_);
  }

  SharedFieldNames columns_;
  internal::RowBuffer buffer_;  ///< row after row
  std::size_t row_count_ = 0;
  std::int64_t affected_rows_ = 0;
  std::int64_t last_insert_id_ = 0;
};

class ResultSet::Iterator {
 public:
  using value_type = Row;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  Iterator(const ResultSet* rows, std::size_t index) noexcept : rows_(rows), index_(index) {}
  Row operator*() const noexcept { return (*rows_)[index_]; }
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  Iterator operator++(int) noexcept {
    Iterator before = *this;
    ++index_;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  const ResultSet* rows_ = nullptr;
  std::size_t index_ = 0;
};

inline ResultSet::Iterator ResultSet::begin() const noexcept {
  return Iterator(this, 0);
}
inline ResultSet::Iterator ResultSet::end() const noexcept {
  return Iterator(this, size());
}

/// Rows as tuples, converted as they are read. Views the ResultSet.
template <class... T>
class ResultSet::TupleRange {
 public:
  class Iterator {
   public:
    using value_type = std::tuple<T...>;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(ResultSet::Iterator row) noexcept : row_(row) {}
    std::tuple<T...> operator*() const { return (*row_).template as<T...>(); }
    Iterator& operator++() noexcept {
      ++row_;
      return *this;
    }
    Iterator operator++(int) noexcept { return Iterator(row_++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    ResultSet::Iterator row_;
  };

  explicit TupleRange(const ResultSet& rows) noexcept : rows_(&rows) {}
  [[nodiscard]] Iterator begin() const noexcept { return Iterator(rows_->begin()); }
  [[nodiscard]] Iterator end() const noexcept { return Iterator(rows_->end()); }

 private:
  const ResultSet* rows_;
};

template <class... T>
class ResultSet::OwningTupleRange {
 public:
  explicit OwningTupleRange(ResultSet&& rows) noexcept : rows_(std::move(rows)) {}
  [[nodiscard]] auto begin() const noexcept { return TupleRange<T...>(rows_).begin(); }
  [[nodiscard]] auto end() const noexcept { return TupleRange<T...>(rows_).end(); }

 private:
  ResultSet rows_;
};

template <class... T>
ResultSet::TupleRange<T...> ResultSet::as() const& noexcept {
  return TupleRange<T...>(*this);
}

template <class... T>
ResultSet::OwningTupleRange<T...> ResultSet::as() && {
  return OwningTupleRange<T...>(std::move(*this));
}

}  // namespace dalia
