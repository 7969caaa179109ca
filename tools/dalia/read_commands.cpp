// dalia get, find, count, history, version.
#include <unistd.h>

#include <fmt/format.h>

#include "commands.hpp"
#include "database.hpp"
#include "failures.hpp"
#include "record_writer.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

/// Runs work(connection), which a signal interrupts, on an open database.
template <class Work>
auto with_connection(const Settings& settings, const Work& work) {
  const auto database = database_of(settings, MissingFile::Refuse);
  const SyncConnectionHandle connection = database->sync_connection();
  const StopOnSignal stop(*connection);
  return work(*connection);
}

void write_all(const Settings& settings, const std::vector<Entity>& entities) {
  Output output(STDOUT_FILENO);
  const auto writer = make_writer(settings, output);
  for (const Entity& entity : entities) {
    writer->write(entity);
  }
  writer->finish();
  output.flush();
}

EntityQuery query_of(const Filter& filter) {
  EntityQuery query;
  query.where(filter.where, filter.params);
  if (filter.includes_deleted) {
    query.include_deleted();
  }
  return query;
}

}  // namespace

void run(const Settings& settings, const GetCommand& command) {
  const auto found = with_connection(settings, [&](SyncConnection& connection) {
    return connection.get_entity(command.entity, command.id, get_options().deserialize());
  });
  if (!found) {
    throw Failure(fmt::format("there is no '{}' in {}", command.id, command.entity));
  }
  write_only(settings, *found);
}

void run(const Settings& settings, const FindCommand& command) {
  EntityQuery query = query_of(command.filter);
  query.order_by(command.order_by).deserialize();
  if (command.limit) {
    query.limit(*command.limit);
  }
  if (command.offset) {
    query.offset(*command.offset);
  }
  write_all(settings, with_connection(settings, [&](SyncConnection& connection) {
              return connection.find_entities(command.entity, query);
            }));
}

void run(const Settings& settings, const CountCommand& command) {
  const std::int64_t count = with_connection(settings, [&](SyncConnection& connection) {
    return connection.count_entities(command.entity, query_of(command.filter));
  });
  Output output(STDOUT_FILENO);
  if (!wants_tables(settings, output)) {
    write_only(settings, entity("count", count));
    return;
  }
  output.write(fmt::format("{}\n", count));
  output.flush();
}

void run(const Settings& settings, const HistoryCommand& command) {
  write_all(settings, with_connection(settings, [&](SyncConnection& connection) {
              return connection.get_entity_history(command.entity, command.id, get_options().deserialize());
            }));
}

void run(const Settings& settings, const VersionCommand& command) {
  const auto found = with_connection(settings, [&](SyncConnection& connection) {
    return connection.get_entity_by_version(command.entity, command.id, command.version, get_options().deserialize());
  });
  if (!found) {
    throw Failure(fmt::format("there is no version {} of '{}' in {}", command.version, command.id, command.entity));
  }
  write_only(settings, *found);
}

}  // namespace dalia::program
