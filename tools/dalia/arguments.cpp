#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "failures.hpp"
#include "json_argument.hpp"

namespace dalia::program {
namespace {

constexpr const char* overview = R"(Examples:
  export DALIA_URL=sqlite:app.db
  echo '{"id": "ada", "name": "Ada", "age": 36}' | dalia save users
  dalia find users --where '[age] > ?' --param 30 --order-by '[name]'
  dalia history users ada
  dalia exec 'SELECT [name] FROM [users] WHERE [age] > ?' 30

A URL is sqlite:app.db, sqlite::memory:, postgres://user:password@host/database or mysql://user:password@host/database.
Output is a table on a terminal, otherwise JSON Lines: one JSON object a line.
Exit status: 0 done; 1 refused or failed; 2 wrong usage; 130 interrupted.)";

constexpr const char* save_notes =
    R"(FILE holds one JSON object, a JSON array of objects, or JSON Lines; without it, or for -, the standard input is read.
Fields that are absent stay as they are, null becomes NULL, new fields become columns; without an id one is made. The
stored rows are printed. An object or an array is saved whole or not at all. JSON Lines are saved in batches of 1,000,
each one transaction: a bad line stops the work, its batch is not saved, those before it stay.

Examples:
  echo '{"id": "ada", "name": "Ada"}' | dalia save users
  dalia save users people.jsonl --user import --comment 'first load' --quiet
  dalia save users new.json --expected-version 3       only if the stored version is 3; 0: only if there is none
  dalia version users ada 1 | dalia save users         restores version 1, as a new version)";

constexpr const char* find_notes =
    R"(--where is one expression over fields and system columns (id, created_at, created_by, updated_at, updated_by, deleted_at,
_version); values stand in it as ? and are given by --param, in order. Names with or without [brackets].

Examples:
  dalia find users
  dalia find users --where '[age] > ? AND [city] = ?' --param 30 --param Paris
  dalia find users --order-by '[age] DESC' --limit 10 --offset 20
  dalia find users --where '[deleted_at] IS NOT NULL' --include-deleted)";

constexpr const char* count_notes = R"(Examples:
  dalia count users
  dalia count users --where '[age] > ?' --param 30)";

constexpr const char* exec_notes =
    R"(Portable SQL: [name] is quoted as the engine wants it, ? is a parameter. A PARAM is a JSON value; what is no JSON is text.
One that begins with - stands behind --. Prints the rows, or {"affected_rows":N} of a change.

Examples:
  dalia exec 'SELECT [name] FROM [users] WHERE [age] > ? AND [city] = ?' 30 Paris
  dalia exec 'UPDATE [accounts] SET [balance] = [balance] + ?' -- -5
  dalia exec 'CREATE TABLE [notes] ([id] INTEGER PRIMARY KEY, [text] TEXT)')";

constexpr const char* translate_notes =
    R"(Reads one statement from the standard input and writes it in the SQL of the engine, byte for byte. Needs no database.

Example:
  echo 'SELECT [name] FROM [users] WHERE [id] = ?' | dalia translate --to postgres)";

constexpr const char* delete_notes =
    R"(Prints {"deleted":true}, or {"deleted":false} where there was nothing to delete. The row stays, marked as deleted, and can
be restored; with --permanent it goes, and only its history stays.

Examples:
  dalia delete users ada --user admin --comment 'on request'
  dalia delete users ada --permanent)";

constexpr const char* restore_notes =
    R"(Prints {"restored":true}, or {"restored":false} where there was nothing to restore.

Example:
  dalia restore users ada --user admin)";

/// Makes a command, whose result `arguments` gets once it was chosen.
template <class T>
CLI::App& add_command(CLI::App& program, Arguments& arguments, const std::string& name, const std::string& purpose,
                      const std::shared_ptr<T>& command) {
  CLI::App& added = *program.add_subcommand(name, purpose);
  added.callback([&arguments, command] { arguments.command = *command; });
  return added;
}

void add_text(CLI::App& command, const std::string& name, std::optional<std::string>& target,
              const std::string& purpose) {
  command
      .add_option_function<std::string>(
          name, [&target](const std::string& text) { target = text; }, purpose)
      ->type_name("TEXT");
}

std::int64_t whole_number(const std::string& name, const std::string& text, std::int64_t least) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < least) {
    throw WrongUsage(least == std::numeric_limits<std::int64_t>::min()
                         ? fmt::format("{} takes a whole number", name)
                         : fmt::format("{} takes a whole number from {} up", name, least));
  }
  return number;
}

void add_number(CLI::App& command, const std::string& name, std::optional<std::int64_t>& target,
                const std::string& purpose) {
  command
      .add_option_function<std::string>(
          name, [name, &target](const std::string& text) { target = whole_number(name, text, 0); }, purpose)
      ->type_name("N");
}

/// CLI11 would split [1,2] into two arguments, take -5 for a positional one and forget a second --. So words that are
/// positional for sure begin with this mark while it reads them.
constexpr char positional_mark = '\x01';

