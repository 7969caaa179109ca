/// Saving and reading entities "person" on MariaDB by hand, for the outcome that save_entity gives on the same tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bare_mysql.hpp"
#include "person.hpp"
#include "scratch_mysql.hpp"

namespace dalia::benchmarks {

/// A save is one block on the server, prepared once: both statements in a transaction, which an error rolls back. It
/// answers with what only the server knows of the stored row.
///
/// A batch reads its rows under a lock, works out the new ones, and writes them and their history, each by one array.
///
/// Both leave an unchanged row alone and refuse a deleted one; a batch refuses an id with a closed history.
class MySqlPersons {
 public:
  using Scratch = ScratchMySql;

  /// The tables exist.
  explicit MySqlPersons(const ScratchMySql& scratch);
  // The statements know where its places are.
  MySqlPersons(const MySqlPersons&) = delete;
  MySqlPersons& operator=(const MySqlPersons&) = delete;

  ServerPerson save(const Person& person, const ChangeNote& note);
  /// At most batch_size of ids that differ, in their order.
  std::vector<ServerPerson> save_all(const std::vector<Person>& persons, const ChangeNote& note);

  /// Not deleted, by created_at and id.
  std::vector<ServerPerson> find_all();
  std::optional<ServerPerson> get(std::string_view id);

 private:
  enum class Write { Insert, Update };

  /// What a save changes besides the fields.
  struct ChangePlaces {
    void read(ServerPerson& stored) const;
    [[nodiscard]] std::vector<MYSQL_BIND> bind();

    InstantPlace created_at;
    TextPlace created_by;
    InstantPlace updated_at;
    TextPlace updated_by;
    InstantPlace deleted_at;
    std::int64_t version = 0;
  };
  /// A whole row.
  struct RowPlaces {
    void read(ServerPerson& stored) const;
    [[nodiscard]] std::vector<MYSQL_BIND> bind();

    TextPlace id;
    SamplePlaces fields;
    ChangePlaces change;
  };
  /// Many rows to write.
  struct RowColumns {
    explicit RowColumns(std::size_t rows);
    void set(std::size_t row, const ServerPerson& stored, const ChangeNote& note, Write write);
    [[nodiscard]] std::vector<MYSQL_BIND> bind();
    [[nodiscard]] std::vector<MYSQL_BIND> bind_history();

    TextColumn ids;
    FieldColumns fields;
    InstantColumn created_at;
    TextColumn created_by;
    InstantColumn updated_at;
    TextColumn updated_by;
    std::vector<std::int64_t> versions;
    std::vector<std::int64_t> epochs;
    TextColumn operations;
    TextColumn users;
    TextColumn comments;
    std::vector<std::int64_t> transactions;
  };

  /// By id, of those that exist; locked.
  std::unordered_map<std::string, ServerPerson> read_locked(const std::vector<Person>& persons);
  void refuse_closed_history(const std::vector<ServerPerson>& stored, std::span<const std::size_t> places);
  void write_all(const std::vector<ServerPerson>& stored, std::span<const std::size_t> places, const ChangeNote& note,
                 Write write);
  std::vector<ServerPerson> save_in_transaction(const std::vector<Person>& persons, const ChangeNote& note);

  BareMySql connection_;
  // Parameters of a save.
  TextPlace id_;
  SamplePlaces fields_;
  InstantPlace now_;
  TextPlace user_;
  TextPlace comment_;
  std::int64_t epoch_ = 1;
  std::int64_t transaction_ = 0;
  // Columns.
  ChangePlaces change_;
  RowPlaces row_;
  std::int64_t closed_ = 0;
  RowColumns columns_{batch_size};

  BareMySqlStatement save_;
  BareMySqlStatement lock_;
  BareMySqlStatement closed_history_;
  BareMySqlStatement insert_;
  BareMySqlStatement update_;
  BareMySqlStatement history_;
  BareMySqlStatement find_;
  BareMySqlStatement get_;
};

}  // namespace dalia::benchmarks
