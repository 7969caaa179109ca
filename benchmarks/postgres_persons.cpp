#include "postgres_persons.hpp"

#include <array>
#include <stdexcept>
#include <unordered_map>

#include <fmt/format.h>

#include "dalia/generators/sql_entity_generator.hpp"
#include "dalia/generators/sql_generator.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::int64_t epoch = 1;
constexpr std::size_t fields = 5;

// Object ids of element types (server's catalog/pg_type.dat).
constexpr std::uint32_t bool_type = 16, text_type = 25, double_type = 701, instant_type = 1184, json_type = 3802;

constexpr const char* read_sql =
    R"(SELECT "id", "name", "score", "created", "active", "payload", "created_at", "created_by", "updated_at", )"
    R"("updated_by", "deleted_at", "_version", "_epoch" FROM "person" WHERE "deleted_at" IS NULL)";

/// dalia's own texts, so that both sides run the same statement.
struct SaveTexts {
  std::string present;
  std::string any;
  std::string many;
};

SaveTexts save_texts() {
  const std::unique_ptr<SqlGenerator> generator = make_sql_generator("postgres");
  const std::unique_ptr<SqlEntityGenerator> entities = make_sql_entity_generator(*generator);
  const std::vector<EntityColumn> columns = {{"name", Kind::Text},
                                             {"score", Kind::Double},
                                             {"created", Kind::Instant},
                                             {"active", Kind::Bool},
                                             {"payload", Kind::Json}};
  std::vector<std::string> names;
  for (const EntityColumn& column : columns) {
    names.push_back(column.name);
  }
  return {entities->get_save_sql("person", SqlEntityGenerator::SavedId::Present, columns, names).text,
          entities->get_save_sql("person", SqlEntityGenerator::SavedId::Any, columns, names).text,
          entities->get_save_many_sql("person", columns, names)};
}

void append_integer(std::string& out, std::uint32_t number) {
  const std::uint32_t ordered = htobe32(number);
  out.append(reinterpret_cast<const char*>(&ordered), sizeof ordered);
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 8> bytes;
  write_number(bytes.data(), number);
  append_integer(out, bytes.size());
  out.append(bytes.data(), bytes.size());
}

void append_text(std::string& out, std::string_view text) {
  append_integer(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// The binary form of an array: dimensions, whether nulls, the elements' type, size, lower bound; then the elements.
/// @param append  puts one person's element there.
template <class Append>
void write_array(std::string& out, std::uint32_t type, const std::vector<Person>& persons, Append append) {
  out.clear();
  append_integer(out, 1);
  append_integer(out, 0);
  append_integer(out, type);
  append_integer(out, static_cast<std::uint32_t>(persons.size()));
  append_integer(out, 1);
  for (const Person& person : persons) {
    append(out, person);
  }
}

std::optional<std::string> optional_cell(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) {
    return std::nullopt;
  }
  return std::string(cell(result, row, column));
}

void set_optional(BareParameters& parameters, std::size_t index, const std::optional<std::string>& text) {
  if (text) {
    parameters.set_bytes(index, *text);
  } else {
    parameters.set_null(index);
  }
}

void read_person(const PGresult* result, int row, ServerPerson& stored) {
  stored.person.id = cell(result, row, 0);
  read_fields(result, row, stored.person.fields);
  stored.created_at = instant_cell(result, row, 6);
  stored.created_by = optional_cell(result, row, 7);
  stored.updated_at = instant_cell(result, row, 8);
  stored.updated_by = optional_cell(result, row, 9);
  stored.version = number_cell(result, row, 11);
}

/// What the answer to a save holds of it, from column `first` on: score, payload, created_at, created_by, updated_at,
/// updated_by, _version. The rest is known.
void read_saved(const PGresult* result, int row, int first, ServerPerson& stored) {
  stored.person.fields.score = std::bit_cast<double>(number_cell(result, row, first));
  stored.person.fields.payload = cell(result, row, first + 1).substr(1);
  stored.created_at = instant_cell(result, row, first + 2);
  stored.created_by = optional_cell(result, row, first + 3);
  stored.updated_at = instant_cell(result, row, first + 4);
  stored.updated_by = optional_cell(result, row, first + 5);
  stored.version = number_cell(result, row, first + 6);
}

std::vector<ServerPerson> read_persons(const PGresult* result) {
  std::vector<ServerPerson> persons(static_cast<std::size_t>(PQntuples(result)));
  for (std::size_t row = 0; row < persons.size(); ++row) {
    read_person(result, static_cast<int>(row), persons[row]);
  }
  return persons;
}

}  // namespace