std::string unmarked(const std::string& word) {
  return word.starts_with(positional_mark) ? word.substr(1) : word;
}

CLI::Option* add_positional(CLI::App& command, const std::string& name, std::string& target,
                            const std::string& purpose) {
  return command
      .add_option_function<std::string>(
          name, [&target](const std::string& word) { target = unmarked(word); }, purpose)
      ->type_name("");
}

/// A JSON argument as often as wanted.
CLI::Option* add_params(CLI::App& command, const std::string& name, Params& target, const std::string& purpose) {
  return command.add_option_function<std::vector<std::string>>(
      name,
      [&target](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
          target.add(value_from_argument(unmarked(text), target.size() + 1));
        }
      },
      purpose);
}

void add_entity(CLI::App& command, std::string& target) {
  add_positional(command, "ENTITY", target, "name of the entity, such as users")->required();
}
void add_id(CLI::App& command, std::string& target) {
  add_positional(command, "ID", target, "its id")->required();
}

void add_filter(CLI::App& command, Filter& filter) {
  command.add_option("--where", filter.where, "which ones, as one SQL expression")->type_name("SQL");
  add_params(command, "--param", filter.params, "the next value of --where, as JSON or text")
      ->type_name("JSON")
      ->allow_extra_args(false);
  command.add_flag("--include-deleted", filter.includes_deleted, "those marked as deleted too");
}

void add_change(CLI::App& command, std::optional<std::string>& user, std::optional<std::string>& comment) {
  add_text(command, "--user", user, "who does it; kept with the row and in its history");
  add_text(command, "--comment", comment, "why; kept in the history");
}

void add_save(CLI::App& program, Arguments& arguments) {
  const auto save = std::make_shared<SaveCommand>();
  CLI::App& command = add_command(program, arguments, "save", "Create or update entities from JSON", save);
  add_entity(command, save->entity);
  add_positional(command, "FILE", save->file, "where the JSON is; - is the standard input");
  add_change(command, save->user, save->comment);
  add_number(command, "--expected-version", save->expected_version,
             "refuse unless the stored version is N (one object)");
  command.add_flag("--atomic", save->is_atomic, "one transaction for all of a JSON Lines file");
  command.add_flag("--quiet", save->is_quiet, "print only how many were saved, on the standard error");
  command.footer(save_notes);
}

void add_reads(CLI::App& program, Arguments& arguments) {
  const auto get = std::make_shared<GetCommand>();
  CLI::App& get_command = add_command(program, arguments, "get", "Print one entity", get);
  add_entity(get_command, get->entity);
  add_id(get_command, get->id);
  get_command.footer("Example:\n  dalia get users ada");

  const auto find = std::make_shared<FindCommand>();
  CLI::App& find_command = add_command(program, arguments, "find", "Print the entities that match", find);
  add_entity(find_command, find->entity);
  add_filter(find_command, find->filter);
  find_command.add_option("--order-by", find->order_by, "fields, with ASC or DESC (default: oldest first)")
      ->type_name("SQL");
  add_number(find_command, "--limit", find->limit, "at most so many");
  add_number(find_command, "--offset", find->offset, "leave out the first so many");
  find_command.footer(find_notes);

  const auto count = std::make_shared<CountCommand>();
  CLI::App& count_command = add_command(program, arguments, "count", "Count the entities that match", count);
  add_entity(count_command, count->entity);
  add_filter(count_command, count->filter);
  count_command.footer(count_notes);
}

void add_changes(CLI::App& program, Arguments& arguments) {
  const auto remove = std::make_shared<DeleteCommand>();
  CLI::App& delete_command = add_command(program, arguments, "delete", "Delete an entity; it can be restored", remove);
  add_entity(delete_command, remove->entity);
  add_id(delete_command, remove->id);
  add_change(delete_command, remove->user, remove->comment);
  delete_command.add_flag("--permanent", remove->is_permanent, "remove the row for good; its history stays");
  delete_command.footer(delete_notes);

  const auto restore = std::make_shared<RestoreCommand>();
  CLI::App& restore_command = add_command(program, arguments, "restore", "Undo a delete", restore);
  add_entity(restore_command, restore->entity);
  add_id(restore_command, restore->id);
  add_change(restore_command, restore->user, restore->comment);
  restore_command.footer(restore_notes);
}

void add_past(CLI::App& program, Arguments& arguments) {
  const auto history = std::make_shared<HistoryCommand>();
  CLI::App& history_command = add_command(program, arguments, "history", "Print all versions of an entity", history);
  add_entity(history_command, history->entity);
  add_id(history_command, history->id);
  history_command.footer("Oldest first, with who changed it, when and why.\n\nExample:\n  dalia history users ada");

  const auto version = std::make_shared<VersionCommand>();
  CLI::App& version_command = add_command(program, arguments, "version", "Print one version of an entity", version);
  add_entity(version_command, version->entity);
  add_id(version_command, version->id);
  version_command
      .add_option_function<std::string>(
          "N",
          [version](const std::string& text) {
            version->version = whole_number("N", unmarked(text), std::numeric_limits<std::int64_t>::min());
          },
          "which one; the first is 1")
      ->required()
      ->type_name("");
  version_command.footer("Example:\n  dalia version users ada 1");
}

