#include "report.hpp"

#include <unistd.h>

#include <new>
#include <string>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "display_text.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

void tell(std::string_view message) {
  const std::string line = fmt::format("dalia: {}\n", one_line(message));
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

std::string text_of(const Error& error) {
  const bool has_place = error.position() != nullptr && dynamic_cast<const TranslationError*>(&error) == nullptr;
  return has_place
             ? fmt::format("{} (line {}, column {})", error.what(), error.position()->line, error.position()->column)
             : error.what();
}

ExitStatus report() {
  try {
    throw;
  } catch (const OutputClosed&) {
    return exit_done;
  } catch (const WrongUsage& wrong) {
    tell(fmt::format("{} (see dalia --help)", wrong.what()));
    return exit_wrong_usage;
  } catch (const Stopped& stopped) {
    tell(stopped.what());
    return exit_interrupted;
  } catch (const std::bad_alloc&) {
    tell("out of memory");
  } catch (const Error& error) {
    if (stop_requested()) {
      tell("interrupted");
      return exit_interrupted;
    }
    tell(text_of(error));
  } catch (const std::exception& error) {
    tell(error.what());
  }
  return exit_failed;
}

}  // namespace

ExitStatus report_failure() noexcept {
  try {
    return report();
  } catch (...) {
    return exit_failed;
  }
}

}  // namespace dalia::program
