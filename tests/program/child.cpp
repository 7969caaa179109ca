#include "program/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace dalia::test {
namespace {

struct Ends {
  int ours = -1;
  int theirs = -1;
};

void check(bool is_good, const char* what) {
  if (!is_good) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

Ends make_stream(Stream kind, unsigned short columns) {
  Ends ends;
  if (kind == Stream::Terminal) {
    winsize size{24, columns, 0, 0};
    check(openpty(&ends.ours, &ends.theirs, nullptr, nullptr, &size) == 0, "openpty");
    fcntl(ends.ours, F_SETFD, FD_CLOEXEC);
    fcntl(ends.theirs, F_SETFD, FD_CLOEXEC);
  } else {
    std::array<int, 2> both{};
    check(pipe2(both.data(), O_CLOEXEC) == 0, "pipe");
    ends = {both[0], both[1]};
  }
  return ends;
}

void become(int descriptor, Stream kind, int standard) {
  if (kind == Stream::Closed) {
    close(standard);
  } else {
    dup2(descriptor, standard);
  }
}

void shut(int& descriptor) {
  if (descriptor >= 0) {
    close(descriptor);
    descriptor = -1;
  }
}

/// @return false at the end. A terminal whose other side is closed gives EIO.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 65536> block;
  const ssize_t size = read(descriptor, block.data(), block.size());
  if (size > 0) {
    text.append(block.data(), static_cast<std::size_t>(size));
  }
  return size > 0 || (size < 0 && errno == EINTR);
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const ChildOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> input{};
  check(pipe2(input.data(), O_CLOEXEC) == 0, "pipe");
  const Ends out = make_stream(options.out, options.columns);
  const Ends err = make_stream(options.err, options.columns);
  std::vector<std::string> words = arguments;
  std::vector<char*> argv = {const_cast<char*>(options.program.c_str())};
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  pid_ = fork();
  check(pid_ >= 0, "fork");
  if (pid_ == 0) {
    become(input[0], Stream::Pipe, STDIN_FILENO);
    become(out.theirs, options.out, STDOUT_FILENO);
    become(err.theirs, options.err, STDERR_FILENO);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) {
      _exit(126);
    }
    for (const auto& [name, value] : options.environment) {
      setenv(name.c_str(), value.c_str(), 1);
    }
    if (options.most_file_bytes) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{*options.most_file_bytes, *options.most_file_bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    execv(options.program.c_str(), argv.data());
    _exit(127);
  }
  close(input[0]);
  close(out.theirs);
  close(err.theirs);
  in_ = input[1];
  out_ = out.ours;
  err_ = err.ours;
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  shut(in_);
  shut(out_);
  shut(err_);
}

void Child::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(in_, text.data(), text.size());
    check(written > 0, "write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Child::signal(int number) const {
  kill(pid_, number);
}

void Child::wait_for(std::string_view text) {
  while (outcome_.out.find(text) == std::string::npos) {
    if (!read_some(out_, outcome_.out)) {
      throw std::runtime_error("the program ended before it wrote that: " + outcome_.out);
    }
  }
}

void Child::close_output() {
  shut(out_);
}

Outcome Child::finish(std::string_view input) {
  fcntl(in_, F_SETFL, O_NONBLOCK);
  while (out_ >= 0 || err_ >= 0) {
    if (input.empty()) {
      shut(in_);
    }
    std::array<pollfd, 3> streams = {pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}, pollfd{in_, POLLOUT, 0}};
    poll(streams.data(), streams.size(), -1);
    if (streams[0].revents != 0 && !read_some(out_, outcome_.out)) {
      shut(out_);
    }
    if (streams[1].revents != 0 && !read_some(err_, outcome_.err)) {
      shut(err_);
    }
    if (streams[2].revents != 0) {
      const ssize_t written = ::write(in_, input.data(), input.size());
      input.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
      if (written < 0 && errno == EPIPE) {
        input = std::string_view();  // it did not want the rest
      }
    }
  }
  shut(in_);
  rusage usage{};
  int status = 0;
  wait4(pid_, &status, 0, &usage);
  pid_ = -1;
  outcome_.status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  outcome_.peak_kilobytes = static_cast<std::size_t>(usage.ru_maxrss);
  return outcome_;
}

}  // namespace dalia::test
