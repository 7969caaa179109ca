#include "mysql_persons.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace dalia::benchmarks {
namespace {

constexpr const char* read_sql =
    "SELECT id, name, score, created, active, payload, created_at, created_by, updated_at, updated_by, deleted_at, "
    "_version FROM person";

/// @changed is null for a new row, 0 for one that has these values already or is deleted.
constexpr const char* save_sql = R"(BEGIN NOT ATOMIC
  DECLARE saved VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT ?;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  SET @changed = NULL;
  START TRANSACTION;
  INSERT INTO person (id, name, score, created, active, payload, created_at, updated_at, created_by, updated_by,
                      _version, _epoch)
    VALUES (saved, ?, ?, ?, ?, ?, ?, created_at, ?, created_by, 1, ?)
    ON DUPLICATE KEY UPDATE
      _version = _version + (@changed := deleted_at IS NULL AND NOT (name <=> VALUE(name) AND
        score <=> VALUE(score) AND created <=> VALUE(created) AND active <=> VALUE(active) AND
        payload <=> VALUE(payload))),
      updated_at = IF(@changed, GREATEST(VALUE(created_at), updated_at + INTERVAL 1 MICROSECOND), updated_at),
      updated_by = IF(@changed, VALUE(created_by), updated_by),
      _epoch = IF(@changed, VALUE(_epoch), _epoch),
      name = IF(@changed, VALUE(name), name),
      score = IF(@changed, VALUE(score), score),
      created = IF(@changed, VALUE(created), created),
      active = IF(@changed, VALUE(active), active),
      payload = IF(@changed, VALUE(payload), payload);
  IF @changed IS NULL THEN
    UPDATE person
      JOIN (SELECT MAX(_version) AS version, MAX(history_timestamp) AS at FROM person_history WHERE id = saved) AS closed
        ON closed.version IS NOT NULL
      SET _version = closed.version + 1,
          created_at = GREATEST(created_at, closed.at + INTERVAL 1 MICROSECOND), updated_at = created_at
      WHERE id = saved;
  END IF;
  IF @changed IS NULL OR @changed THEN
    INSERT INTO person_history (id, name, score, created, active, payload, created_at, created_by, updated_at,
                                updated_by, deleted_at, _version, _epoch, history_op, history_timestamp,
                                history_user_id, history_comment, history_tx)
      SELECT id, name, score, created, active, payload, created_at, created_by, updated_at, updated_by, deleted_at,
             _version, _epoch, IF(@changed IS NULL, 'insert', 'update'), updated_at, updated_by, ?, ?
      FROM person WHERE id = saved;
  END IF;
  SELECT created_at, created_by, updated_at, updated_by, deleted_at, _version FROM person WHERE id = saved;
  COMMIT;
END)";

constexpr const char* insert_sql =
    "INSERT INTO person (id, name, score, created, active, payload, created_at, created_by, updated_at, updated_by, "
    "_version, _epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
/// Of rows that exist.
constexpr const char* changes_sql =
    "ON DUPLICATE KEY UPDATE name = VALUE(name), score = VALUE(score), created = VALUE(created), "
    "active = VALUE(active), payload = VALUE(payload), updated_at = VALUE(updated_at), "
    "updated_by = VALUE(updated_by), _version = VALUE(_version), _epoch = VALUE(_epoch)";
constexpr const char* history_sql =
    "INSERT INTO person_history (id, name, score, created, active, payload, created_at, created_by, updated_at, "
    "updated_by, _version, _epoch, history_timestamp, history_op, history_user_id, history_comment, history_tx) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// One ? for each person of a batch.
std::string id_list() {
  std::string list = "(?";
  for (std::size_t i = 1; i < batch_size; ++i) {
    list += ", ?";
  }
  return list + ")";
}

/// For id_list(); the last id fills what is left of it.
/// @param id_of  gives the i-th id.
template <class IdOf>
std::vector<MYSQL_BIND> bind_ids(std::size_t count, IdOf id_of) {
  std::vector<MYSQL_BIND> ids;
  ids.reserve(batch_size);
  for (std::size_t i = 0; i < batch_size; ++i) {
    ids.push_back(bind_view(id_of(std::min(i, count - 1))));
  }
  return ids;
}

bool is_same(const Sample& left, const Sample& right) {
  return left.name == right.name && left.score == right.score && left.created == right.created &&
         left.active == right.active && left.payload == right.payload;
}

