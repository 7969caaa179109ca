#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "record_writer.hpp"

namespace dalia::program {
namespace {

constexpr std::chrono::milliseconds between_drawings{100};
constexpr std::size_t bar_width = 24;

/// 1234567 as 1,234,567, whatever the locale.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) {
    text.insert(end - 3, 1, ',');
  }
  return text;
}

void write_raw(const std::string& text) noexcept {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Progress::Progress(Show show, std::optional<std::uint64_t> total) noexcept
    : is_shown_(show == Show::Always && is_terminal(STDERR_FILENO)), total_(total) {}

Progress::~Progress() {
  clear();
}

void Progress::update(std::uint64_t rows, std::uint64_t bytes) {
  const Clock::time_point now = Clock::now();
  if (is_shown_ && now - last_ >= between_drawings) {
    last_ = now;
    draw(rows, bytes);
  }
}

void Progress::clear() noexcept {
  if (is_drawn_) {
    is_drawn_ = false;
    write_raw("\r\x1b[K");
  }
}

void Progress::draw(std::uint64_t rows, std::uint64_t bytes) {
  const double seconds = std::chrono::duration<double>(last_ - begin_).count();
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(rows) / std::max(seconds, 0.001));
  std::string line;
  if (total_ && *total_ > 0) {
    const double done = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(*total_));
    const auto filled = static_cast<std::size_t>(done * static_cast<double>(bar_width));
    line = fmt::format("{:3d} % [{}{}]  ", static_cast<int>(done * 100), std::string(filled, '#'),
                       std::string(bar_width - filled, '.'));
  }
  line += fmt::format("{} rows, {}/s", grouped(rows), grouped(rate));
  // A line that wraps could not be taken back.
  line.resize(std::min(line.size(), terminal_width(STDERR_FILENO) - 1));
  write_raw("\r" + line + "\x1b[K");
  is_drawn_ = true;
}

}  // namespace dalia::program