PostgresPersons::PostgresPersons(const ScratchSchema& scratch) : connection_(scratch.url()) {
  const SaveTexts texts = save_texts();
  connection_.prepare(save_present, texts.present);
  connection_.prepare(save_any, texts.any);
  connection_.prepare("save_many", texts.many);
  connection_.prepare("find", fmt::format(R"({} ORDER BY "created_at", "id")", read_sql));
  connection_.prepare("get", fmt::format(R"({} AND "id" = $1)", read_sql));
}

void PostgresPersons::bind_change(BareParameters& parameters, std::size_t first, const ChangeNote& note) {
  const Instant at = now();
  parameters.set_instant(first, at);
  set_optional(parameters, first + 1, note.user);
  parameters.set_number(first + 2, epoch);
  set_optional(parameters, first + 3, note.comment);
  parameters.set_number(first + 4, at.time_since_epoch().count());
}

ServerPerson PostgresPersons::save(const Person& person, const ChangeNote& note) {
  const Sample& sample = person.fields;
  save_.set_bytes(0, person.id);
  save_.set_bytes(1, sample.name);
  save_.set_double(2, sample.score);
  save_.set_instant(3, sample.created);
  save_.set_bool(4, sample.active);
  save_.set_json(5, sample.payload, payload_);
  bind_change(save_, 1 + fields, note);
  save_.set_null(11);
  BareResult result = connection_.execute(save_name_, save_);
  if (PQntuples(result.get()) == 0) {
    save_name_ = save_any;
    result = connection_.execute(save_name_, save_);
  }
  if (PQntuples(result.get()) != 1) {
    throw std::runtime_error("bare client: " + person.id + " was not saved");
  }
  ServerPerson stored;
  stored.person = person;
  read_saved(result.get(), 0, 0, stored);
  return stored;
}

std::vector<ServerPerson> PostgresPersons::save_all(const std::vector<Person>& persons, const ChangeNote& note) {
  write_array(arrays_[0], text_type, persons,
              [](std::string& out, const Person& person) { append_text(out, person.id); });
  write_array(arrays_[1], text_type, persons,
              [](std::string& out, const Person& person) { append_text(out, person.fields.name); });
  write_array(arrays_[2], double_type, persons, [](std::string& out, const Person& person) {
    append_number(out, std::bit_cast<std::int64_t>(person.fields.score));
  });
  write_array(arrays_[3], instant_type, persons,
              [](std::string& out, const Person& person) { append_number(out, wire_instant(person.fields.created)); });
  write_array(arrays_[4], bool_type, persons, [](std::string& out, const Person& person) {
    append_text(out, person.fields.active ? std::string_view("\1", 1) : std::string_view("\0", 1));
  });
  write_array(arrays_[5], json_type, persons, [](std::string& out, const Person& person) {
    append_integer(out, static_cast<std::uint32_t>(1 + person.fields.payload.size()));
    out += '\1';
    out += person.fields.payload;
  });
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    save_many_.set_bytes(i, arrays_[i]);
  }
  bind_change(save_many_, arrays_.size(), note);
  const BareResult result = connection_.execute("save_many", save_many_);
  if (static_cast<std::size_t>(PQntuples(result.get())) != persons.size()) {
    throw std::runtime_error("bare client: not all persons were saved");
  }
  std::unordered_map<std::string_view, const Person*> given;
  for (const Person& person : persons) {
    given.emplace(person.id, &person);
  }
  std::vector<ServerPerson> saved(persons.size());
  for (std::size_t row = 0; row < saved.size(); ++row) {
    saved[row].person = *given.at(cell(result.get(), static_cast<int>(row), 0));
    read_saved(result.get(), static_cast<int>(row), 1, saved[row]);
  }
  return saved;
}

std::vector<ServerPerson> PostgresPersons::find_all() {
  return read_persons(connection_.execute("find", none_).get());
}

std::optional<ServerPerson> PostgresPersons::get(std::string_view id) {
  get_.set_bytes(0, id);
  const BareResult result = connection_.execute("get", get_);
  std::optional<ServerPerson> found;
  if (PQntuples(result.get()) != 0) {
    read_person(result.get(), 0, found.emplace());
  }
  return found;
}

}  // namespace dalia::benchmarks