[[noreturn]] void refuse(const std::string& id, const char* why) {
  throw std::runtime_error("bare client: " + id + " " + why);
}

}  // namespace

void MySqlPersons::ChangePlaces::read(ServerPerson& stored) const {
  if (!deleted_at.is_null()) {
    refuse(stored.person.id, "is deleted");
  }
  stored.created_at = created_at.get();
  stored.created_by = created_by.get_optional();
  stored.updated_at = updated_at.get();
  stored.updated_by = updated_by.get_optional();
  stored.version = version;
}

std::vector<MYSQL_BIND> MySqlPersons::ChangePlaces::bind() {
  return {created_at.bind(), created_by.bind(), updated_at.bind(),
          updated_by.bind(), deleted_at.bind(), bind_numbers(&version)};
}

void MySqlPersons::RowPlaces::read(ServerPerson& stored) const {
  stored.person.id = id.get();
  fields.get_fields(stored.person.fields);
  change.read(stored);
}

std::vector<MYSQL_BIND> MySqlPersons::RowPlaces::bind() {
  return joined(joined({id.bind()}, fields.bind_fields()), change.bind());
}

MySqlPersons::RowColumns::RowColumns(std::size_t rows)
    : ids(rows),
      fields(rows),
      created_at(rows),
      created_by(rows),
      updated_at(rows),
      updated_by(rows),
      versions(rows),
      epochs(rows, 1),
      operations(rows),
      users(rows),
      comments(rows),
      transactions(rows) {}

void MySqlPersons::RowColumns::set(std::size_t row, const ServerPerson& stored, const ChangeNote& note, Write write) {
  ids.set(row, stored.person.id);
  fields.set(row, stored.person.fields);
  created_at.set(row, stored.created_at);
  created_by.set_optional(row, stored.created_by);
  updated_at.set(row, stored.updated_at);
  updated_by.set_optional(row, stored.updated_by);
  versions[row] = stored.version;
  operations.set(row, write == Write::Insert ? "insert" : "update");
  users.set_optional(row, note.user);
  comments.set_optional(row, note.comment);
  transactions[row] = stored.updated_at.time_since_epoch().count();
}

std::vector<MYSQL_BIND> MySqlPersons::RowColumns::bind() {
  return joined(joined({ids.bind()}, fields.bind()),
                {created_at.bind(), created_by.bind(), updated_at.bind(), updated_by.bind(),
                 bind_numbers(versions.data()), bind_numbers(epochs.data())});
}

std::vector<MYSQL_BIND> MySqlPersons::RowColumns::bind_history() {
  return joined(
      bind(), {updated_at.bind(), operations.bind(), users.bind(), comments.bind(), bind_numbers(transactions.data())});
}

MySqlPersons::MySqlPersons(const ScratchMySql& scratch)
    : connection_(scratch.config()),
      save_(connection_.prepare(save_sql)),
      lock_(connection_.prepare(fmt::format("{} WHERE id IN {} FOR UPDATE", read_sql, id_list()))),
      closed_history_(
          connection_.prepare(fmt::format("SELECT COUNT(*) FROM person_history WHERE id IN {}", id_list()))),
      insert_(connection_.prepare(insert_sql)),
      update_(connection_.prepare(fmt::format("{} {}", insert_sql, changes_sql))),
      history_(connection_.prepare(history_sql)),
      find_(connection_.prepare(fmt::format("{} WHERE deleted_at IS NULL ORDER BY created_at, id", read_sql))),
      get_(connection_.prepare(fmt::format("{} WHERE deleted_at IS NULL AND id = ?", read_sql))) {
  save_.bind_parameters(
      joined(joined({id_.bind()}, fields_.bind_fields()),
             {now_.bind(), user_.bind(), bind_numbers(&epoch_), comment_.bind(), bind_numbers(&transaction_)}));
  lock_.bind_columns(row_.bind());
  closed_history_.bind_columns({bind_numbers(&closed_)});
  insert_.set_rows(batch_size);
  insert_.bind_parameters(columns_.bind());
  update_.set_rows(batch_size);
  update_.bind_parameters(columns_.bind());
  history_.set_rows(batch_size);
  history_.bind_parameters(columns_.bind_history());
  find_.bind_columns(row_.bind());
  get_.bind_parameters({id_.bind()});
  get_.bind_columns(row_.bind());
}

