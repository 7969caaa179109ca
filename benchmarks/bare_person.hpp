/// Saving and reading entities "person" by hand, for the outcome that save_entity gives on the same tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bare_sqlite.hpp"
#include "person.hpp"

namespace dalia::benchmarks {

using StoredPerson = Stored<std::string>;

/// A save: begin immediate (inside a transaction a savepoint); read the row, which the transaction has locked; leave an
/// unchanged one alone and refuse a soft-deleted one; update it by its row number, with the next version and a time
/// later than before; or, after a search for the closed history of the id, insert it; add the history row from the
/// values at hand; commit. It gives back the whole stored row. (An upsert with RETURNING does the same in one statement
/// less and takes 60 % more instructions.)
///
/// It knows what dalia learns at run time: the columns, that all of them are given, that none of them is null.
class BarePersonStore {
 public:
  /// The tables exist.
  explicit BarePersonStore(const std::string& file);

  StoredPerson save(const Person& person, const ChangeNote& note);
  std::vector<StoredPerson> save_all(const std::vector<Person>& persons, const ChangeNote& note);

  void begin();
  void commit() { run_to_end(commit_.get()); }
  /// Inside a transaction; all or nothing on its own.
  StoredPerson save_in_transaction(const Person& person, const ChangeNote& note);

  /// Not deleted, by created_at and id.
  std::vector<StoredPerson> find_all();
  std::optional<StoredPerson> get(std::string_view id);

 private:
  /// What was there before a save.
  struct Before {
    Instant updated_at;
    std::int64_t row_number = 0;
    bool is_same = false;
  };

  /// Inside a transaction.
  void store(const Person& person, const ChangeNote& note, StoredPerson& stored);
  /// Fills what a save keeps of the stored row.
  std::optional<Before> read_before(const Person& person, std::string_view created, StoredPerson& stored);
  void check_closed_history(const std::string& id);
  void update(const StoredPerson& stored, std::string_view created, std::int64_t row_number);
  std::int64_t insert(const StoredPerson& stored, std::string_view created);
  void add_history(const StoredPerson& stored, std::string_view created, std::int64_t row_number,
                   const ChangeNote& note);

  BareDatabase database_;
  BareStatement begin_;
  BareStatement commit_;
  BareStatement rollback_;
  BareStatement savepoint_;
  BareStatement release_;
  BareStatement rollback_to_;
  BareStatement lock_;
  BareStatement update_;
  BareStatement insert_;
  BareStatement closed_;
  BareStatement history_;
  BareStatement find_;
  BareStatement get_;
  // Of the transaction that is open.
  Instant now_;
  InstantText now_text_{};
  std::int64_t transaction_ = 0;
};

}  // namespace dalia::benchmarks
