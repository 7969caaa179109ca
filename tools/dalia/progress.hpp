/// Progress: one line on the standard error that tells how far long work has come. Only on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace dalia::program {

enum class Show { Always, Never };

class Progress {
 public:
  /// @param total  bytes of the input, where they are known.
  /// @param show   Never also where the standard error is no terminal.
  Progress(Show show, std::optional<std::uint64_t> total) noexcept;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Leaves the line empty.
  ~Progress();

  /// Draws, but not more than ten times a second.
  void update(std::uint64_t rows, std::uint64_t bytes);
  /// Makes room for other output to the same terminal.
  void clear() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::uint64_t rows, std::uint64_t bytes);

  bool is_shown_;
  bool is_drawn_ = false;
  std::optional<std::uint64_t> total_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_;
};

}  // namespace dalia::program
