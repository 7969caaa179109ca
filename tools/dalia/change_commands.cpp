// dalia delete, restore.
#include "commands.hpp"
#include "database.hpp"
#include "record_writer.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

template <class Options, class Command>
Options change_options(const Command& command) {
  Options options;
  if (command.user) {
    options.user_id(*command.user);
  }
  if (command.comment) {
    options.comment(*command.comment);
  }
  return options;
}

template <class Work>
bool change(const Settings& settings, const Work& work) {
  const auto database = database_of(settings, MissingFile::Refuse);
  const SyncConnectionHandle connection = database->sync_connection();
  const StopOnSignal stop(*connection);
  return work(*connection);
}

}  // namespace

void run(const Settings& settings, const DeleteCommand& command) {
  auto options = change_options<DeleteOptions>(command);
  if (command.is_permanent) {
    options.permanent();
  }
  const bool deleted = change(settings, [&](SyncConnection& connection) {
    return connection.delete_entity(command.entity, command.id, options);
  });
  write_only(settings, entity("deleted", deleted));
}

void run(const Settings& settings, const RestoreCommand& command) {
  const bool restored = change(settings, [&](SyncConnection& connection) {
    return connection.restore_entity(command.entity, command.id, change_options<RestoreOptions>(command));
  });
  write_only(settings, entity("restored", restored));
}

}  // namespace dalia::program
