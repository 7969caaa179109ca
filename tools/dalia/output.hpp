/// The standard output, buffered, with a place to keep what must not be shown before a commit.
#pragma once

#include <string>
#include <string_view>

namespace dalia::program {

/// Owns what it holds back, not the descriptor.
class Output {
 public:
  explicit Output(int descriptor) noexcept : descriptor_(descriptor) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  /// Drops what was not flushed.
  ~Output();

  /// @throws OutputClosed, Failure, Stopped; so do flush and release.
  void write(std::string_view text);
  void flush();

  /// What is written from now on waits, in memory and then in a temporary file, for release().
  void hold();
  void release();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  void empty_buffer();

  int descriptor_;
  std::string buffer_;
  bool is_holding_ = false;
  int held_ = -1;  ///< the temporary file; made when the buffer first overflows
};

}  // namespace dalia::program
