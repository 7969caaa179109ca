#include "byte_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "failures.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

constexpr std::size_t block_size = 256 * 1024;
constexpr int milliseconds_between_looks = 100;  // for a signal that came just before the wait

[[noreturn]] void fail(const std::string& name, int code) {
  throw Failure(fmt::format("cannot read {}: {}", name, std::generic_category().message(code)));
}

}  // namespace

ByteSource::ByteSource(const std::string& file)
    : name_(file == "-" ? "the standard input" : fmt::format("'{}'", file)),
      descriptor_(file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC)),
      block_(block_size) {
  if (descriptor_ < 0) {
    fail(name_, errno);
  }
  find_total();
  fill();
  if (size_ >= 3 && std::memcmp(block_.data(), "\xEF\xBB\xBF", 3) == 0) {
    at_ = 3;
  }
}

ByteSource::~ByteSource() {
  if (descriptor_ != STDIN_FILENO) {
    close(descriptor_);
  }
}

void ByteSource::find_total() {
  struct stat status {};
  if (fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) {
    const off_t begin = std::max<off_t>(lseek(descriptor_, 0, SEEK_CUR), 0);
    total_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - begin, 0));
  }
}

bool ByteSource::fill() {
  at_ = 0;
  size_ = 0;
  for (;;) {
    pollfd waiting{descriptor_, POLLIN, 0};
    const int ready = poll(&waiting, 1, milliseconds_between_looks);
    throw_if_stopped();
    if (ready <= 0) {
      continue;
    }
    const ssize_t got = read(descriptor_, block_.data(), block_.size());
    if (got >= 0) {
      size_ = static_cast<std::size_t>(got);
      read_ += size_;
      return size_ > 0;
    }
    if (errno != EINTR && errno != EAGAIN) {
      fail(name_, errno);
    }
  }
}

bool ByteSource::read_line(std::string& line, std::size_t most) {
  if (peek() < 0) {
    return false;
  }
  while (peek() >= 0) {
    const char* begin = block_.data() + at_;
    const std::size_t left = std::min(size_ - at_, most);
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', left));
    const std::size_t length = end == nullptr ? left : static_cast<std::size_t>(end - begin);
    line.append(begin, length);
    at_ += length;
    most -= length;
    if (end != nullptr) {
      ++at_;
      return true;
    }
    if (most == 0) {
      return true;
    }
  }
  return true;
}

void ByteSource::read_rest(std::string& text, std::size_t most) {
  while (most > 0 && peek() >= 0) {
    const std::size_t length = std::min(size_ - at_, most);
    text.append(block_.data() + at_, length);
    at_ += length;
    most -= length;
  }
}

}  // namespace dalia::program
