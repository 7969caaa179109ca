/// Runs the test program itself once more, with arguments: a process of its own that can write, race and be killed.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace dalia::test {

/// Killed and waited for when it goes out of scope.
class ChildProcess {
 public:
  /// Starts /proc/self/exe. Its standard input and output are pipes of this object.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  void write_line(const std::string& line) const;
  /// The next line the child wrote; nothing at the end.
  [[nodiscard]] std::optional<std::string> read_line();
  void kill() const;
  /// Its exit status, or minus the number of the signal that ended it.
  [[nodiscard]] int wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string read_;
  std::optional<int> status_;
};

}  // namespace dalia::test
