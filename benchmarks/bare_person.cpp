#include "bare_person.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace dalia::benchmarks {
namespace {

constexpr std::int64_t epoch = 1;

// In the order of bind_person: name, score, created, active, payload from parameter 1 on.
constexpr const char* lock_sql =
    "SELECT name, score, created, active, payload, created_at, created_by, updated_at, deleted_at, _version, _rid, "
    "updated_by "
    "FROM person WHERE id = ?";

constexpr const char* update_sql =
    "UPDATE person SET name = ?, score = ?, created = ?, active = ?, payload = ?, updated_at = ?, updated_by = ?, "
    "_version = ?, _epoch = ? WHERE _rid = ?";

constexpr const char* insert_sql =
    "INSERT INTO person (name, score, created, active, payload, id, created_at, created_by, updated_at, updated_by, "
    "_version, _epoch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?8, 1, ?9)";

constexpr const char* history_sql =
    "INSERT INTO person_history (name, score, created, active, payload, id, created_at, created_by, updated_at, "
    "updated_by, deleted_at, _version, _epoch, _rid, history_op, history_timestamp, history_user_id, history_comment, "
    "history_tx) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, ?11, ?12, ?13, ?14, ?9, ?10, ?15, ?16)";

constexpr const char* closed_sql =
    "SELECT _version, history_op, _rid FROM person_history WHERE id = ? AND history_op IN ('hard_delete', 'erase') "
    "ORDER BY _version DESC LIMIT 1";

constexpr const char* read_sql =
    "SELECT id, name, score, created, active, payload, created_at, created_by, updated_at, updated_by, _version "
    "FROM person WHERE deleted_at IS NULL";

std::string_view view_of(const InstantText& text) noexcept {
  return std::string_view(text.data(), text.size());
}

void bind_optional(sqlite3_stmt* statement, int index, const std::optional<std::string>& text) {
  if (text) {
    bind_text(statement, index, *text);
  } else {
    check(statement, sqlite3_bind_null(statement, index));
  }
}

void bind_number(sqlite3_stmt* statement, int index, std::int64_t number) {
  check(statement, sqlite3_bind_int64(statement, index, number));
}

/// Parameters 1 to 5.
void bind_fields(sqlite3_stmt* statement, const Sample& fields, std::string_view created) {
  bind_text(statement, 1, fields.name);
  check(statement, sqlite3_bind_double(statement, 2, fields.score));
  bind_text(statement, 3, created);
  check(statement, sqlite3_bind_int(statement, 4, fields.active ? 1 : 0));
  bind_text(statement, 5, fields.payload);
}

/// Columns 0 to 4.
bool has_fields(sqlite3_stmt* row, const Sample& fields, std::string_view created) {
  return sqlite3_column_double(row, 1) == fields.score && (sqlite3_column_int(row, 3) != 0) == fields.active &&
         column_text(row, 0) == fields.name && column_text(row, 2) == created && column_text(row, 4) == fields.payload;
}

std::optional<std::string> optional_column(sqlite3_stmt* row, int column) {
  return sqlite3_column_type(row, column) == SQLITE_NULL ? std::nullopt
                                                         : std::optional<std::string>(column_text(row, column));
}

void read_person(sqlite3_stmt* row, StoredPerson& stored) {
  stored.person.id = column_text(row, 0);
  Sample& fields = stored.person.fields;
  fields.name = column_text(row, 1);
  fields.score = sqlite3_column_double(row, 2);
  const std::string_view created = column_text(row, 3);
  fields.created = read_instant(created.data(), static_cast<int>(created.size()));
  fields.active = sqlite3_column_int(row, 4) != 0;
  fields.payload = column_text(row, 5);
  stored.created_at = column_text(row, 6);
  stored.created_by = optional_column(row, 7);
  stored.updated_at = column_text(row, 8);
  stored.updated_by = optional_column(row, 9);
  stored.version = sqlite3_column_int64(row, 10);
}

}  // namespace

BarePersonStore::BarePersonStore(const std::string& file)
    : database_(file),
      begin_(database_.prepare("BEGIN IMMEDIATE")),
      commit_(database_.prepare("COMMIT")),
      rollback_(database_.prepare("ROLLBACK")),
      savepoint_(database_.prepare("SAVEPOINT one_save")),
      release_(database_.prepare("RELEASE one_save")),
      rollback_to_(database_.prepare("ROLLBACK TO one_save")),
      lock_(database_.prepare(lock_sql)),
      update_(database_.prepare(update_sql)),
      insert_(database_.prepare(insert_sql)),
      closed_(database_.prepare(closed_sql)),
      history_(database_.prepare(history_sql)),
      find_(database_.prepare(fmt::format("{} ORDER BY created_at, id", read_sql))),
      get_(database_.prepare(fmt::format("{} AND id = ?", read_sql))) {}

void BarePersonStore::begin() {
  run_to_end(begin_.get());
  now_ = now();
  write_instant(now_, now_text_);
  transaction_ = now_.time_since_epoch().count();
}

StoredPerson BarePersonStore::save(const Person& person, const ChangeNote& note) {
  StoredPerson stored;
  begin();
  try {
    store(person, note, stored);
    commit();
  } catch (...) {
    run_to_end(rollback_.get());
    throw;
  }
  return stored;
}

std::vector<StoredPerson> BarePersonStore::save_all(const std::vector<Person>& persons, const ChangeNote& note) {
  std::vector<StoredPerson> stored(persons.size());
  begin();
  try {
    for (std::size_t i = 0; i < persons.size(); ++i) {
      store(persons[i], note, stored[i]);
    }
    commit();
  } catch (...) {
    run_to_end(rollback_.get());
    throw;
  }
  return stored;
}

