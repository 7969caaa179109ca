// dalia exec, translate.
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "byte_source.hpp"
#include "commands.hpp"
#include "database.hpp"
#include "failures.hpp"
#include "progress.hpp"
#include "record_writer.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

constexpr std::uint64_t rows_between_looks = 256;

/// What stands before the first word of a statement: blanks, comments and brackets.
std::string_view without_leading_blanks(std::string_view sql) {
  for (;;) {
    const std::size_t begin = sql.find_first_not_of(" \t\r\n(");
    sql.remove_prefix(std::min(begin, sql.size()));
    const std::string_view end_mark = sql.starts_with("--") ? "\n" : sql.starts_with("/*") ? "*/" : "";
    if (end_mark.empty()) {
      return sql;
    }
    const std::size_t end = sql.find(end_mark, 2);
    sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + end_mark.size());
  }
}

/// Whether a statement can only give rows, so that they may be streamed. Others tell how many rows they changed.
bool is_query(std::string_view sql) {
  sql = without_leading_blanks(sql);
  const auto begins_with = [&](std::string_view word) {
    return sql.size() > word.size() && std::equal(word.begin(), word.end(), sql.begin(), [](char wanted, char got) {
             return wanted == (got >= 'a' && got <= 'z' ? got - 'a' + 'A' : got);
           });
  };
  return begins_with("SELECT") || begins_with("VALUES");
}

void run_query(const Settings& settings, SyncConnection& connection, const ExecCommand& command) {
  Output output(STDOUT_FILENO);
  const auto writer = make_writer(settings, output);
  Progress progress(is_terminal(STDOUT_FILENO) ? Show::Never : Show::Always, std::nullopt);
  std::uint64_t rows = 0;
  for (const Row& row : connection.stream_query(command.sql, command.params)) {
    writer->write(row);
    if (++rows % rows_between_looks == 0) {
      throw_if_stopped();
      progress.update(rows, 0);
    }
  }
  progress.clear();
  writer->finish();
  output.flush();
}

void run_statement(const Settings& settings, SyncConnection& connection, const ExecCommand& command) {
  const ResultSet result = connection.execute(command.sql, command.params);
  if (result.columns().size() == 0) {
    write_only(settings, entity("affected_rows", result.affected_rows()));
    return;
  }
  Output output(STDOUT_FILENO);
  const auto writer = make_writer(settings, output);
  for (const Row row : result) {
    writer->write(row);
  }
  writer->finish();
  output.flush();
}

}  // namespace

void run(const Settings& settings, const ExecCommand& command) {
  const auto database = database_of(settings, MissingFile::Create);
  const SyncConnectionHandle connection = database->sync_connection();
  const StopOnSignal stop(*connection);
  if (is_query(command.sql)) {
    run_query(settings, *connection, command);
  } else {
    run_statement(settings, *connection, command);
  }
}

void run(const Settings& /*settings*/, const TranslateCommand& command) {
  std::unique_ptr<SqlGenerator> generator;
  try {
    generator = make_sql_generator(command.dialect);
  } catch (const UsageError& error) {
    throw WrongUsage(error.what());
  }
  std::string portable;
  ByteSource("-").read_rest(portable, std::numeric_limits<std::size_t>::max());
  Output output(STDOUT_FILENO);
  output.write(generator->convert_query_to_native(portable).text);
  output.flush();
}

}  // namespace dalia::program
