#include "output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "failures.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

void write_all(int descriptor, std::string_view text, std::string_view what) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      throw OutputClosed();
    } else if (errno == EAGAIN) {
      pollfd waiting{descriptor, POLLOUT, 0};
      poll(&waiting, 1, 100);
    } else if (errno != EINTR) {
      throw Failure(fmt::format("cannot write {}: {}", what, std::generic_category().message(errno)));
    }
    if (written < 0) {
      throw_if_stopped();
    }
  }
}

int temporary_file() {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "dalia-XXXXXX").string();
  const int descriptor = error ? -1 : mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) {
    throw Failure(fmt::format("cannot make a temporary file: {}",
                              error ? error.message() : std::generic_category().message(errno)));
  }
  unlink(path.c_str());
  return descriptor;
}

}  // namespace

Output::~Output() {
  if (held_ >= 0) {
    close(held_);
  }
}

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_size) {
    empty_buffer();
  }
}

void Output::flush() {
  if (!is_holding_) {
    empty_buffer();
  }
}

void Output::hold() {
  empty_buffer();
  is_holding_ = true;
}

void Output::release() {
  is_holding_ = false;
  if (held_ < 0) {
    return;
  }
  std::string rest;
  rest.swap(buffer_);
  lseek(held_, 0, SEEK_SET);
  std::array<char, buffer_size> block;
  ssize_t size = 0;
  while ((size = read(held_, block.data(), block.size())) > 0) {
    write_all(descriptor_, std::string_view(block.data(), static_cast<std::size_t>(size)), "the output");
  }
  if (size < 0) {
    throw Failure(fmt::format("cannot read a temporary file: {}", std::generic_category().message(errno)));
  }
  close(held_);
  held_ = -1;
  buffer_.swap(rest);
}

void Output::empty_buffer() {
  if (buffer_.empty()) {
    return;
  }
  std::string full;
  full.swap(buffer_);
  if (is_holding_) {
    held_ = held_ < 0 ? temporary_file() : held_;
    write_all(held_, full, "a temporary file");
  } else {
    write_all(descriptor_, full, "the output");
  }
  full.clear();
  buffer_.swap(full);
}

}  // namespace dalia::program
