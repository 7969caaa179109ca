/// A peer in another language: a script that does the selects of a case in a process of its own.
#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "concurrency.hpp"
#include "runner.hpp"

namespace dalia::benchmarks {

/// It is given a number of tasks, of connections and of rows as its arguments, where to connect in the first lines of
/// its input, and then in a line each how many operations to run; it answers a line when it has connected, and another
/// one after each run (peer_async.py).
class PeerScript final : public Workload {
 public:
  /// @param address  lines. @throws std::system_error, std::runtime_error where it does not come up.
  PeerScript(const char* interpreter, const std::string& script, const std::vector<std::string>& address,
             const Concurrency& load, std::size_t rows);
  ~PeerScript() override;

  void run(std::size_t operations) override;
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const override;

 private:
  struct CloseStream {
    void operator()(std::FILE* stream) const noexcept { std::fclose(stream); }
  };
  using Stream = std::unique_ptr<std::FILE, CloseStream>;

  void send(const std::string& line);
  void await_answer();

  std::string script_;
  Stream input_;
  Stream output_;
  pid_t process_ = -1;
};

}  // namespace dalia::benchmarks
