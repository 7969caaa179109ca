#include "support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace dalia::test {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  return Pipe{ends[0], ends[1]};
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  const Pipe to_child = make_pipe();
  const Pipe from_child = make_pipe();
  std::string self = "/proc/self/exe";
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv = {self.data()};
  for (std::string& argument : copies) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(to_child.read_end, STDIN_FILENO);
    dup2(from_child.write_end, STDOUT_FILENO);
    execv(self.c_str(), argv.data());
    _exit(127);
  }
  close(to_child.read_end);
  close(from_child.write_end);
  input_ = to_child.write_end;
  output_ = from_child.read_end;
  if (pid_ < 0) {
    throw std::system_error(errno, std::generic_category(), "fork");
  }
}

ChildProcess::~ChildProcess() {
  close(input_);
  if (!status_) {
    kill();
    static_cast<void>(wait());
  }
  close(output_);
}

void ChildProcess::write_line(const std::string& line) const {
  const std::string text = line + "\n";
  if (write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::system_error(errno, std::generic_category(), "write to the child");
  }
}

std::optional<std::string> ChildProcess::read_line() {
  for (;;) {
    if (const std::size_t end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> buffer;
    const ssize_t got = read(output_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return std::nullopt;
    }
    read_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void ChildProcess::kill() const {
  ::kill(pid_, SIGKILL);
}

int ChildProcess::wait() {
  if (!status_) {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return *status_;
}

}  // namespace dalia::test
