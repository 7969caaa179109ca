/// ByteSource: a file or the standard input, read in blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dalia::program {

/// Waiting for input ends when a signal asks the program to stop. Skips a byte order mark at the beginning.
class ByteSource {
 public:
  /// @param file  "-" is the standard input.   @throws Failure; so do the reads, and Stopped.
  explicit ByteSource(const std::string& file);
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ~ByteSource();

  /// The next byte, or -1 at the end.
  [[nodiscard]] int peek() { return at_ < size_ || fill() ? static_cast<unsigned char>(block_[at_]) : -1; }
  /// After peek() gave a byte.
  void skip() noexcept { ++at_; }
  /// Appends up to and without the next line break, which is skipped, but no more than `most` bytes.
  /// @return false at the end of the input.
  bool read_line(std::string& line, std::size_t most);
  /// Appends all that is left, but no more than `most` bytes.
  void read_rest(std::string& text, std::size_t most);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t position() const noexcept { return read_ - (size_ - at_); }
  /// In bytes; none for a pipe or a terminal.
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept { return total_; }

 private:
  /// @return false at the end.
  bool fill();
  void find_total();

  std::string name_;
  int descriptor_;
  std::vector<char> block_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t read_ = 0;
  std::optional<std::uint64_t> total_;
};

}  // namespace dalia::program
