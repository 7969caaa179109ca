// must say: the rows must outlive the call
#include <cstddef>
#include <tuple>

#include "dalia/dalia.hpp"

/// A range that makes its rows as it goes.
struct Rows {
  struct Iterator {
    using value_type = std::tuple<int>;
    using difference_type = std::ptrdiff_t;
    int at = 0;
    std::tuple<int> operator*() const { return std::tuple<int>(at); }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    void operator++(int) { ++at; }
    bool operator==(const Iterator&) const = default;
  };
  Iterator begin() const { return Iterator{0}; }
  Iterator end() const { return Iterator{3}; }
};

void wrong(dalia::SyncConnection& connection) {
  Rows rows;
  connection.executemany("INSERT INTO [t] VALUES (?)", rows);
}
