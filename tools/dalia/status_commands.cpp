// dalia ping, status.
#include <chrono>
#include <cmath>

#include "commands.hpp"
#include "database.hpp"
#include "record_writer.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

/// One round trip on an open connection, to the microsecond.
double milliseconds_of_a_trip(SyncConnection& connection) {
  const auto begin = std::chrono::steady_clock::now();
  connection.execute("SELECT 1");
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
  return std::round(taken.count() * 1000) / 1000;
}

Entity sign_of_life(const Settings& settings, SyncConnection& connection) {
  const double milliseconds = milliseconds_of_a_trip(connection);
  return entity("ok", true, "backend", DatabaseConfig::from_url(settings.url).backend, "server",
                connection.get_version_details().server, "ms", milliseconds);
}

template <class Work>
Entity with_connection(const Settings& settings, const Work& work) {
  const auto database = database_of(settings, MissingFile::Refuse);
  const SyncConnectionHandle connection = database->sync_connection();
  const StopOnSignal stop(*connection);
  return work(*connection);
}

}  // namespace

void run(const Settings& settings, const PingCommand& /*command*/) {
  write_only(settings,
             with_connection(settings, [&](SyncConnection& connection) { return sign_of_life(settings, connection); }));
}

void run(const Settings& settings, const StatusCommand& /*command*/) {
  write_only(settings, with_connection(settings, [&](SyncConnection& connection) {
               Entity status = sign_of_life(settings, connection);
               std::vector<Value> names;
               for (const std::string& name : connection.get_entity_names()) {
                 names.emplace_back(name);
               }
               status.set("url", url_of(settings));
               status.set("entities", Value::array_of(names));
               return status;
             }));
}

}  // namespace dalia::program
