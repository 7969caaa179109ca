#include "stop_signal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "dalia/connections/sync_connection.hpp"
#include "failures.hpp"

namespace dalia::program {
namespace {

constexpr std::array<int, 2> stop_signals = {SIGINT, SIGTERM};
constexpr int milliseconds_between_interrupts = 10;

volatile std::sig_atomic_t requested = 0;
int wake_pipe[2] = {-1, -1};

void on_signal(int /*signal*/) {
  if (requested != 0) {
    _exit(exit_interrupted);
  }
  requested = 1;
  const int kept = errno;
  const char any = 0;
  [[maybe_unused]] const ssize_t written = write(wake_pipe[1], &any, 1);
  errno = kept;
}

/// Without SA_RESTART, so that waiting calls return. A signal the caller had ignored (nohup) stays ignored.
void handle_with(void (*handler)(int)) {
  for (const int number : stop_signals) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) {
      action.sa_handler = handler;
      action.sa_flags = 0;
      sigemptyset(&action.sa_mask);
      sigaction(number, &action, nullptr);
    }
  }
}

}  // namespace

bool stop_requested() noexcept {
  return requested != 0;
}

void throw_if_stopped() {
  if (stop_requested()) {
    throw Stopped("interrupted");
  }
}

StopOnSignal::StopOnSignal(SyncConnection& connection) : connection_(connection) {
  if (pipe2(wake_pipe, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  // The signals go to the main thread, whose waiting calls they are to end.
  sigset_t blocked;
  sigset_t kept;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, &kept);
  watcher_ = std::thread([this] { watch(); });
  pthread_sigmask(SIG_SETMASK, &kept, nullptr);
  handle_with(on_signal);
}

StopOnSignal::~StopOnSignal() {
  handle_with(SIG_DFL);
  is_over_ = true;
  const char any = 0;
  [[maybe_unused]] const ssize_t written = write(wake_pipe[1], &any, 1);
  watcher_.join();
  close(wake_pipe[0]);
  close(wake_pipe[1]);
}

void StopOnSignal::watch() noexcept {
  pollfd wake{wake_pipe[0], POLLIN, 0};
  while (poll(&wake, 1, -1) < 0 && errno == EINTR) {
  }
  // Again and again, for an interrupt between two statements of one call is lost.
  while (!is_over_) {
    connection_.interrupt();
    poll(nullptr, 0, milliseconds_between_interrupts);
  }
}

}  // namespace dalia::program
