/// How the program ends when a command does not do what was asked; dalia::Error apart.
#pragma once

#include <exception>
#include <stdexcept>

namespace dalia::program {

using ExitStatus = int;
inline constexpr ExitStatus exit_done = 0;
inline constexpr ExitStatus exit_failed = 1;
inline constexpr ExitStatus exit_wrong_usage = 2;
inline constexpr ExitStatus exit_interrupted = 130;

/// The command line itself is wrong.
class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command was understood and could not be done.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// SIGINT or SIGTERM came.
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whoever read the output has left, as `head` does. Nothing to complain about.
class OutputClosed : public std::exception {};

}  // namespace dalia::program