void add_sql(CLI::App& program, Arguments& arguments) {
  const auto exec = std::make_shared<ExecCommand>();
  CLI::App& exec_command = add_command(program, arguments, "exec", "Run one statement of portable SQL", exec);
  add_positional(exec_command, "SQL", exec->sql, "the statement")->required();
  add_params(exec_command, "PARAM", exec->params, "a value for each ?, in order")->type_name("");
  exec_command.footer(exec_notes);

  const auto translate = std::make_shared<TranslateCommand>();
  CLI::App& translate_command =
      add_command(program, arguments, "translate", "Translate portable SQL to an engine's own", translate);
  translate_command.add_option("--to", translate->dialect, "sqlite, postgres or mysql")
      ->required()
      ->type_name("DIALECT");
  translate_command.footer(translate_notes);
}

void add_status(CLI::App& program, Arguments& arguments) {
  add_command(program, arguments, "ping", "Ask the server for a sign of life", std::make_shared<PingCommand>())
      .footer("Example:\n  dalia --db sqlite:app.db ping");
  add_command(program, arguments, "status", "Print what the database is and holds", std::make_shared<StatusCommand>())
      .footer("Example:\n  dalia --db sqlite:app.db status");
}

bool takes_value(const CLI::App& program, const std::string& word) {
  const auto is_such = [&](const CLI::Option* option) {
    return option->get_expected_min() > 0 && !option->get_positional() && option->check_name(word);
  };
  const auto has_such = [&](const CLI::App* app) {
    const auto options = app->get_options();
    return std::any_of(options.begin(), options.end(), is_such);
  };
  const auto commands = program.get_subcommands([](const CLI::App*) { return true; });
  return has_such(&program) || std::any_of(commands.begin(), commands.end(), has_such);
}

/// The words as CLI11 is to read them, the last first.
std::vector<std::string> marked_words(const CLI::App& program, int count, const char* const* words) {
  std::vector<std::string> marked;
  bool is_behind_mark = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (is_behind_mark || word.starts_with('[')) {
      marked.push_back(positional_mark + word);
    } else if (word == "--") {
      is_behind_mark = true;
    } else if (word.size() > 1 && word[0] == '-' && word.find_first_of("0123456789.") == 1) {
      throw WrongUsage("an argument that begins with - stands behind --");
    } else {
      marked.push_back(word);
      if (takes_value(program, word) && i + 1 < count) {
        marked.emplace_back(words[++i]);
      }
    }
  }
  std::reverse(marked.begin(), marked.end());
  return marked;
}

/// Names an unknown option, and no other argument: that may be a value.
std::string message_of(const CLI::App& program, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
    return error.what();
  }
  for (const std::string& word : program.remaining(true)) {
    if (word.starts_with('-')) {
      return fmt::format("unknown option {}; what begins with - and is no option stands behind --",
                         word.substr(0, word.starts_with("--") ? word.find('=') : 2));
    }
  }
  return program.get_subcommands().empty() ? fmt::format("unknown command '{}'", program.remaining(true).front())
                                           : "too many arguments";
}

}  // namespace

Arguments parse_arguments(int count, const char* const* words) {
  Arguments arguments;
  CLI::App program("dalia: entities with history and portable SQL over SQLite, PostgreSQL and MySQL", "dalia");
  program.get_formatter()->column_width(34);
  program.get_formatter()->label("SUBCOMMAND", "COMMAND");
  program.get_formatter()->label("Subcommands", "Commands");
  program.footer(overview);
  program.fallthrough();
  program.require_subcommand(0, 1);
  program.set_version_flag("--version", "dalia " DALIA_VERSION, "Print the version and exit");
  program.add_option("--db", arguments.settings.url, "the database")->type_name("URL")->envname("DALIA_URL");
  bool wants_json = false;
  program.add_flag("--json", wants_json, "JSON Lines on a terminal too");
  add_save(program, arguments);
  add_reads(program, arguments);
  add_changes(program, arguments);
  add_past(program, arguments);
  add_sql(program, arguments);
  add_status(program, arguments);
  try {
    program.parse(marked_words(program, count, words));
  } catch (const CLI::CallForVersion& version) {
    arguments.text = std::string(version.what()) + '\n';
  } catch (const CLI::CallForHelp&) {
    const auto chosen = program.get_subcommands();
    arguments.text = chosen.empty() ? program.help() : chosen.front()->help("dalia");
  } catch (const CLI::ParseError& error) {
    throw WrongUsage(message_of(program, error));
  }
  arguments.settings.format = wants_json ? OutputFormat::JsonLines : OutputFormat::Automatic;
  if (!arguments.text.empty()) {
    arguments.command.reset();
  } else if (!arguments.command) {
    throw WrongUsage("a command is missing, such as save, get, find or exec");
  }
  return arguments;
}

}  // namespace dalia::program
