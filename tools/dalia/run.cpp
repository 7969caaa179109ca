#include "run.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <variant>

#include "arguments.hpp"
#include "output.hpp"
#include "report.hpp"

namespace dalia::program {
namespace {

/// A file opened later must not get the number of a standard stream that was closed: its content would be overwritten.
/// The stand-in refuses what the stream is for.
void occupy_standard_streams() noexcept {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) < 0) {
      [[maybe_unused]] const int taken = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

}  // namespace

int run_program(int count, const char* const* words) noexcept {
  occupy_standard_streams();
  signal(SIGPIPE, SIG_IGN);  // a write then fails, and what is open is closed in order
  try {
    const Arguments arguments = parse_arguments(count, words);
    if (!arguments.command) {
      Output output(STDOUT_FILENO);
      output.write(arguments.text);
      output.flush();
      return exit_done;
    }
    std::visit([&](const auto& command) { run(arguments.settings, command); }, *arguments.command);
    return exit_done;
  } catch (...) {
    return report_failure();
  }
}

}  // namespace dalia::program
