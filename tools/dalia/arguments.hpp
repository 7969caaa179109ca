/// The command line as a type.
#pragma once

#include <optional>
#include <string>

#include "commands.hpp"

namespace dalia::program {

struct Arguments {
  Settings settings;
  std::optional<Command> command;  ///< none where only `text` was asked for
  std::string text;                ///< of --help or --version
};

/// @throws WrongUsage.
[[nodiscard]] Arguments parse_arguments(int count, const char* const* words);

}  // namespace dalia::program
