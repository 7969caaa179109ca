// quickstart.cpp as coroutines: the same calls on an AsyncConnection with co_await in front, and the same output.
//
//   coroutines [URL]        default: sqlite:quickstart.db, in the current directory
//
// docs/async.md has the rest: callbacks, futures, cancellation, threads.
#include <dalia/asio.hpp>

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

namespace net = dalia::net;  // Boost.Asio, or standalone Asio
using std::cout;

net::awaitable<void> save(dalia::AsyncConnection& conn, std::string name, std::vector<dalia::Entity> entities) {
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<dalia::Entity> saved = co_await conn.save_entities(name, std::move(entities));
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
  cout << "  " << std::setw(4) << saved.size() << ' ' << name << " in one transaction, " << std::fixed
       << std::setprecision(0) << taken.count() << " ms\n";
}

net::awaitable<void> load(dalia::AsyncConnection& conn) {
  World world = read_world();
  co_await save(conn, "countries", std::move(world.countries));
  co_await save(conn, "subdivisions", std::move(world.subdivisions));
}

net::awaitable<void> show_columns(dalia::AsyncConnection& conn) {
  const std::vector<std::string> names = co_await conn.get_entity_names();
  for (const std::string& name : names) {
    cout << "  " << name << ": id";
    const std::vector<dalia::EntityField> fields = co_await conn.get_entity_fields(name);
    for (const dalia::EntityField& field : fields) {
      cout << ", " << field.name << ' ' << (field.kind ? dalia::kind_name(*field.kind) : "null");
    }
    cout << '\n';
  }
}

net::awaitable<void> query(dalia::AsyncConnection& conn) {
  cout << "\nSQL, the same on every engine: the countries with the most provinces\n";
  const dalia::ResultSet rows = co_await conn.execute(
      "SELECT [c].[name], count(*) AS [provinces] FROM [subdivisions] AS [s] JOIN [countries] AS [c] "
      "ON [c].[id] = [s].[country] WHERE [s].[type] = ? GROUP BY [c].[id], [c].[name] "
      "ORDER BY [provinces] DESC LIMIT 4",
      dalia::params("Province"));
  for (auto [name, provinces] : rows.as<std::string, int>()) {
    cout << "  " << std::setw(4) << provinces << "  " << name << '\n';
  }

  cout << "\nEntities: countries that went since 2000\n";
  const dalia::Date since(std::chrono::year(2000) / 1 / 1);
  const std::vector<dalia::Entity> countries = co_await conn.find_entities(
      "countries", dalia::where("[withdrawn_on] >= ?", since).order_by("[withdrawn_on]").limit(5));
  for (const dalia::Entity& country : countries) {
    cout << "  " << country.get<std::string>("withdrawn_on") << "  " << country.get<std::string>("name") << '\n';
  }
}

net::awaitable<void> change(dalia::AsyncConnection& conn) {
  cout << "\nA new field for two of them, under a name and with a reason; the history of France\n";
  const auto by_editor = dalia::save_options().user_id("editor").comment("capitals");
  // Entities have a name before they are awaited: no braces in a statement with co_await.
  const std::vector<dalia::Entity> capitals = {{{"id", "FR"}, {"capital", "Paris"}},
                                               {{"id", "KE"}, {"capital", "Nairobi"}}};
  co_await conn.save_entities("countries", capitals, by_editor);
  const std::vector<dalia::Entity> history = co_await conn.get_entity_history("countries", "FR");
  for (const dalia::Entity& past : history) {
    cout << "  version " << past.version() << ": capital "
         << past.get<std::optional<std::string>>("capital").value_or("?") << ", by "
         << past.get<std::optional<std::string>>("history_user_id").value_or("nobody") << '\n';
  }
  const std::optional<dalia::Entity> first = co_await conn.get_entity_by_version("countries", "FR", 1);
  cout << "  version 1 as it was: " << first->get<std::string>("name") << ", loaded "
       << first->at("loaded_at").to_text() << '\n';

  const auto before = co_await conn.count_entities("countries");
  co_await conn.delete_entity("countries", "AQ", dalia::delete_options().user_id("editor"));
  const auto without = co_await conn.count_entities("countries");
  co_await conn.restore_entity("countries", "AQ");
  const auto after = co_await conn.count_entities("countries");
  cout << "\nAntarctica deleted and restored: " << before << ", " << without << ", " << after << " countries\n";
}

net::awaitable<void> run(dalia::ConnectionManager& db) {
  const std::string url = db.config().url();
  const dalia::AsyncConnectionHandle conn = co_await db.async_connection();
  cout << "Loading into " << url << '\n';
  co_await load(*conn);
  cout << "\nThe tables that saving made\n";
  co_await show_columns(*conn);
  co_await query(*conn);
  co_await change(*conn);
  cout << "\nIt is all in " << url << ". Next: dalia --db " << url << " history countries FR\n";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto config = dalia::DatabaseConfig::from_url(argc > 1 ? argv[1] : "sqlite:quickstart.db");
    const auto db = dalia::DatabaseFactory::create_database(config);
    net::io_context context;
    net::co_spawn(context, run(*db), [](std::exception_ptr failure) {
      if (failure) {
        std::rethrow_exception(failure);  // out of context.run()
      }
    });
    context.run();
  } catch (const std::exception& error) {
    std::cerr << "coroutines: " << error.what() << '\n';
    return 1;
  }
}
