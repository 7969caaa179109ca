#include "support/sound_history.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "support/entity_text.hpp"

namespace dalia::test {
namespace {

std::set<std::string> columns_of(SyncConnection& connection, const std::string& table) {
  std::set<std::string> names;
  const ResultSet rows = connection.execute("SELECT * FROM [" + table + "] LIMIT 0");
  for (const std::string& name : rows.columns()) {
    names.insert(name);
  }
  return names;
}

void check_columns(SyncConnection& connection, const std::string& entity, std::ostream& out) {
  std::set<std::string> known;
  for (const EntityField& field : connection.get_entity_fields(entity)) {
    if (field.kind && !field.is_extra) {
      known.insert(field.name);
    }
  }
  for (const std::string& table : {entity, entity + "_history"}) {
    std::set<std::string> fields;
    for (const std::string& name : columns_of(connection, table)) {
      const bool is_ours = name == "id" || name.starts_with('_') || name.starts_with("history_") ||
                           name == "created_at" || name == "created_by" || name == "updated_at" ||
                           name == "updated_by" || name == "deleted_at";
      if (!is_ours) {
        fields.insert(name);
      }
    }
    if (fields != known) {
      out << "the columns of " << table << " differ from the metadata of " << entity << "\n";
    }
  }
}

}  // namespace

std::string unsound_history(SyncConnection& connection, std::string_view entity) {
  std::ostringstream out;
  const std::string name(entity);
  check_columns(connection, name, out);
  std::map<std::string, Entity> rows;
  for (Entity& row : connection.find_entities(name, entity_query().include_deleted())) {
    std::string id = row.id();
    rows.emplace(std::move(id), std::move(row));
  }
  std::set<std::string> ids;
  for (const Row row : connection.execute("SELECT DISTINCT [id] FROM [" + name + "_history]")) {
    ids.insert(row.get<std::string>(0));
  }
  for (const auto& [id, row] : rows) {
    if (!ids.contains(id)) {
      out << id << " has no history\n";
    }
  }
  for (const std::string& id : ids) {
    const std::vector<Entity> history = connection.get_entity_history(name, id);
    if (history.empty()) {
      out << "the history of " << id << " is there and not found\n";
      continue;
    }
    if (history.front().get<std::string>("history_op") != "erase" && history.front().version() != 1) {
      out << "the history of " << id << " begins with version " << history.front().version() << "\n";
    }
    for (std::size_t i = 1; i < history.size(); ++i) {
      if (history[i].version() != history[i - 1].version() + 1) {
        out << "version " << history[i].version() << " of " << id << " follows " << history[i - 1].version() << "\n";
      }
      if (history[i].get<std::string>("history_timestamp") <= history[i - 1].get<std::string>("history_timestamp")) {
        out << "the time of version " << history[i].version() << " of " << id << " does not grow\n";
      }
    }
    const auto operation = history.back().get<std::string>("history_op");
    const bool is_closed = operation == "hard_delete" || operation == "erase";
    const auto row = rows.find(id);
    if (is_closed != (row == rows.end())) {
      out << id << " ends with " << operation << " and its row is " << (row == rows.end() ? "gone" : "there") << "\n";
    } else if (!is_closed) {
      for (const auto [field, value] : row->second) {
        if (history.back().at(field) != value) {
          out << field << " of " << id << " is " << to_string(value.ref()) << ", in its newest snapshot "
              << to_string(history.back().at(field).ref()) << "\n";
        }
      }
    }
  }
  return out.str();
}

std::uint64_t test_seed() {
  const char* given = std::getenv("DALIA_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

}  // namespace dalia::test
