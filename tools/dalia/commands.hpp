/// What the program can be asked for: one struct a command, filled by arguments.cpp, and the function that does it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dalia/core/params.hpp"

namespace dalia::program {

enum class OutputFormat { Automatic, JsonLines };

/// What all commands share.
struct Settings {
  std::string url;
  OutputFormat format = OutputFormat::Automatic;
};

struct SaveCommand {
  std::string entity;
  std::string file = "-";  ///< "-" is the standard input
  std::optional<std::string> user;
  std::optional<std::string> comment;
  std::optional<std::int64_t> expected_version;
  bool is_atomic = false;
  bool is_quiet = false;
};
struct GetCommand {
  std::string entity;
  std::string id;
};
struct Filter {
  std::string where;
  Params params;
  bool includes_deleted = false;
};
struct FindCommand {
  std::string entity;
  Filter filter;
  std::string order_by;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
};
struct CountCommand {
  std::string entity;
  Filter filter;
};
struct DeleteCommand {
  std::string entity;
  std::string id;
  std::optional<std::string> user;
  std::optional<std::string> comment;
  bool is_permanent = false;
};
struct RestoreCommand {
  std::string entity;
  std::string id;
  std::optional<std::string> user;
  std::optional<std::string> comment;
};
struct HistoryCommand {
  std::string entity;
  std::string id;
};
struct VersionCommand {
  std::string entity;
  std::string id;
  std::int64_t version = 0;
};
struct ExecCommand {
  std::string sql;
  Params params;
};
struct TranslateCommand {
  std::string dialect;
};
struct PingCommand {};
struct StatusCommand {};

using Command = std::variant<SaveCommand, GetCommand, FindCommand, CountCommand, DeleteCommand, RestoreCommand,
                             HistoryCommand, VersionCommand, ExecCommand, TranslateCommand, PingCommand, StatusCommand>;

// Each writes its result to the standard output. @throws dalia::Error, WrongUsage, Failure, Stopped, OutputClosed.
void run(const Settings& settings, const SaveCommand& command);
void run(const Settings& settings, const GetCommand& command);
void run(const Settings& settings, const FindCommand& command);
void run(const Settings& settings, const CountCommand& command);
void run(const Settings& settings, const DeleteCommand& command);
void run(const Settings& settings, const RestoreCommand& command);
void run(const Settings& settings, const HistoryCommand& command);
void run(const Settings& settings, const VersionCommand& command);
void run(const Settings& settings, const ExecCommand& command);
void run(const Settings& settings, const TranslateCommand& command);
void run(const Settings& settings, const PingCommand& command);
void run(const Settings& settings, const StatusCommand& command);

}  // namespace dalia::program
