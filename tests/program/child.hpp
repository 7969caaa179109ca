/// Runs the built program, or another, as a process of its own, with pipes or terminals for its streams.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dalia::test {

struct Outcome {
  std::string out;
  std::string err;
  int status = 0;                  ///< exit status, or minus the signal
  std::size_t peak_kilobytes = 0;  ///< of resident memory
};

enum class Stream { Pipe, Terminal, Closed };

struct ChildOptions {
  std::string program = DALIA_PROGRAM;  ///< path
  std::string folder = std::string();   ///< working directory
  std::map<std::string, std::string> environment = {};
  Stream out = Stream::Pipe;
  Stream err = Stream::Pipe;
  unsigned short columns = 80;                                ///< of the terminals
  std::optional<std::size_t> most_file_bytes = std::nullopt;  ///< what a file may grow to
};

class Child {
 public:
  Child(const std::vector<std::string>& arguments, const ChildOptions& options);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  void write(std::string_view text) const;
  void signal(int number) const;
  /// Reads from the standard output until it holds `text`.
  void wait_for(std::string_view text);
  /// What it has written to the standard output, as far as that was waited for.
  [[nodiscard]] const std::string& output() const noexcept { return outcome_.out; }
  /// Leaves the rest of the output unread, as head does.
  void close_output();
  /// Writes `input`, closes the standard input, reads both outputs to their end.
  Outcome finish(std::string_view input = std::string_view());

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  Outcome outcome_;
};

}  // namespace dalia::test
