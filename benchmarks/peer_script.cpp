#include "peer_script.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace dalia::benchmarks {
namespace {

void check(int error, const char* what) {
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), what);
  }
}

}  // namespace

PeerScript::PeerScript(const char* interpreter, const std::string& script, const std::vector<std::string>& address,
                       const Concurrency& load, std::size_t rows)
    : script_(script) {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  check(::pipe2(to.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
  input_.reset(::fdopen(to[1], "w"));
  check(::pipe2(from.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
  output_.reset(::fdopen(from[0], "r"));

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  std::vector<std::string> words = {interpreter, script, std::to_string(load.tasks), std::to_string(load.connections),
                                    std::to_string(rows)};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const int error = ::posix_spawn(&process_, interpreter, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]);
  ::close(from[1]);
  check(error, interpreter);

  for (const std::string& line : address) {
    send(line);
  }
  await_answer();
}

PeerScript::~PeerScript() {
  input_.reset();  // at the end of its input it ends
  ::waitpid(process_, nullptr, 0);
}

void PeerScript::run(std::size_t operations) {
  send(std::to_string(operations));
  await_answer();
}

void PeerScript::send(const std::string& line) {
  std::fprintf(input_.get(), "%s\n", line.c_str());
  std::fflush(input_.get());
}

void PeerScript::await_answer() {
  std::array<char, 80> line{};
  if (std::fgets(line.data(), static_cast<int>(line.size()), output_.get()) == nullptr) {
    throw std::runtime_error(script_ + " has ended");
  }
}

std::chrono::nanoseconds PeerScript::cpu_time() const {
  clockid_t clock{};
  timespec used{};
  check(::clock_getcpuclockid(process_, &clock), "clock_getcpuclockid");
  check(::clock_gettime(clock, &used) == 0 ? 0 : errno, "clock_gettime");
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace dalia::benchmarks