ServerPerson MySqlPersons::save(const Person& person, const ChangeNote& note) {
  const Instant at = now();
  id_.set(person.id);
  fields_.set_fields(person.fields);
  now_.set(at);
  user_.set_optional(note.user);
  comment_.set_optional(note.comment);
  transaction_ = at.time_since_epoch().count();
  save_.execute();
  save_.bind_columns(change_.bind());  // the end of a block's answer, which has no columns, unbinds them
  const bool is_saved = save_.fetch();
  save_.finish_block();
  if (!is_saved) {
    refuse(person.id, "was not saved");
  }
  ServerPerson stored;
  stored.person = person;
  change_.read(stored);
  return stored;
}

std::vector<ServerPerson> MySqlPersons::save_all(const std::vector<Person>& persons, const ChangeNote& note) {
  connection_.run("START TRANSACTION");
  try {
    std::vector<ServerPerson> stored = save_in_transaction(persons, note);
    connection_.run("COMMIT");
    return stored;
  } catch (const std::exception&) {
    connection_.run("ROLLBACK");
    throw;
  }
}

std::vector<ServerPerson> MySqlPersons::save_in_transaction(const std::vector<Person>& persons,
                                                            const ChangeNote& note) {
  const Instant at = now();
  std::unordered_map<std::string, ServerPerson> before = read_locked(persons);
  std::vector<ServerPerson> stored(persons.size());
  std::vector<std::size_t> inserted;
  std::vector<std::size_t> updated;
  for (std::size_t i = 0; i < persons.size(); ++i) {
    ServerPerson& row = stored[i];
    const auto found = before.find(persons[i].id);
    if (found == before.end()) {
      row.person = persons[i];
      row.created_at = row.updated_at = at;
      row.created_by = row.updated_by = note.user;
      row.version = 1;
      inserted.push_back(i);
      continue;
    }
    row = std::move(found->second);
    if (is_same(row.person.fields, persons[i].fields)) {
      continue;
    }
    row.person.fields = persons[i].fields;
    row.updated_at = std::max(at, row.updated_at + std::chrono::microseconds(1));
    row.updated_by = note.user;
    ++row.version;
    updated.push_back(i);
  }
  write_all(stored, inserted, note, Write::Insert);
  write_all(stored, updated, note, Write::Update);
  return stored;
}

std::unordered_map<std::string, ServerPerson> MySqlPersons::read_locked(const std::vector<Person>& persons) {
  lock_.bind_parameters(bind_ids(persons.size(), [&](std::size_t i) { return std::string_view(persons[i].id); }));
  lock_.execute();
  lock_.store();
  std::unordered_map<std::string, ServerPerson> rows;
  while (lock_.fetch()) {
    ServerPerson row;
    row_.read(row);
    rows.emplace(row.person.id, std::move(row));
  }
  lock_.free_result();
  return rows;
}

void MySqlPersons::write_all(const std::vector<ServerPerson>& stored, std::span<const std::size_t> places,
                             const ChangeNote& note, Write write) {
  if (places.empty()) {
    return;
  }
  for (std::size_t row = 0; row < places.size(); ++row) {
    columns_.set(row, stored[places[row]], note, write);
  }
  BareMySqlStatement& statement = write == Write::Insert ? insert_ : update_;
  statement.set_rows(places.size());
  statement.execute();
  if (write == Write::Insert) {
    refuse_closed_history(stored, places);
  }
  history_.set_rows(places.size());
  history_.execute();
}

/// Once the rows are there no other writer can add to the history of their ids.
void MySqlPersons::refuse_closed_history(const std::vector<ServerPerson>& stored, std::span<const std::size_t> places) {
  closed_history_.bind_parameters(
      bind_ids(places.size(), [&](std::size_t i) { return std::string_view(stored[places[i]].person.id); }));
  closed_history_.execute();
  closed_history_.store();
  const bool is_counted = closed_history_.fetch();
  closed_history_.free_result();
  if (!is_counted || closed_ != 0) {
    throw std::runtime_error("bare client: some of these ids have a history");
  }
}

std::vector<ServerPerson> MySqlPersons::find_all() {
  return find_.rows<ServerPerson>([this](ServerPerson& person) { row_.read(person); });
}

std::optional<ServerPerson> MySqlPersons::get(std::string_view id) {
  id_.set(id);
  get_.execute();
  get_.store();
  std::optional<ServerPerson> found;
  if (get_.fetch()) {
    row_.read(found.emplace());
  }
  get_.free_result();
  return found;
}

}  // namespace dalia::benchmarks
