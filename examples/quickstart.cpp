// Real data from end to end: the world's countries and their parts, from the JSON files of Debian's package iso-codes.
//
//   quickstart [URL]        default: sqlite:quickstart.db, in the current directory
//
// It may run again on the same database: what has not changed is not written, what has gets a new version.
#include <dalia/dalia.hpp>

#include <chrono>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "world.hpp"

namespace {

using std::cout;

void save(dalia::SyncConnection& conn, const char* name, std::vector<dalia::Entity> entities) {
  const auto begin = std::chrono::steady_clock::now();
  const std::size_t count = conn.save_entities(name, std::move(entities)).size();
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
  cout << "  " << std::setw(4) << count << ' ' << name << " in one transaction, " << std::fixed << std::setprecision(0)
       << taken.count() << " ms\n";
}

void load(dalia::SyncConnection& conn) {
  World world = read_world();
  save(conn, "countries", std::move(world.countries));
  save(conn, "subdivisions", std::move(world.subdivisions));
}

void show_columns(dalia::SyncConnection& conn) {
  for (const std::string& name : conn.get_entity_names()) {
    cout << "  " << name << ": id";
    for (const dalia::EntityField& field : conn.get_entity_fields(name)) {
      cout << ", " << field.name << ' ' << (field.kind ? dalia::kind_name(*field.kind) : "null");
    }
    cout << '\n';
  }
}

// [core]
void query(dalia::SyncConnection& conn) {
  cout << "\nSQL, the same on every engine: the countries with the most provinces\n";
  const dalia::ResultSet rows = conn.execute(
      "SELECT [c].[name], count(*) AS [provinces] FROM [subdivisions] AS [s] JOIN [countries] AS [c] "
      "ON [c].[id] = [s].[country] WHERE [s].[type] = ? GROUP BY [c].[id], [c].[name] "
      "ORDER BY [provinces] DESC LIMIT 4",
      dalia::params("Province"));
  for (auto [name, provinces] : rows.as<std::string, int>()) {
    cout << "  " << std::setw(4) << provinces << "  " << name << '\n';
  }

  cout << "\nEntities: countries that went since 2000\n";
  const dalia::Date since{std::chrono::year{2000} / 1 / 1};
  for (const dalia::Entity& country : conn.find_entities(
           "countries", dalia::where("[withdrawn_on] >= ?", since).order_by("[withdrawn_on]").limit(5))) {
    cout << "  " << country.get<std::string>("withdrawn_on") << "  " << country.get<std::string>("name") << '\n';
  }
}

void change(dalia::SyncConnection& conn) {
  cout << "\nA new field for two of them, under a name and with a reason; the history of France\n";
  const auto by_editor = dalia::save_options().user_id("editor").comment("capitals");
  conn.save_entities("countries", {{{"id", "FR"}, {"capital", "Paris"}}, {{"id", "KE"}, {"capital", "Nairobi"}}},
                     by_editor);
  for (const dalia::Entity& past : conn.get_entity_history("countries", "FR")) {
    cout << "  version " << past.version() << ": capital "
         << past.get<std::optional<std::string>>("capital").value_or("?") << ", by "
         << past.get<std::optional<std::string>>("history_user_id").value_or("nobody") << '\n';
  }
  const auto first = conn.get_entity_by_version("countries", "FR", 1);
  cout << "  version 1 as it was: " << first->get<std::string>("name") << ", loaded "
       << first->at("loaded_at").to_text() << '\n';

  const auto before = conn.count_entities("countries");
  conn.delete_entity("countries", "AQ", dalia::delete_options().user_id("editor"));
  const auto without = conn.count_entities("countries");
  conn.restore_entity("countries", "AQ");
  cout << "\nAntarctica deleted and restored: " << before << ", " << without << ", " << conn.count_entities("countries")
       << " countries\n";
}
// [/core]

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto config = dalia::DatabaseConfig::from_url(argc > 1 ? argv[1] : "sqlite:quickstart.db");
    const auto db = dalia::DatabaseFactory::create_database(config);
    const auto conn = db->sync_connection();
    cout << "Loading into " << config.url() << '\n';
    load(*conn);
    cout << "\nThe tables that saving made\n";
    show_columns(*conn);
    query(*conn);
    change(*conn);
    cout << "\nIt is all in " << config.url() << ". Next: dalia --db " << config.url() << " history countries FR\n";
  } catch (const std::exception& error) {
    std::cerr << "quickstart: " << error.what() << '\n';
    return 1;
  }
}