StoredPerson BarePersonStore::save_in_transaction(const Person& person, const ChangeNote& note) {
  StoredPerson stored;
  run_to_end(savepoint_.get());
  try {
    store(person, note, stored);
    run_to_end(release_.get());
  } catch (...) {
    run_to_end(rollback_to_.get());
    run_to_end(release_.get());
    throw;
  }
  return stored;
}

void BarePersonStore::store(const Person& person, const ChangeNote& note, StoredPerson& stored) {
  InstantText created_text;
  write_instant(person.fields.created, created_text);
  const std::string_view created = view_of(created_text);
  stored.person = person;
  const std::optional<Before> before = read_before(person, created, stored);
  if (before && before->is_same) {
    return;
  }
  stored.updated_by = note.user;
  if (!before) {
    check_closed_history(person.id);
    stored.created_at = stored.updated_at = view_of(now_text_);
    stored.created_by = note.user;
    stored.version = 1;
    add_history(stored, created, insert(stored, created), note);
    return;
  }
  InstantText later;
  const bool is_later = now_ > before->updated_at;
  if (!is_later) {
    write_instant(before->updated_at + std::chrono::microseconds(1), later);
  }
  stored.updated_at = is_later ? view_of(now_text_) : view_of(later);
  ++stored.version;
  update(stored, created, before->row_number);
  add_history(stored, created, before->row_number, note);
}

std::optional<BarePersonStore::Before> BarePersonStore::read_before(const Person& person, std::string_view created,
                                                                    StoredPerson& stored) {
  sqlite3_stmt* row = lock_.get();
  bind_text(row, 1, person.id);
  const int stepped = sqlite3_step(row);
  if (stepped != SQLITE_ROW) {
    sqlite3_reset(row);
    check(row, stepped, SQLITE_DONE);
    return std::nullopt;
  }
  if (sqlite3_column_type(row, 8) != SQLITE_NULL) {
    sqlite3_reset(row);
    throw std::runtime_error("bare client: " + person.id + " is deleted");
  }
  stored.created_at = column_text(row, 5);
  stored.created_by = optional_column(row, 6);
  stored.version = sqlite3_column_int64(row, 9);
  const std::string_view updated_at = column_text(row, 7);
  Before before;
  before.updated_at = read_instant(updated_at.data(), static_cast<int>(updated_at.size()));
  before.row_number = sqlite3_column_int64(row, 10);
  before.is_same = has_fields(row, person.fields, created);
  if (before.is_same) {
    stored.updated_at = updated_at;
    stored.updated_by = optional_column(row, 11);
  }
  sqlite3_reset(row);
  return before;
}

/// Ids that were removed for good go on with their numbers; no case of ours does that.
void BarePersonStore::check_closed_history(const std::string& id) {
  bind_text(closed_.get(), 1, id);
  const int stepped = sqlite3_step(closed_.get());
  sqlite3_reset(closed_.get());
  check(closed_.get(), stepped, SQLITE_DONE);
}

void BarePersonStore::update(const StoredPerson& stored, std::string_view created, std::int64_t row_number) {
  sqlite3_stmt* statement = update_.get();
  bind_fields(statement, stored.person.fields, created);
  bind_text(statement, 6, stored.updated_at);
  bind_optional(statement, 7, stored.updated_by);
  bind_number(statement, 8, stored.version);
  bind_number(statement, 9, epoch);
  bind_number(statement, 10, row_number);
  run_to_end(statement);
}

std::int64_t BarePersonStore::insert(const StoredPerson& stored, std::string_view created) {
  sqlite3_stmt* statement = insert_.get();
  bind_fields(statement, stored.person.fields, created);
  bind_text(statement, 6, stored.person.id);
  bind_text(statement, 7, stored.created_at);
  bind_optional(statement, 8, stored.created_by);
  bind_number(statement, 9, epoch);
  run_to_end(statement);
  return sqlite3_last_insert_rowid(database_.get());
}

void BarePersonStore::add_history(const StoredPerson& stored, std::string_view created, std::int64_t row_number,
                                  const ChangeNote& note) {
  sqlite3_stmt* statement = history_.get();
  bind_fields(statement, stored.person.fields, created);
  bind_text(statement, 6, stored.person.id);
  bind_text(statement, 7, stored.created_at);
  bind_optional(statement, 8, stored.created_by);
  bind_text(statement, 9, stored.updated_at);
  bind_optional(statement, 10, stored.updated_by);
  bind_number(statement, 11, stored.version);
  bind_number(statement, 12, epoch);
  bind_number(statement, 13, row_number);
  bind_text(statement, 14, stored.version == 1 ? "insert" : "update");
  bind_optional(statement, 15, note.comment);
  bind_number(statement, 16, transaction_);
  run_to_end(statement);
}

std::vector<StoredPerson> BarePersonStore::find_all() {
  std::vector<StoredPerson> found;
  int stepped = sqlite3_step(find_.get());
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(find_.get())) {
    read_person(find_.get(), found.emplace_back());
  }
  sqlite3_reset(find_.get());
  check(find_.get(), stepped, SQLITE_DONE);
  return found;
}

std::optional<StoredPerson> BarePersonStore::get(std::string_view id) {
  std::optional<StoredPerson> found;
  bind_text(get_.get(), 1, id);
  const int stepped = sqlite3_step(get_.get());
  if (stepped == SQLITE_ROW) {
    read_person(get_.get(), found.emplace());
  }
  sqlite3_reset(get_.get());
  if (stepped != SQLITE_ROW) {
    check(get_.get(), stepped, SQLITE_DONE);
  }
  return found;
}

}  // namespace dalia::benchmarks
